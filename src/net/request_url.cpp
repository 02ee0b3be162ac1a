#include "net/request_url.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <charconv>
#include <new>

#include "base/ascii.h"
#include "base/secrets.h"
#include "net/line_breaks.h"

namespace millrace {
namespace {

// As much of a URL as may be shown: without credentials, and not endless.
std::string safe_text(std::string_view text) {
  std::string safe = hide_secrets(text);
  for (char& c : safe) {
    if (static_cast<unsigned char>(c) < ' ') c = '?';
  }
  return safe.size() > 200 ? safe.substr(0, 200) + "…" : safe;
}

Error invalid(const std::string& url, std::string_view why) {
  return {ErrorKind::invalid, fmt::format("the URL \"{}\" is not valid: {}", safe_text(url), why)};
}

// libcurl takes one slash or three after the scheme for two, and then finds the host elsewhere than
// the author may think. Nothing where they are two, or no scheme is given.
std::optional<std::string> explain_slashes(const std::string& text) {
  for (const std::string_view scheme : {"http", "https"}) {
    const std::string_view rest =
        std::string_view(text).substr(std::min(scheme.size(), text.size()));
    if (strncasecmp(text.c_str(), scheme.data(), scheme.size()) != 0 || !rest.starts_with(':')) {
      continue;
    }
    const std::size_t end = std::min(rest.find_first_not_of('/', 1), rest.size());
    if (end == 3) return std::nullopt;
    return fmt::format("two slashes and a host must follow its scheme: write {}://HOST/...",
                       scheme);
  }
  return std::nullopt;
}

std::string explain(CURLUcode code) {
  switch (code) {
    case CURLUE_BAD_PORT_NUMBER: return "its port must be a number from 1 to 65535";
    case CURLUE_BAD_SCHEME: return "it must begin with http:// or https://";
    case CURLUE_NO_HOST:
    case CURLUE_BAD_HOSTNAME: return "its host name is missing or malformed";
    case CURLUE_BAD_IPV6: return "its IPv6 address is malformed";
    case CURLUE_BAD_SLASHES: return "two slashes must follow its scheme";
    case CURLUE_BAD_LOGIN: return "its user name or password is malformed";
    default: return curl_url_strerror(code);
  }
}

std::string part(CURLU* handle, CURLUPart which, unsigned flags = 0) {
  char* found = nullptr;
  if (curl_url_get(handle, which, &found, flags) != CURLUE_OK) return {};
  std::string text(found);
  curl_free(found);
  return text;
}

// Nothing where it holds what cannot be sent.
std::optional<std::string> decoded(CURLU* handle, CURLUPart which) {
  char* found = nullptr;
  const CURLUcode code = curl_url_get(handle, which, &found, CURLU_URLDECODE);
  if (code == CURLUE_NO_USER || code == CURLUE_NO_PASSWORD) return std::string();
  if (code != CURLUE_OK) return std::nullopt;
  std::string text(found);
  curl_free(found);
  return text;
}

std::string authority_of(const std::string& host, std::uint16_t port) {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

}  // namespace

Result<RequestUrl> RequestUrl::parse(const std::string& text) { return made_of(curl_url(), text); }

std::string RequestUrl::with_query(std::string_view url, std::string_view query) {
  std::string text(url.substr(0, url.find_first_of("?#")));
  if (!query.empty()) text.append("?").append(query);
  return text;
}

Result<RequestUrl> RequestUrl::resolve(const std::string& location) const {
  return made_of(curl_url_dup(handle()), location);
}

Result<RequestUrl> RequestUrl::made_of(CURLU* handle, const std::string& text) {
  if (handle == nullptr) throw std::bad_alloc();
  auto parts = std::make_shared<Parts>(Parts{.handle = {handle, &curl_url_cleanup}});
  if (breaks_lines(text)) {
    return invalid(text, "it holds a line break or NUL");
  }
  if (const auto slashes = explain_slashes(text)) return invalid(text, *slashes);
  // Unknown schemes are parsed too, so that they can be refused as such.
  const CURLUcode code =
      curl_url_set(handle, CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE);
  if (code != CURLUE_OK) return invalid(text, explain(code));
  MILLRACE_TRY(read_parts(*parts, text));
  return RequestUrl(std::move(parts));
}

Result<void> RequestUrl::read_parts(Parts& parts, const std::string& text) {
  CURLU* const handle = parts.handle.get();
  const std::string scheme = part(handle, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") {
    return Error(
               ErrorKind::denied,
               fmt::format("the URL \"{}\" has the scheme \"{}\": only http and https are allowed",
                           safe_text(text), scheme))
        .in_phase("policy");
  }
  parts.tls = scheme == "https";
  std::string& host = parts.host;
  host = ascii_lower(part(handle, CURLUPART_HOST));
  if (host.empty()) return invalid(text, explain(CURLUE_NO_HOST));
  // curl would convert it by the locale of the process, which is not what the author meant.
  if (std::ranges::any_of(host, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    return invalid(text, "its host name must be ASCII: write it as xn--…");
  }
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  const std::string port = part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), parts.port);
  if (parts.port == 0) return invalid(text, explain(CURLUE_BAD_PORT_NUMBER));
  parts.authority = authority_of(host, parts.port);
  const auto user = decoded(handle, CURLUPART_USER);
  const auto password = decoded(handle, CURLUPART_PASSWORD);
  if (!user || !password) return invalid(text, explain(CURLUE_BAD_LOGIN));
  if (!user->empty() || !password->empty()) parts.credentials = Credentials{*user, *password};
  curl_url_set(handle, CURLUPART_USER, nullptr, 0);
  curl_url_set(handle, CURLUPART_PASSWORD, nullptr, 0);
  curl_url_set(handle, CURLUPART_FRAGMENT, nullptr, 0);
  parts.text = part(handle, CURLUPART_URL);
  return {};
}

bool RequestUrl::has_port() const { return !part(handle(), CURLUPART_PORT).empty(); }

void RequestUrl::set_port(std::uint16_t port) {
  // Copies share what was parsed.
  CURLU* const copy = curl_url_dup(handle());
  if (copy == nullptr) throw std::bad_alloc();
  curl_url_set(copy, CURLUPART_PORT, std::to_string(port).c_str(), 0);
  parts_ = std::make_shared<Parts>(Parts{.handle = {copy, &curl_url_cleanup},
                                         .text = part(copy, CURLUPART_URL),
                                         .tls = is_tls(),
                                         .host = host(),
                                         .port = port,
                                         .authority = authority_of(host(), port),
                                         .credentials = credentials()});
}

std::string RequestUrl::shown() const { return safe_text(text()); }

bool RequestUrl::same_origin(const RequestUrl& other) const {
  return is_tls() == other.is_tls() && port() == other.port() && host() == other.host();
}

}  // namespace millrace
