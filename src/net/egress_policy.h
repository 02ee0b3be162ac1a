// Where outgoing connections may go. It judges the address that is really connected to, so that a
// name which resolves differently a second time gains nothing. Immutable; shared by all requests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "net/ip_address.h"

namespace millrace {

struct EgressRules {
  bool everything = true;  // `millrace run`; what is below then matters only for the deny lists
  bool loopback = false;
  bool private_ranges = true;
  // Exceptions, stronger than the classes above; deny is stronger than allow. A host matches its
  // name exactly, or with a leading dot ".example.com" all names below it.
  std::vector<std::string> allow_hosts;
  std::vector<std::string> deny_hosts;
  std::vector<IpRange> allow_ranges;
  std::vector<IpRange> deny_ranges;
  // The server's own listeners: never reached, however they are named.
  std::vector<std::pair<IpAddress, std::uint16_t>> own_addresses;
};

class EgressPolicy {
 public:
  explicit EgressPolicy(EgressRules rules = {}) : rules_(std::move(rules)) {}

  // Error of kind denied, phase policy, where the host or the address is refused.
  Result<void> check_host(std::string_view host) const;
  Result<void> check_address(std::string_view host, const IpAddress& address,
                             std::uint16_t port) const;

  // Whether there is an address that it would refuse.
  bool judges_addresses() const {
    return !rules_.everything || !rules_.deny_ranges.empty() || !rules_.own_addresses.empty();
  }

 private:
  EgressRules rules_;
};

}  // namespace millrace
