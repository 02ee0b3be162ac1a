// One client of the server: reads its requests, one after the other, and answers each before it
// looks at the next. Lives on the coroutine of its scope.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/server/client_socket.h"
#include "net/server/request_parser.h"
#include "net/server/server_state.h"

namespace millrace {

class ServerConnection : public AutoUnlinkHook {
 public:
  ServerConnection(ServerState& server, ClientSocket& socket, std::string peer);

  // Until the client or the server has enough. Stopping `scope` stops the request under way and
  // ends it.
  Task<void> serve(Scope& scope);
  // Answers with `refusal`, and lets the client read that before the connection ends.
  Task<void> refuse(Scope& scope, const Refusal& refusal);

  // The server drains: one that waits for a next request ends.
  void wake();
  // The request under way is stopped, so that it can still be answered.
  void stop_request(const Stop& stop);

 private:
  enum class Next : std::uint8_t {
    go_on,
    refuse,  // with refusal_
    end,
  };

  // False where none comes.
  Task<bool> await_request(Scope& scope);
  // False where no other may follow it.
  Task<bool> serve_one(Scope& scope);
  Task<Next> read_head(Scope& scope, RequestParser& parser);
  Task<Next> read_body(Scope& scope, RequestParser& parser, BodyShare& share);
  // Uses what has come of the body.
  Next take_body(RequestParser& parser, BodyShare& share);
  // `what` is late at `until`, and that is a refusal.
  Task<Next> read_more(Scope& scope, TimePoint until, std::string_view what);
  Task<bool> answer(Scope& scope, RequestParser& parser);
  Task<ServerResponse> handle(Scope& scope, ServerRequest request);
  Task<Result<void>> watch_client(Scope& watch, Scope& request);
  Task<bool> write(Scope& scope, std::string_view head, std::string_view body);
  Task<void> linger(Scope& scope);
  Next refused(unsigned status, ErrorKind kind, std::string message);

  ServerState& server_;
  ClientSocket& socket_;
  std::string peer_;
  InputBuffer input_;
  std::optional<Refusal> refusal_;
  Scope* request_ = nullptr;  // under way
  bool idle_ = false;
};

}  // namespace millrace
