#include "net/server/refusal.h"

#include <boost/json.hpp>
#include <utility>

namespace millrace {

ServerResponse to_response(const Refusal& refusal) {
  const Error& error = refusal.error;
  boost::json::object told = {{"message", error.message()},
                              {"kind", std::string(to_string(error.kind()))}};
  if (!error.where().empty()) told["where"] = error.where();
  const boost::json::object body = {{"error", std::move(told)}};
  ServerResponse response{.status = refusal.status, .body = boost::json::serialize(body)};
  if (refusal.status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace millrace
