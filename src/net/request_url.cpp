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

}  // namespace

Result<RequestUrl> RequestUrl::parse(const std::string& text) {
  CURLU* handle = curl_url();
  if (handle == nullptr) throw std::bad_alloc();
  RequestUrl url(handle);
  MILLRACE_TRY(url.set(text));
  return url;
}

std::string RequestUrl::with_query(std::string_view url, std::string_view query) {
  std::string text(url.substr(0, url.find_first_of("?#")));
  if (!query.empty()) text.append("?").append(query);
  return text;
}

Result<RequestUrl> RequestUrl::resolve(const std::string& location) const {
  CURLU* handle = curl_url_dup(handle_.get());
  if (handle == nullptr) throw std::bad_alloc();
  RequestUrl url(handle);
  MILLRACE_TRY(url.set(location));
  return url;
}

Result<void> RequestUrl::set(const std::string& text) {
  if (breaks_lines(text)) {
    return invalid(text, "it holds a line break or NUL");
  }
  if (const auto slashes = explain_slashes(text)) return invalid(text, *slashes);
  // Unknown schemes are parsed too, so that they can be refused as such.
  const CURLUcode code = curl_url_set(handle_.get(), CURLUPART_URL, text.c_str(),
                                      CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE);
  if (code != CURLUE_OK) return invalid(text, explain(code));
  return read_parts(text);
}

Result<void> RequestUrl::read_parts(const std::string& text) {
  const std::string scheme = part(CURLUPART_SCHEME, 0);
  if (scheme != "http" && scheme != "https") {
    return Error(
               ErrorKind::denied,
               fmt::format("the URL \"{}\" has the scheme \"{}\": only http and https are allowed",
                           safe_text(text), scheme))
        .in_phase("policy");
  }
  tls_ = scheme == "https";
  host_ = ascii_lower(part(CURLUPART_HOST, 0));
  if (host_.empty()) return invalid(text, explain(CURLUE_NO_HOST));
  // curl would convert it by the locale of the process, which is not what the author meant.
  if (std::ranges::any_of(host_, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    return invalid(text, "its host name must be ASCII: write it as xn--…");
  }
  if (host_.front() == '[') host_ = host_.substr(1, host_.size() - 2);
  const std::string port = part(CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), port_);
  if (port_ == 0) return invalid(text, explain(CURLUE_BAD_PORT_NUMBER));
  const auto user = decoded(CURLUPART_USER);
  const auto password = decoded(CURLUPART_PASSWORD);
  if (!user || !password) return invalid(text, explain(CURLUE_BAD_LOGIN));
  credentials_.reset();
  if (!user->empty() || !password->empty()) credentials_ = Credentials{*user, *password};
  curl_url_set(handle_.get(), CURLUPART_USER, nullptr, 0);
  curl_url_set(handle_.get(), CURLUPART_PASSWORD, nullptr, 0);
  curl_url_set(handle_.get(), CURLUPART_FRAGMENT, nullptr, 0);
  text_ = part(CURLUPART_URL, 0);
  return {};
}

std::string RequestUrl::part(CURLUPart which, unsigned flags) const {
  char* found = nullptr;
  if (curl_url_get(handle_.get(), which, &found, flags) != CURLUE_OK) return {};
  std::string text(found);
  curl_free(found);
  return text;
}

std::optional<std::string> RequestUrl::decoded(CURLUPart which) const {
  char* found = nullptr;
  const CURLUcode code = curl_url_get(handle_.get(), which, &found, CURLU_URLDECODE);
  if (code == CURLUE_NO_USER || code == CURLUE_NO_PASSWORD) return std::string();
  if (code != CURLUE_OK) return std::nullopt;
  std::string text(found);
  curl_free(found);
  return text;
}

bool RequestUrl::has_port() const { return !part(CURLUPART_PORT, 0).empty(); }

void RequestUrl::set_port(std::uint16_t port) {
  // Copies share what was parsed.
  handle_.reset(curl_url_dup(handle_.get()), &curl_url_cleanup);
  if (!handle_) throw std::bad_alloc();
  curl_url_set(handle_.get(), CURLUPART_PORT, std::to_string(port).c_str(), 0);
  port_ = port;
  text_ = part(CURLUPART_URL, 0);
}

std::string RequestUrl::shown() const { return safe_text(text_); }

std::string RequestUrl::authority() const {
  return host_.find(':') == std::string::npos ? fmt::format("{}:{}", host_, port_)
                                              : fmt::format("[{}]:{}", host_, port_);
}

bool RequestUrl::same_origin(const RequestUrl& other) const {
  return tls_ == other.tls_ && port_ == other.port_ && host_ == other.host_;
}

}  // namespace millrace
