// A proxy that a request goes through.
#pragma once

#include <string>

#include "net/request_url.h"

namespace millrace {

class Proxy {
 public:
  enum class Kind : std::uint8_t {
    http,     // forwards http://, makes a tunnel (CONNECT) for https://
    socks5,   // is told the target's address
    socks5h,  // is told the target's name
  };

  // "http://user:password@host:port", or socks5, socks5h. Errors of kind invalid.
  static Result<Proxy> parse(const std::string& text);

  Kind kind() const { return kind_; }
  // Its host, port and credentials.
  const RequestUrl& url() const { return url_; }
  // As curl wants it, without credentials.
  std::string text() const;

 private:
  Proxy(Kind kind, RequestUrl url) : kind_(kind), url_(std::move(url)) {}

  Kind kind_;
  RequestUrl url_;
};

}  // namespace millrace
