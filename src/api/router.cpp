#include "api/router.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "api/answers.h"

namespace millrace {
namespace {

std::string_view next_part(std::string_view& path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  const std::string_view part = path.substr(0, path.find('/'));
  path.remove_prefix(part.size());
  return part;
}

// The values of the pattern's {parts}, where the path fits it.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> values;
  while (true) {
    const std::string_view wanted = next_part(pattern);
    const std::string_view part = next_part(path);
    if (wanted.empty() && part.empty()) return values;
    if (wanted.starts_with('{') && !part.empty()) {
      values.emplace_back(part);
    } else if (wanted != part) {
      return std::nullopt;
    }
  }
}

ServerResponse wrong_method(const ServerRequest& http, const std::string& allowed) {
  ServerResponse response =
      error_response(Error(ErrorKind::invalid, fmt::format("{} is not possible here; there is: {}",
                                                           http.method, allowed)));
  response.status = 405;
  response.headers.emplace_back("Allow", allowed);
  return response;
}

}  // namespace

Task<ServerResponse> Router::answer(Scope& request, ServerRequest http) const {
  const std::string path = http.target.substr(0, http.target.find('?'));
  const std::string_view method = http.method == "HEAD" ? "GET" : std::string_view(http.method);
  std::string allowed;
  for (const Route& route : routes_) {
    auto values = match(route.path, path);
    if (!values) continue;
    if (route.method != method) {
      if (!allowed.empty()) allowed += ", ";
      allowed += route.method;
      continue;
    }
    auto read = read_api_request(std::move(http));
    if (!read) co_return error_response(read.error());
    read->path = std::move(*values);
    auto answered = co_await route.handler(request, std::move(*read));
    if (!answered) co_return error_response(answered.error());
    co_return std::move(*answered);
  }
  if (!allowed.empty()) co_return wrong_method(http, allowed);
  co_return error_response(
      Error(ErrorKind::not_found, fmt::format("there is nothing at {}", path)));
}

}  // namespace millrace
