#include "base/secrets.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace millrace {
namespace {

bool is_any_in(std::string_view name, auto const& words) {
  return std::ranges::any_of(
      words, [name](std::string_view word) { return name.find(word) != std::string_view::npos; });
}

// As it is compared: "X-Api_Key" and "x%2Dapi-key" say the same as "xapikey".
std::string plain(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '%' && i + 2 < name.size()) {
      const std::string hex(name.substr(i + 1, 2));
      if (hex.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos) {
        out += static_cast<char>(std::stoi(hex, nullptr, 16));
        i += 2;
        continue;
      }
    }
    out += name[i];
  }
  out = ascii_lower(out);
  std::erase_if(out, [](char c) { return (c < 'a' || c > 'z') && (c < '0' || c > '9'); });
  return out;
}

// Whether something other than a port follows the colon: then this is no authority, but the
// beginning of a user and a password that is not written as a URL wants it.
bool has_broken_port(std::string_view authority) {
  const std::size_t colon =
      authority.starts_with('[') ? authority.find(':', authority.find(']')) : authority.find(':');
  return colon != std::string_view::npos &&
         authority.find_first_not_of("0123456789", colon + 1) != std::string_view::npos;
}

// Where what stands before the @ of the host begins and ends, the @ counted in; nothing of it: both
// the same.
std::pair<std::size_t, std::size_t> find_user(std::string_view url) {
  const std::size_t scheme = url.find(":/");
  const std::size_t host =
      url.find_first_not_of('/', scheme == std::string_view::npos ? 0 : scheme + 1);
  if (host == std::string_view::npos) return {0, 0};
  const std::size_t end = std::min(url.find_first_of("/?#", host), url.size());
  std::size_t at = host < end ? url.rfind('@', end - 1) : std::string_view::npos;
  const bool is_found = at != std::string_view::npos && at >= host;
  if (!is_found && has_broken_port(url.substr(host, end - host))) at = url.rfind('@');
  if (at == std::string_view::npos || at < host) return {0, 0};
  return {host, at + 1};
}

}  // namespace

bool is_secret_name(std::string_view name) {
  static constexpr std::array<std::string_view, 16> kWithin = {
      "password",   "passwd",    "passphrase", "secret",    "authorization", "cookie",
      "credential", "signature", "apikey",     "accesskey", "clientkey",     "clientcertificate",
      "privatekey", "bearer",    "sessionid",  "assertion"};
  static constexpr std::array<std::string_view, 7> kWhole = {"auth", "key", "sig", "pwd",
                                                             "pass", "jwt", "pat"};
  // Tokens that say how far a list has been read.
  static constexpr std::array<std::string_view, 4> kPages = {"page", "next", "cursor",
                                                             "continuation"};
  const std::string text = plain(name);
  return is_any_in(text, kWithin) || std::ranges::find(kWhole, text) != kWhole.end() ||
         (text.find("token") != std::string::npos && !is_any_in(text, kPages));
}

std::string hide_secrets(std::string_view url) {
  const auto [user, host] = find_user(url);
  std::string out(url.substr(0, user));
  const std::size_t query = std::min(url.find_first_of("?#", host), url.size());
  out += url.substr(host, query - host);
  std::size_t at = query;
  while (at < url.size()) {
    // One parameter, with the mark before it.
    const std::size_t end = std::min(url.find_first_of("?&;#", at + 1), url.size());
    const std::string_view parameter = url.substr(at, end - at);
    const std::size_t equals = parameter.find('=');
    if (equals != std::string_view::npos && is_secret_name(parameter.substr(1, equals - 1))) {
      out.append(parameter.substr(0, equals + 1)).append(kHidden);
    } else {
      out += parameter;
    }
    at = end;
  }
  return out;
}

}  // namespace millrace
