#include "net/proxy.h"

#include <fmt/format.h>
#include <strings.h>

#include "base/secrets.h"
#include "net/line_breaks.h"

namespace millrace {
namespace {

struct Scheme {
  std::string_view name;
  Proxy::Kind kind;
};
constexpr Scheme kSchemes[] = {{"http", Proxy::Kind::http},
                               {"socks5h", Proxy::Kind::socks5h},
                               {"socks5", Proxy::Kind::socks5}};
constexpr std::uint16_t kSocksPort = 1080;

Error unusable(std::string_view why) {
  return {ErrorKind::invalid, fmt::format("the proxy cannot be used: {}", why)};
}

// libcurl parses the host of any scheme alike only where it knows the scheme.
std::string as_http(std::string_view text, const Scheme& scheme) {
  return "http" + std::string(text.substr(scheme.name.size()));
}

}  // namespace

Result<Proxy> Proxy::parse(const std::string& text) {
  for (const Scheme& scheme : kSchemes) {
    if (strncasecmp(text.c_str(), scheme.name.data(), scheme.name.size()) != 0 ||
        text.compare(scheme.name.size(), 3, "://") != 0) {
      continue;
    }
    auto url = RequestUrl::parse(as_http(text, scheme));
    if (!url) return unusable(url.error().message());
    if (scheme.kind != Kind::http && !url->has_port()) url->set_port(kSocksPort);
    return Proxy(scheme.kind, std::move(*url));
  }
  return unusable(fmt::format("the URL \"{}\" must begin with http://, socks5:// or socks5h://",
                              breaks_lines(text) ? std::string() : hide_secrets(text)));
}

std::string Proxy::text() const {
  const Scheme* found = kSchemes;
  while (found->kind != kind_) ++found;
  return fmt::format("{}://{}", found->name, url_.authority());
}

}  // namespace millrace
