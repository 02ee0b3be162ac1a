#include "api/answers.h"

#include <fmt/format.h>

#include "api/json_parts.h"

namespace millrace {
namespace {

// Of what was asked for.
unsigned status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid: return 400;
    case ErrorKind::denied: return 403;
    case ErrorKind::not_found: return 404;
    case ErrorKind::conflict: return 409;
    case ErrorKind::exhausted: return 429;
    case ErrorKind::unavailable:
    case ErrorKind::canceled: return 503;
    case ErrorKind::deadline: return 504;
    case ErrorKind::bug: break;
  }
  return 500;
}

// Of a session that has failed: the request was right, so only what lies behind it can be at fault.
unsigned status_of_failure(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::deadline: return 504;
    case ErrorKind::unavailable: return 502;
    case ErrorKind::canceled: return 409;
    case ErrorKind::bug: return 500;
    default: return 422;
  }
}

ServerResponse error_with(unsigned status, std::string_view json) {
  ServerResponse response{.status = status};
  response.body = fmt::format(R"({{"error":{}}})", json);
  if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace

ServerResponse response_of(std::string_view json) {
  ServerResponse response;
  response.body = fmt::format(R"({{"response":{}}})", json);
  return response;
}

ServerResponse success() {
  ServerResponse response;
  response.body = R"({"success":{"message":"OK"}})";
  return response;
}

ServerResponse error_response(const Error& error) {
  return error_with(status_of(error.kind()), json_error(error));
}

ServerResponse session_error(const Error& error, std::string_view json) {
  return error_with(status_of_failure(error.kind()), json);
}

}  // namespace millrace
