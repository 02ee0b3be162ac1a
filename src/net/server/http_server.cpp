#include "net/server/http_server.h"

#include <fmt/format.h>

#include <boost/intrusive/list.hpp>
#include <optional>
#include <utility>

#include "net/server/connection.h"
#include "net/server/listener.h"
#include "net/server/server_state.h"
#include "scope/combine.h"

namespace millrace {
namespace {

// How many clients too many are told so at a time; the others find their connection closed.
constexpr std::size_t kMostRefused = 64;

struct Client {
  Client(ServerState& server, std::size_t& count, Listener::Accepted accepted)
      : socket(server.sockets, accepted.descriptor),
        counted(count),
        peer(std::move(accepted.peer)) {}

  ClientSocket socket;
  CountedHere counted;
  std::string peer;
};

}  // namespace

struct HttpServer::Serving {
  Serving(Shard& shard, ServerLimits limits, Handler handler)
      : state(shard, limits, std::move(handler)) {}

  void welcome(Listener::Accepted accepted) {
    ServerFigures& figures = state.figures;
    const bool too_many = figures.connections >= state.limits.connections;
    ++(too_many ? figures.connections_refused : figures.connections_total);
    auto client = std::make_shared<Client>(state, too_many ? refused : figures.connections,
                                           std::move(accepted));
    if (refused > kMostRefused) return;
    clients->start("connection " + client->peer,
                   [this, client, too_many](Scope& scope) -> Task<Result<void>> {
                     ServerConnection connection(state, client->socket, client->peer);
                     connections.push_back(connection);
                     if (too_many) {
                       co_await connection.refuse(scope, no_room());
                     } else {
                       co_await connection.serve(scope);
                     }
                     co_return Result<void>();
                   });
  }

  Refusal no_room() const {
    return {503, Error(ErrorKind::exhausted,
                       fmt::format("{} clients are connected, and that is as many as this server "
                                   "takes; try again later",
                                   state.limits.connections))};
  }

  // Whether all is closed by then, or when `scope` is stopped.
  Task<bool> closes_within(Scope& scope, Nanos length) {
    const Work<void> end = [this](Scope& waiting) {
      return waiting.wait(closed, "the end of the connections");
    };
    co_await within<void>(scope, Limit{length, "the server's grace"}, end);
    co_return closed.is_set();
  }

  ServerState state;
  std::unique_ptr<Listener> listener;
  std::string address;
  std::optional<Endpoint> endpoint;
  std::size_t refused = 0;   // being told so
  Scope* clients = nullptr;  // while it serves
  Event closed;
  boost::intrusive::list<ServerConnection, boost::intrusive::base_hook<AutoUnlinkHook>,
                         boost::intrusive::constant_time_size<false>>
      connections;
};

HttpServer::HttpServer(Shard& shard, ServerLimits limits, Handler handler)
    : serving_(std::make_unique<Serving>(shard, limits, std::move(handler))) {}

HttpServer::~HttpServer() = default;

Result<void> HttpServer::listen(std::string_view address) {
  MILLRACE_TRY_ASSIGN(listener, Listener::open(serving_->state.sockets, address));
  serving_->listener = std::move(listener);
  serving_->address = serving_->listener->address();
  serving_->endpoint = serving_->listener->endpoint();
  return {};
}

const std::string& HttpServer::address() const { return serving_->address; }

std::optional<Endpoint> HttpServer::endpoint() const { return serving_->endpoint; }

Task<void> HttpServer::serve(Scope& scope) {
  Serving& serving = *serving_;
  Scope clients(scope, "server " + serving.address, ScopeOptions{.fail_fast = false});
  serving.clients = &clients;
  while (serving.listener && !serving.state.draining) {
    auto accepted = co_await serving.listener->accept(clients);
    if (!accepted) break;
    serving.welcome(std::move(*accepted));
  }
  serving.listener.reset();
  co_await clients.join();
  co_await clients.close();
  serving.clients = nullptr;
  serving.closed.set();
}

Task<void> HttpServer::drain(Scope& scope) {
  Serving& serving = *serving_;
  serving.state.draining = true;
  if (serving.clients == nullptr) {
    serving.listener.reset();
    co_return;
  }
  if (serving.listener) serving.listener->wake();
  for (ServerConnection& connection : serving.connections) connection.wake();
  if (!co_await serving.closes_within(scope, serving.state.limits.grace)) {
    const Stop stop{.cause = StopCause::shutdown, .reason = "the server stops"};
    for (ServerConnection& connection : serving.connections) connection.stop_request(stop);
    if (!co_await serving.closes_within(scope, serving.state.limits.linger)) {
      serving.clients->stop(stop);
    }
  }
  co_await scope.wait_for_end(serving.closed, "the end of the connections");
}

ServerFigures HttpServer::figures() const { return serving_->state.figures; }

}  // namespace millrace
