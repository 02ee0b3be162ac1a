#include "net/server/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "net/server/answer_head.h"
#include "net/server/head_scan.h"

namespace millrace {
namespace {

using Went = ClientSocket::Went;

// In the list of scopes. Without the query, which may hold what only the client should know.
std::string shown(const ServerRequest& request) {
  constexpr std::size_t kMost = 200;
  const std::string_view path =
      std::string_view(request.target).substr(0, request.target.find('?'));
  return fmt::format("request {} {}{}", request.method.substr(0, kMost), path.substr(0, kMost),
                     path.size() > kMost ? "..." : "");
}

}  // namespace

ServerConnection::ServerConnection(ServerState& server, ClientSocket& socket, std::string peer)
    : server_(server), socket_(socket), peer_(std::move(peer)) {}

Task<void> ServerConnection::serve(Scope& scope) {
  while (co_await await_request(scope) && co_await serve_one(scope)) {
  }
}

Task<bool> ServerConnection::await_request(Scope& scope) {
  const TimePoint until = scope.shard().now() + server_.limits.keep_alive;
  for (;;) {
    // Some clients end a body with a line too many.
    while (input_.view().starts_with("\r\n")) input_.consume(2);
    if (!input_.empty() && input_.view() != "\r") co_return true;
    // Looks once more, and does not wait.
    if (server_.draining) socket_.wake();
    idle_ = true;
    const Went went = co_await socket_.read(scope, input_, until, "the next request");
    idle_ = false;
    if (went != Went::well) co_return false;
  }
}

Task<bool> ServerConnection::serve_one(Scope& scope) {
  Next next = Next::go_on;
  {
    RequestParser parser(server_.limits);
    BodyShare share(server_.figures.body_bytes);
    next = co_await read_head(scope, parser);
    if (next == Next::go_on) next = co_await read_body(scope, parser, share);
    if (next == Next::go_on) co_return co_await answer(scope, parser);
  }
  // What had come of it is given back before the client is waited for.
  if (next == Next::refuse) co_await refuse(scope, *refusal_);
  co_return false;
}

Task<ServerConnection::Next> ServerConnection::read_head(Scope& scope, RequestParser& parser) {
  const TimePoint until = scope.shard().now() + server_.limits.header_time;
  HeadScan scan(server_.limits);
  for (;;) {
    refusal_ = scan.look(input_.view());
    if (refusal_) co_return Next::refuse;
    if (scan.size() != 0) break;
    const Next next = co_await read_more(scope, until, "the head of the request");
    if (next != Next::go_on) co_return next;
  }
  refusal_ = parser.read_head(input_.view().substr(0, scan.size()));
  input_.consume(scan.size());
  co_return refusal_ ? Next::refuse : Next::go_on;
}

Task<ServerConnection::Next> ServerConnection::read_body(Scope& scope, RequestParser& parser,
                                                         BodyShare& share) {
  if (parser.expects_continue() && input_.empty() &&
      !co_await write(scope, "HTTP/1.1 100 Continue\r\n\r\n", {})) {
    co_return Next::end;
  }
  const TimePoint until = scope.shard().now() + server_.limits.body_time;
  while (!parser.is_done()) {
    Next next = take_body(parser, share);
    if (next == Next::go_on && !parser.is_done()) {
      const TimePoint patience = std::min(until, scope.shard().now() + server_.limits.body_idle);
      next = co_await read_more(scope, patience, "the body of the request");
    }
    if (next != Next::go_on) co_return next;
  }
  co_return Next::go_on;
}

ServerConnection::Next ServerConnection::take_body(RequestParser& parser, BodyShare& share) {
  while (!input_.empty() && !parser.is_done()) {
    const std::string_view piece = input_.view().substr(0, server_.limits.header_bytes);
    const auto used = parser.read_body(piece);
    refusal_ = used.refused;
    if (refusal_) return Next::refuse;
    if (used.bytes == 0 && piece.size() < server_.limits.header_bytes) break;
    if (used.bytes == 0) {
      return refused(400, ErrorKind::invalid,
                     "not a request of HTTP/1.1: what stands between its chunks is too long");
    }
    input_.consume(used.bytes);
    share.grow_to(parser.body_bytes());
    if (server_.figures.body_bytes > server_.limits.all_bodies_bytes) {
      return refused(503, ErrorKind::exhausted,
                     "the requests that are being read hold all the memory that they may; try "
                     "again later");
    }
  }
  return Next::go_on;
}

Task<ServerConnection::Next> ServerConnection::read_more(Scope& scope, TimePoint until,
                                                         std::string_view what) {
  Went went = co_await socket_.read(scope, input_, until, what);
  // Whoever always has something to send is never waited for.
  if (went == Went::well && scope.shard().now() >= until) went = Went::late;
  switch (went) {
    case Went::well:
    case Went::woken: co_return Next::go_on;
    case Went::late:
      co_return refused(408, ErrorKind::deadline, fmt::format("{} did not come in time", what));
    default: co_return Next::end;
  }
}

Task<bool> ServerConnection::answer(Scope& scope, RequestParser& parser) {
  ServerRequest request = parser.take();
  const bool head_only = request.method == "HEAD";
  const ServerResponse response = co_await handle(scope, std::move(request));
  const bool keeps_alive = parser.keeps_alive() && !server_.draining;
  const bool sends_body = !head_only && has_body(response.status);
  const std::string head = answer_head(response, keeps_alive, server_.date());
  if (!co_await write(scope, head, sends_body ? response.body : std::string_view())) {
    co_return false;
  }
  // Who said itself that this was all closes by itself.
  if (!keeps_alive && (parser.keeps_alive() || !input_.empty())) co_await linger(scope);
  co_return keeps_alive;
}

Task<ServerResponse> ServerConnection::handle(Scope& scope, ServerRequest request) {
  Scope own(scope, shown(request));
  request_ = &own;
  const CountedHere in_flight(server_.figures.requests_in_flight);
  ++server_.figures.requests_total;
  request.peer = peer_;
  bool watched = false;
  request.stop_on_disconnect = [this, &own, &watched] {
    if (std::exchange(watched, true)) return;
    own.start("client", [this, &own](Scope& watch) { return watch_client(watch, own); });
  };
  std::optional<ServerResponse> response;
  // A task, so that what the handler throws is caught where all tasks' exceptions are.
  own.start("handler", [this, &own, &request, &response](Scope& work) -> Task<Result<void>> {
    response = co_await server_.handler(work, std::move(request));
    own.cancel(StopCause::finished, "it has been answered");
    co_return Result<void>();
  });
  const auto joined = co_await own.join();
  co_await own.close();
  request_ = nullptr;
  if (!response) co_return to_response({500, joined.error().at(own.name())});
  if (const auto checked = check_answer(*response); !checked) {
    co_return to_response({500, checked.error().at(own.name())});
  }
  co_return std::move(*response);
}

Task<Result<void>> ServerConnection::watch_client(Scope& watch, Scope& request) {
  // What comes meanwhile belongs to the next request. One head of it is enough.
  while (input_.size() < server_.limits.header_bytes) {
    const Went went =
        co_await socket_.read(watch, input_, TimePoint::max(), "the client, should it go away");
    if (went == Went::well || went == Went::woken) continue;
    if (went != Went::stopped) request.cancel(StopCause::user, "the client has gone away");
    break;
  }
  co_return Result<void>();
}

Task<bool> ServerConnection::write(Scope& scope, std::string_view head, std::string_view body) {
  const TimePoint until = scope.shard().now() + server_.limits.answer_time;
  const Went went = co_await socket_.write(scope, head, body, server_.limits.write_stall, until,
                                           "the client to take its answer");
  co_return went == Went::well;
}

Task<void> ServerConnection::refuse(Scope& scope, const Refusal& refusal) {
  const ServerResponse response = to_response(refusal);
  const std::string head = answer_head(response, false, server_.date());
  if (co_await write(scope, head, response.body)) co_await linger(scope);
}

// A socket that is closed with something unread is reset, and what it sent may be lost on the way.
Task<void> ServerConnection::linger(Scope& scope) {
  socket_.finish();
  const TimePoint until = scope.shard().now() + server_.limits.linger;
  Went went = Went::well;
  while (went == Went::well && scope.shard().now() < until) {
    input_.consume(input_.size());
    went = co_await socket_.read(scope, input_, until, "the client to close");
  }
}

void ServerConnection::wake() {
  if (idle_) socket_.wake();
}

void ServerConnection::stop_request(const Stop& stop) {
  if (request_ != nullptr) request_->stop(stop);
}

ServerConnection::Next ServerConnection::refused(unsigned status, ErrorKind kind,
                                                 std::string message) {
  refusal_ = Refusal{status, Error(kind, std::move(message))};
  return Next::refuse;
}

}  // namespace millrace
