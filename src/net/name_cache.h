// Addresses of names that were asked for lately, each for as long as its record holds. Bounded.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "net/name_source.h"

namespace millrace {

class NameCache {
 public:
  explicit NameCache(std::size_t most) : most_(most) {}

  // nullptr where it is not known, or not any more.
  const std::vector<IpAddress>* find(const std::string& name, TimePoint now) const;
  void put(const std::string& name, const NameAnswer& answer, TimePoint now);
  // The first to be tried from now on.
  void prefer(const std::string& name, const IpAddress& address);
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::vector<IpAddress> addresses;
    TimePoint until;
  };
  std::size_t most_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace millrace
