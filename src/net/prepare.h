// A request checked and put into the form in which it is sent; everything that can be wrong with
// the arguments is found here, before anything is opened.
#pragma once

#include <memory>

#include "net/http_request.h"
#include "net/known_urls.h"
#include "net/proxy.h"
#include "net/request_body.h"

namespace millrace {

struct PreparedRequest {
  RequestUrl url;
  std::string method;
  RequestBody body;
  std::optional<Proxy> proxy;
  std::shared_ptr<const std::vector<Header>> headers;  // all but what curl derives from the body
  bool offers_compression;                             // so what comes compressed is decoded
  bool safe_to_repeat;  // idempotent by method, key or the user's word
};

// Errors of kind invalid (denied for a scheme) name what is wrong with which argument.
// The body is taken out of `request`.
Result<PreparedRequest> prepare(HttpRequest& request, const std::string& user_agent,
                                KnownUrls& urls, Random& random);

}  // namespace millrace
