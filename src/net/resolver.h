// Names to addresses, outside curl, on the shard's event loop (c-ares: /etc/hosts, then DNS).
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "net/ip_address.h"
#include "scope/scope.h"

namespace millrace {

class Resolver {
 public:
  // All addresses of `host` (a name, or an address as text), at least one, best first. An error of
  // kind unavailable, phase dns, says what could not be found. When `scope` is stopped the query
  // ends at once and its sockets are closed before this returns.
  Task<Result<std::vector<IpAddress>>> resolve(Scope& scope, std::string host);
};

}  // namespace millrace
