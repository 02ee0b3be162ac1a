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
  const std::string& text() const { return parts_->text; }
  // The same for messages: without what looks like a credential in the query, too.
  std::string shown() const;
  bool is_tls() const { return parts_->tls; }
  const std::string& host() const { return parts_->host; }  // IPv6 without brackets
  std::uint16_t port() const { return parts_->port; }
  bool has_port() const;  // or that of its scheme is meant
  void set_port(std::uint16_t port);
  const std::string& authority() const {
    return parts_->authority;
  }  // "example.com:443", "[::1]:80"
  const std::optional<Credentials>& credentials() const { return parts_->credentials; }
  bool same_origin(const RequestUrl& other) const;

  CURLU* handle() const { return parts_->handle.get(); }

 private:
  struct Parts {
    std::unique_ptr<CURLU, void (*)(CURLU*)> handle;
    std::string text = {};
    bool tls = false;
    std::string host = {};
    std::uint16_t port = 0;
    std::string authority = {};
    std::optional<Credentials> credentials = {};
  };
  static Result<RequestUrl> made_of(CURLU* handle, const std::string& text);
  static Result<void> read_parts(Parts& parts, const std::string& text);
  explicit RequestUrl(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

  std::shared_ptr<const Parts> parts_;
};

}  // namespace millrace
