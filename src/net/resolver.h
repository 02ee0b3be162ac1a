// Names to addresses, outside curl. What was found is remembered for as long as its record holds,
// and whoever asks for a name that is being looked up already waits for that answer. Failures are
// not remembered. One per HTTP client.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/http_limits.h"
#include "net/name_cache.h"
#include "net/name_source.h"
#include "scope/scope.h"

namespace millrace {

class Resolver {
 public:
  Resolver(std::shared_ptr<NameSource> source, const HttpLimits& limits);

  // All addresses of `host` (a name, or an address as text), at least one, best first. An error of
  // kind unavailable, phase dns, says what could not be found. When `scope` is stopped and nobody
  // else waits for the same, the query ends and its sockets are closed before this returns.
  Task<Result<std::vector<IpAddress>>> resolve(Scope& scope, std::string host);
  // That address of `host` has been connected to: it comes first as long as it is remembered.
  void prefer(const std::string& host, const IpAddress& address);

 private:
  using Shared = std::shared_ptr<NameLookup>;
  Shared begin_or_join(Shard& shard, const std::string& name);
  void leave(const std::string& name, Shared lookup);

  std::shared_ptr<NameSource> source_;
  NameCache known_;
  std::unordered_map<std::string, std::weak_ptr<NameLookup>> under_way_;
};

}  // namespace millrace
