// The socket that a server listens on.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/ip_address.h"
#include "net/server/socket_set.h"

namespace millrace {

class Listener {
 public:
  struct Accepted {
    int descriptor;    // the caller's
    std::string peer;  // "127.0.0.1:41234"
  };

  // As HttpServer::listen().
  static Result<std::unique_ptr<Listener>> open(SocketSet& set, std::string_view address);

  std::string address() const;  // "127.0.0.1:8080"
  const std::optional<Endpoint>& endpoint() const { return endpoint_; }
  // The next client; nothing once `scope` is stopped or wake() was called. Where the system has no
  // descriptor or no memory left it tries again a little later.
  Task<std::optional<Accepted>> accept(Scope& scope);
  void wake() { socket_.wake(); }

 private:
  Listener(SocketSet& set, int descriptor, std::optional<Endpoint> endpoint)
      : socket_(set, descriptor), endpoint_(std::move(endpoint)) {}

  WatchedSocket socket_;
  std::optional<Endpoint> endpoint_;
  unsigned without_waiting_ = 0;
};

}  // namespace millrace
