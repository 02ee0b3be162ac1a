// The handler, and what becomes of it: its scope, what it throws, what it answers that cannot be
// written, and clients that go away before it has answered.
#include <stdexcept>

#include "net/serving.h"

namespace millrace {
namespace {

using testing::HasSubstr;
using testing::Not;

// Handlers wait at it until the test opens it.
struct Gate {
  Event event;
  std::atomic<int> waiting = 0;
  std::optional<Error> ended_with;  // of the last that was stopped

  HttpServer::Handler handler(bool watches_client = false) {
    return [this, watches_client](Scope& scope, ServerRequest request) -> Task<ServerResponse> {
      if (watches_client) request.stop_on_disconnect();
      ++waiting;
      const auto waited = co_await scope.wait(event, "the gate");
      --waiting;
      if (!waited) ended_with = waited.error();
      co_return ServerResponse{.status = waited ? 200U : 503U, .body = request.target};
    };
  }
  void open(Serving& serving) {
    serving.shard().post([this] { event.set(); });
  }
};

TEST(ServerHandler, that_throws_is_a_bug_and_the_server_goes_on) {
  Serving serving([](Scope&, ServerRequest request) -> Task<ServerResponse> {
    if (request.target == "/throw?token=secret") throw std::runtime_error("a \"wild\" idea");
    if (request.target == "/odd") throw 7;  // NOLINT(hicpp-exception-baseclass)
    co_return ServerResponse{};
  });
  RawClient client(serving.port());
  for (const char* path : {"/throw?token=secret", "/odd"}) {
    client.send(get(path));
    const Answer answer = read_answer(client);
    EXPECT_EQ(answer.status(), 500);
    EXPECT_THAT(answer.body, HasSubstr("\"kind\":\"bug\""));
    EXPECT_THAT(answer.body, HasSubstr("please report this"));
    EXPECT_THAT(answer.body, HasSubstr("\"where\":\"request GET /"));
    EXPECT_THAT(answer.body, Not(HasSubstr("secret")));
  }
  client.send(get("/"));
  EXPECT_EQ(read_answer(client).status(), 200);
}

TEST(ServerHandler, cannot_write_what_would_break_the_answer) {
  const std::vector<ServerResponse> bad = {
      {.headers = {{"X-A", "b\r\nX-B: c"}}},
      {.headers = {{"X-A", "b\nc"}}},
      {.headers = {{"X-A", "b\rc"}}},
      {.headers = {{"X-A", std::string("b\0c", 3)}}},
      {.headers = {{"X A", "b"}}},
      {.headers = {{"X-A:", "b"}}},
      {.headers = {{"", "b"}}},
      {.headers = {{"content-length", "0"}}},
      {.headers = {{"Transfer-Encoding", "chunked"}}},
      {.headers = {{"CONNECTION", "close"}}},
      {.headers = {{"Content-Type", "text/html"}}},
      {.content_type = "text/html\r\nX-B: c"},
      {.status = 100},
      {.status = 99},
      {.status = 600},
      {.status = 2000},
      {.status = 0},
  };
  std::size_t next = 0;
  Serving serving([&](Scope&, ServerRequest) -> Task<ServerResponse> { co_return bad.at(next++); });
  RawClient client(serving.port());
  for (std::size_t i = 0; i < bad.size(); ++i) {
    client.send(get("/"));
    const Answer answer = read_answer(client);
    EXPECT_EQ(answer.status(), 500) << i;
    EXPECT_THAT(answer.head, Not(HasSubstr("X-"))) << i;
    EXPECT_THAT(answer.body, HasSubstr("\"kind\":\"bug\"")) << i;
  }
}

TEST(ServerHandler, leaves_nothing_running_when_it_returns) {
  std::atomic<int> ended = 0;
  Serving serving([&ended](Scope& scope, ServerRequest) -> Task<ServerResponse> {
    scope.start("left behind", [&ended](Scope& task) -> Task<Result<void>> {
      const auto slept = co_await task.sleep_for(std::chrono::hours(1), "nothing");
      ++ended;
      co_return slept;
    });
    co_return ServerResponse{};
  });
  RawClient client(serving.port());
  client.send(get("/"));
  EXPECT_EQ(read_answer(client).status(), 200);
  EXPECT_EQ(ended, 1);
}

TEST(ServerHandler, has_a_scope_that_says_what_it_is_for) {
  Gate gate;
  Serving serving(gate.handler());
  RawClient client(serving.port());
  client.send(
      "POST /workflows/7/exec?token=secret HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(soon([&] { return gate.waiting == 1; }));
  EXPECT_EQ(serving.figures().requests_in_flight, 1U);
  std::string path;
  for (const ScopeInfo& scope : serving.scopes()) {
    if (scope.waiting_for == std::vector<std::string>{"the gate"}) path = scope.path;
  }
  EXPECT_THAT(path, HasSubstr(" > server " + serving.address() + " > connection 127.0.0.1:"));
  EXPECT_THAT(path, testing::EndsWith(" > request POST /workflows/7/exec > handler"));
  gate.open(serving);
  EXPECT_EQ(read_answer(client).status(), 200);
}

TEST(ServerHandler, goes_on_when_the_client_goes_away) {
  Gate gate;
  Serving serving(gate.handler());
  {
    RawClient client(serving.port());
    client.send(get("/"));
    ASSERT_TRUE(soon([&] { return gate.waiting == 1; }));
    client.reset();
  }
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(gate.waiting, 1);
  gate.open(serving);
  ASSERT_TRUE(soon([&] { return serving.figures().connections == 0; }));
  EXPECT_FALSE(gate.ended_with);
}

TEST(ServerHandler, answers_who_has_only_ended_its_half) {
  Gate gate;
  Serving serving(gate.handler());
  RawClient client(serving.port());
  client.send(get("/x"));
  client.finish();
  ASSERT_TRUE(soon([&] { return gate.waiting == 1; }));
  gate.open(serving);
  EXPECT_EQ(only_answer(client).body, "/x");
}

class ServerHandlerThatAsks : public testing::TestWithParam<std::pair<const char*, int>> {};

TEST_P(ServerHandlerThatAsks, is_stopped_when_the_client_goes_away) {
  Gate gate;
  Serving serving(gate.handler(true));
  RawClient client(serving.port());
  client.send(get("/"));
  ASSERT_TRUE(soon([&] { return gate.waiting == 1; }));
  switch (GetParam().second) {
    case 0: client.close(); break;
    case 1: client.reset(); break;
    case 2: client.finish(); break;
    default:
      client.send(get("/next"));  // and does not wait for it
      std::this_thread::sleep_for(milliseconds(20));
      client.close();
  }
  ASSERT_TRUE(soon([&] { return serving.figures().connections == 0; }));
  serving.stop();
  ASSERT_TRUE(gate.ended_with);
  EXPECT_EQ(gate.ended_with->kind(), ErrorKind::canceled);
  EXPECT_THAT(gate.ended_with->message(), HasSubstr("the client has gone away"));
}

INSTANTIATE_TEST_SUITE_P(Ways, ServerHandlerThatAsks,
                         testing::Values(std::pair{"closes", 0}, std::pair{"resets", 1},
                                         std::pair{"ends_its_half", 2},
                                         std::pair{"pipelines_and_closes", 3}),
                         [](const auto& way) { return way.param.first; });

TEST(ServerHandlerThatAsksTwice, is_stopped_neither_by_bytes_nor_after_its_answer) {
  std::atomic<int> stopped = 0;
  Serving serving([&stopped](Scope& scope, ServerRequest request) -> Task<ServerResponse> {
    request.stop_on_disconnect();
    request.stop_on_disconnect();
    if (!co_await scope.sleep_for(milliseconds(20), "a moment")) ++stopped;
    co_return ServerResponse{.body = request.target};
  });
  RawClient client(serving.port());
  client.send(get("/1"));
  std::this_thread::sleep_for(milliseconds(5));
  // What comes meanwhile, in pieces, is the next request.
  client.send("GET /2 HT");
  std::this_thread::sleep_for(milliseconds(5));
  client.send("TP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(read_answer(client).body, "/1");
  EXPECT_EQ(read_answer(client).body, "/2");
  client.close();
  ASSERT_TRUE(soon([&] { return serving.figures().connections == 0; }));
  EXPECT_EQ(stopped, 0);
}

TEST(ServerHandlerThatAsksTwice, holds_no_more_of_a_flood_than_of_a_head) {
  Gate gate;
  ServerLimits limits;
  limits.header_bytes = 10'000;
  Serving serving(gate.handler(true), limits);
  RawClient client(serving.port());
  client.send(get("/"));
  ASSERT_TRUE(soon([&] { return gate.waiting == 1; }));
  std::atomic<std::size_t> sent = 0;
  std::thread flood([&] {
    const std::string piece(std::size_t{64} << 10U, 'x');
    while (sent < std::size_t{64} << 20U && client.send(piece)) sent += piece.size();
  });
  std::this_thread::sleep_for(milliseconds(200));
  EXPECT_LT(sent, std::size_t{32} << 20U);
  gate.open(serving);
  flood.join();
}

}  // namespace
}  // namespace millrace
