// An IP address as a value, and ranges of them: what the resolver finds and the egress policy
// judges. An IPv4 address mapped into IPv6 is the IPv4 address.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;
struct sockaddr_storage;

namespace millrace {

class IpAddress {
 public:
  // "127.0.0.1", "::1", without brackets or zone.
  static std::optional<IpAddress> parse(std::string_view text);
  static std::optional<IpAddress> from(const sockaddr* address);

  sockaddr_storage with_port(std::uint16_t port) const;

  bool is_v6() const { return v6_; }
  std::string to_string() const;

  bool is_unspecified() const;
  bool is_loopback() const;
  bool is_link_local() const;
  // The IPv4 address that a translator or tunnel leads to: NAT64 (RFC 6052), 6to4 (RFC 3056).
  std::optional<IpAddress> embedded() const;
  bool is_private() const;  // RFC 1918, 6598 (shared), 4193 (unique local), site-local

  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  friend class IpRange;
  bool starts_with(std::array<std::uint8_t, 16> prefix, int bits) const;

  bool v6_ = false;
  std::array<std::uint8_t, 16> bytes_{};  // the first four for IPv4
};

// Where somebody listens.
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
};

// CIDR: "10.0.0.0/8"; a bare address is a range of one.
class IpRange {
 public:
  static std::optional<IpRange> parse(std::string_view text);
  bool contains(const IpAddress& address) const;

 private:
  IpAddress base_;
  int bits_ = 0;
};

}  // namespace millrace
