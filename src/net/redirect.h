// Where a redirect leads and what goes along: pure.
#pragma once

#include <optional>
#include <string>

#include "net/request_url.h"
#include "net/response_head.h"

namespace millrace {

struct Redirect {
  RequestUrl url;
  std::string method;
  bool drops_body;         // the method is one without from here on
  bool drops_credentials;  // another origin
};

// Nothing where the answer is no redirect to follow: another status, or no Location. Errors:
// invalid or denied (phase policy) for a Location that leads nowhere.
Result<std::optional<Redirect>> redirect_of(const ResponseHead& head, const RequestUrl& from,
                                            const std::string& method);

// What was meant for one origin alone: Authorization, Cookie, Proxy-Authorization, Host.
void drop_origin_headers(std::vector<Header>& headers);
// What tells of a body that does not go along (RFC 9110, 15.4). The names are canonical.
void drop_content_headers(std::vector<Header>& headers);

}  // namespace millrace
