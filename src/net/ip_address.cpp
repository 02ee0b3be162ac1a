#include "net/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace millrace {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_mapped(const std::array<std::uint8_t, 16>& bytes) {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string zero_ended(text);
  IpAddress address;
  if (inet_pton(AF_INET, zero_ended.c_str(), address.bytes_.data()) == 1) return address;
  address.v6_ = true;
  if (inet_pton(AF_INET6, zero_ended.c_str(), address.bytes_.data()) != 1) return std::nullopt;
  if (!is_mapped(address.bytes_)) return address;
  IpAddress plain;
  std::copy_n(address.bytes_.begin() + 12, 4, plain.bytes_.begin());
  return plain;
}

std::optional<IpAddress> IpAddress::from(const sockaddr* address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    return parse(text);
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    return parse(text);
  }
  return std::nullopt;
}

sockaddr_storage IpAddress::with_port(std::uint16_t port) const {
  sockaddr_storage storage{};
  if (v6_) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, bytes_.data(), sizeof v6.sin6_addr);
    std::memcpy(&storage, &v6, sizeof v6);
  } else {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, bytes_.data(), sizeof v4.sin_addr);
    std::memcpy(&storage, &v4, sizeof v4);
  }
  return storage;
}

std::string IpAddress::to_string() const {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(v6_ ? AF_INET6 : AF_INET, bytes_.data(), text, sizeof text);
  return text;
}

bool IpAddress::starts_with(std::array<std::uint8_t, 16> prefix, int bits) const {
  const auto whole = static_cast<std::size_t>(bits) / 8;
  if (!std::equal(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(whole),
                  prefix.begin())) {
    return false;
  }
  if (bits % 8 == 0) return true;
  const int mask = (0xff << (8 - bits % 8)) & 0xff;
  return (bytes_[whole] & mask) == (prefix[whole] & mask);
}

bool IpAddress::is_unspecified() const {
  // All of 0.0.0.0/8 reaches this very machine on Linux.
  return v6_ ? starts_with({}, 128) : starts_with({0}, 8);
}

bool IpAddress::is_loopback() const {
  std::array<std::uint8_t, 16> v6_loopback{};
  v6_loopback[15] = 1;
  return v6_ ? starts_with(v6_loopback, 128) : starts_with({127}, 8);
}

bool IpAddress::is_link_local() const {
  return v6_ ? starts_with({0xfe, 0x80}, 10) : starts_with({169, 254}, 16);
}

std::optional<IpAddress> IpAddress::embedded() const {
  std::size_t at = 0;
  if (v6_ && starts_with({0, 0x64, 0xff, 0x9b}, 96)) at = 12;
  if (v6_ && starts_with({0x20, 0x02}, 16)) at = 2;
  if (at == 0) return std::nullopt;
  IpAddress plain;
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at), 4, plain.bytes_.begin());
  return plain;
}

bool IpAddress::is_private() const {
  if (v6_) return starts_with({0xfc}, 7) || starts_with({0xfe, 0xc0}, 10);
  return starts_with({10}, 8) || starts_with({172, 16}, 12) || starts_with({192, 168}, 16) ||
         starts_with({100, 64}, 10);
}

std::optional<IpRange> IpRange::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto base = IpAddress::parse(text.substr(0, slash));
  if (!base) return std::nullopt;
  IpRange range;
  range.base_ = *base;
  const int most = base->is_v6() ? 128 : 32;
  range.bits_ = most;
  if (slash == std::string_view::npos) return range;
  const std::string_view bits = text.substr(slash + 1);
  const auto [end, failed] = std::from_chars(bits.data(), bits.data() + bits.size(), range.bits_);
  if (failed != std::errc{} || end != bits.data() + bits.size()) return std::nullopt;
  if (range.bits_ < 0 || range.bits_ > most) return std::nullopt;
  return range;
}

bool IpRange::contains(const IpAddress& address) const {
  return address.v6_ == base_.v6_ && address.starts_with(base_.bytes_, bits_);
}

}  // namespace millrace
