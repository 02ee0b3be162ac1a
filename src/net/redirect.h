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
  bool drops_body;         // the method changed to one without
  bool drops_credentials;  // another origin
};

// Nothing where the answer is no redirect to follow: another status, or no Location. Errors:
// invalid or denied (phase policy) for a Location that leads nowhere.
Result<std::optional<Redirect>> redirect_of(const ResponseHead& head, const RequestUrl& from,
                                            const std::string& method);

// Without Authorization, Cookie and Proxy-Authorization.
void drop_credentials(std::vector<Header>& headers);

}  // namespace millrace
