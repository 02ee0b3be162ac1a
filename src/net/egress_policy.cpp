#include "net/egress_policy.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>

namespace millrace {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool matches(const std::vector<std::string>& rules, std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return std::ranges::any_of(rules, [host](std::string_view rule) {
    if (!rule.starts_with('.')) return same_name(rule, host);
    return host.size() > rule.size() && same_name(rule, host.substr(host.size() - rule.size()));
  });
}

bool matches(const std::vector<IpRange>& ranges, const IpAddress& address) {
  return std::ranges::any_of(ranges, [&](const IpRange& range) { return range.contains(address); });
}

// Cloud metadata services live on link-local addresses, and on these: AWS and Google by IPv6,
// Alibaba, Azure, Oracle.
bool is_metadata(const IpAddress& address) {
  static const std::vector<IpRange> kServices = [] {
    std::vector<IpRange> services;
    for (const char* one :
         {"fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"}) {
      services.push_back(*IpRange::parse(one));
    }
    return services;
  }();
  return matches(kServices, address);
}

Error refused(std::string_view what, std::string_view why) {
  return Error(ErrorKind::denied,
               fmt::format("requests to {} are refused by the egress policy ({}): allow it in the "
                           "settings under http.egress, or use another address",
                           what, why))
      .in_phase("policy");
}

}  // namespace

Result<void> EgressPolicy::check_host(std::string_view host) const {
  if (matches(rules_.deny_hosts, host)) return refused(host, "its name is on the deny-list");
  return {};
}

Result<void> EgressPolicy::check_address(std::string_view host, const IpAddress& address,
                                         std::uint16_t port) const {
  if (const auto embedded = address.embedded()) {
    MILLRACE_TRY(check_address(host, *embedded, port));
  }
  const std::string text = address.to_string();
  const std::string what = host == text ? text : fmt::format("{} ({})", host, text);
  if (matches(rules_.deny_ranges, address)) return refused(what, "its address is on the deny-list");
  const bool own = std::ranges::any_of(rules_.own_addresses, [&](const auto& listener) {
    const auto& [at, on] = listener;
    return on == port && (at == address || (at.is_unspecified() && address.is_loopback()));
  });
  if (own) return refused(what, "it is this server itself");
  if (rules_.everything) return {};
  if (matches(rules_.allow_ranges, address) || matches(rules_.allow_hosts, host)) return {};
  if (address.is_unspecified()) return refused(what, "an unspecified address");
  if (address.is_link_local() || is_metadata(address)) {
    return refused(what, "a link-local or metadata address");
  }
  if (address.is_loopback() && !rules_.loopback) return refused(what, "a loopback address");
  if (address.is_private() && !rules_.private_ranges) return refused(what, "a private address");
  return {};
}

}  // namespace millrace
