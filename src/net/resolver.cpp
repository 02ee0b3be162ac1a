#include "net/resolver.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"

namespace millrace {
Resolver::Resolver(std::shared_ptr<NameSource> source, const HttpLimits& limits)
    : source_(std::move(source)), known_(limits.names) {}

Task<Result<std::vector<IpAddress>>> Resolver::resolve(Scope& scope, std::string host) {
  if (const auto literal = IpAddress::parse(host)) co_return std::vector<IpAddress>{*literal};
  const std::string name = ascii_lower(host);
  if (const auto* known = known_.find(name, scope.shard().now())) co_return *known;
  Shared lookup = begin_or_join(scope.shard(), name);
  const auto describe = [&host] { return fmt::format("resolving \"{}\"", host); };
  auto waited = co_await scope.wait(lookup->done(), describe);
  if (!waited) {
    leave(name, std::move(lookup));
    co_return waited.error().in_phase("dns");
  }
  Result<NameAnswer> answer = lookup->answer();
  leave(name, std::move(lookup));
  if (!answer) co_return answer.error();
  // IPv4 first: a broken IPv6 route is common, a broken IPv4 route beside a good IPv6 one is not.
  std::ranges::stable_partition(answer->addresses,
                                [](const IpAddress& found) { return !found.is_v6(); });
  known_.put(name, *answer, scope.shard().now());
  co_return std::move(answer->addresses);
}

Resolver::Shared Resolver::begin_or_join(Shard& shard, const std::string& name) {
  auto& entry = under_way_[name];
  Shared lookup = entry.lock();
  if (lookup && !lookup->done().is_set()) return lookup;
  lookup = source_->look_up(shard, name);
  entry = lookup;
  return lookup;
}

void Resolver::leave(const std::string& name, Shared lookup) {
  lookup.reset();
  const auto found = under_way_.find(name);
  if (found != under_way_.end() && found->second.expired()) under_way_.erase(found);
}

void Resolver::prefer(const std::string& host, const IpAddress& address) {
  known_.prefer(ascii_lower(host), address);
}

}  // namespace millrace
