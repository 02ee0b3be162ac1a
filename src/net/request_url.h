// The URL of a request: parsed once, by libcurl, and the very handle that was checked is the one
// that is sent. Credentials in it are taken out and go as a header.
#pragma once

#include <curl/urlapi.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace {

// Copies share what was parsed, which nobody changes any more.
class RequestUrl {
 public:
  struct Credentials {
    std::string user;
    std::string password;
  };

  // Errors: invalid (malformed, line breaks), denied (a scheme that is neither http nor https).
  static Result<RequestUrl> parse(const std::string& text);
  // Where `location` leads from here.
  Result<RequestUrl> resolve(const std::string& location) const;
  // The text `url` with this query, encoded already, in place of its own; without the fragment.
  static std::string with_query(std::string_view url, std::string_view query);

  // Without credentials and fragment.
  const std::string& text() const { return text_; }
  // The same for messages: without what looks like a credential in the query, too.
  std::string shown() const;
  bool is_tls() const { return tls_; }
  const std::string& host() const { return host_; }  // IPv6 without brackets
  std::uint16_t port() const { return port_; }
  bool has_port() const;  // or that of its scheme is meant
  void set_port(std::uint16_t port);
  std::string authority() const;  // "example.com:443", "[::1]:80": for messages
  const std::optional<Credentials>& credentials() const { return credentials_; }
  bool same_origin(const RequestUrl& other) const;

  CURLU* handle() const { return handle_.get(); }

 private:
  explicit RequestUrl(CURLU* handle) : handle_(handle, &curl_url_cleanup) {}
  Result<void> set(const std::string& text);
  Result<void> read_parts(const std::string& text);
  std::string part(CURLUPart which, unsigned flags) const;
  // Nothing where it holds what cannot be sent.
  std::optional<std::string> decoded(CURLUPart which) const;

  std::shared_ptr<CURLU> handle_;
  std::string text_;
  bool tls_ = false;
  std::string host_;
  std::uint16_t port_ = 0;
  std::optional<Credentials> credentials_;
};

}  // namespace millrace
