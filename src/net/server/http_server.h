// An HTTP/1.1 server on one shard: it listens, reads requests, hands each to its handler and writes
// what that answers. Whoever makes it owns it, and lets it live until serve() has returned.
//
// Each client is a scope "connection <peer>", each request one inside it, "request GET /path". A
// client cannot hold more than ServerLimits says; what breaks the protocol is answered with an
// error
// {"error": {"message", "kind", "where"?}} and its connection is closed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/ip_address.h"
#include "net/server/server_limits.h"
#include "net/server/server_request.h"
#include "scope/scope.h"

namespace millrace {

struct ServerFigures {
  std::size_t connections = 0;         // open now
  std::size_t requests_in_flight = 0;  // with the handler now
  std::size_t body_bytes = 0;          // of requests, held now
  std::uint64_t connections_total = 0;
  std::uint64_t requests_total = 0;       // handed to the handler
  std::uint64_t connections_refused = 0;  // answered with 503 or closed: there were too many
};

class HttpServer {
 public:
  // Called once a request, in a scope of the request's own. That is closed when it returns: what it
  // started and did not join is stopped. It is stopped when the server is (cause shutdown), and
  // when the client goes away if it asked for that (ServerRequest::stop_on_disconnect). What it
  // throws is a bug and answered with status 500.
  using Handler = std::function<Task<ServerResponse>(Scope& request, ServerRequest)>;

  HttpServer(Shard& shard, ServerLimits limits, Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // "127.0.0.1:8080", "[::1]:8080", "localhost:8080", or ":8080" for every address of this machine;
  // port 0 is any free one. Clients may connect from now on. Errors: invalid (no such form),
  // conflict (the address is in use), denied (not allowed), not_found (not of this machine),
  // unavailable.
  Result<void> listen(std::string_view address);
  // What it listens on really, "127.0.0.1:41234"; empty before listen().
  const std::string& address() const;
  // The same as a value; nothing before listen().
  std::optional<Endpoint> endpoint() const;

  // Accepts and answers, once, after listen(). Returns when all connections are closed: after
  // drain(), or when `scope` is stopped, which stops all requests and closes their connections.
  Task<void> serve(Scope& scope);

  // Accepts no more, closes idle connections, and lets requests in flight end within limits.grace;
  // then stops the rest (cause shutdown). Returns when all is closed and serve() has nothing more
  // to do. Stopping `scope` ends the grace at once.
  Task<void> drain(Scope& scope);

  ServerFigures figures() const;

 private:
  struct Serving;
  std::unique_ptr<Serving> serving_;
};

}  // namespace millrace
