#include "net/name_cache.h"

#include <algorithm>

namespace millrace {

const std::vector<IpAddress>* NameCache::find(const std::string& name, TimePoint now) const {
  const auto found = entries_.find(name);
  return found == entries_.end() || found->second.until <= now ? nullptr : &found->second.addresses;
}

void NameCache::put(const std::string& name, const NameAnswer& answer, TimePoint now) {
  if (most_ == 0 || answer.time_to_live <= Nanos{0}) return;
  if (entries_.size() >= most_ && !entries_.contains(name)) {
    std::erase_if(entries_, [now](const auto& entry) { return entry.second.until <= now; });
    if (entries_.size() >= most_) entries_.erase(entries_.begin());
  }
  entries_.insert_or_assign(name, Entry{answer.addresses, now + answer.time_to_live});
}

void NameCache::prefer(const std::string& name, const IpAddress& address) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return;
  auto& addresses = found->second.addresses;
  const auto at = std::ranges::find(addresses, address);
  if (at != addresses.end()) std::rotate(addresses.begin(), at, at + 1);
}

}  // namespace millrace
