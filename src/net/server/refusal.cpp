#include "net/server/refusal.h"

#include <boost/json.hpp>

namespace millrace {

ServerResponse to_response(const Refusal& refusal) {
  const boost::json::value body = {{"error",
                                    {{"message", refusal.error.message()},
                                     {"kind", std::string(to_string(refusal.error.kind()))}}}};
  ServerResponse response{.status = refusal.status, .body = boost::json::serialize(body)};
  if (refusal.status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace millrace
