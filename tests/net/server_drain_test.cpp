// How a server ends: in peace, with a grace for what is under way, or at once.
#include <random>
#include <stdexcept>

#include "net/serving.h"

namespace millrace {
namespace {

using testing::HasSubstr;

// Waits until its scope is stopped or the given time has passed.
HttpServer::Handler slow(Nanos length, std::atomic<int>& running) {
  return [length, &running](Scope& scope, ServerRequest) -> Task<ServerResponse> {
    ++running;
    const auto slept = co_await scope.sleep_for(length, "a slow answer");
    --running;
    if (slept) co_return ServerResponse{.body = "in time"};
    co_return ServerResponse{.status = 503, .body = slept.error().message()};
  };
}

ServerLimits grace_of(Nanos length) {
  ServerLimits limits;
  limits.grace = length;
  limits.linger = milliseconds(300);
  return limits;
}

TEST(ServerDrain, lets_what_is_under_way_end_and_closes_what_is_idle) {
  std::atomic<int> running = 0;
  Serving serving(slow(milliseconds(600), running), grace_of(seconds(10)));
  RawClient busy(serving.port());
  RawClient fresh(serving.port());
  busy.send(get("/"));
  ASSERT_TRUE(soon([&] { return running == 1 && serving.figures().connections == 2; }));
  const auto began = std::chrono::steady_clock::now();
  const std::uint16_t port = serving.port();
  serving.drain();
  EXPECT_EQ(fresh.read_all(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(500));
  EXPECT_EQ(running, 1);
  EXPECT_THROW(RawClient late(port), std::runtime_error);
  const Answer answer = only_answer(busy);
  EXPECT_EQ(answer.body, "in time");
  EXPECT_EQ(answer.header("Connection"), "close");
  busy.close();
  serving.join();
  EXPECT_TRUE(serving.drained());
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(5));
}

TEST(ServerDrain, closes_a_client_that_has_been_answered_and_waits) {
  Serving serving;
  RawClient client(serving.port());
  client.send(get("/"));
  EXPECT_EQ(read_answer(client).status(), 200);
  serving.drain();
  EXPECT_EQ(client.read_all(), "");
  EXPECT_FALSE(client.was_reset());
  serving.join();
}

TEST(ServerDrain, answers_a_request_that_had_been_sent_before_it_began) {
  std::promise<void> held;
  std::promise<void> go_on;
  Serving serving([&](Scope&, ServerRequest request) -> Task<ServerResponse> {
    if (request.target == "/hold") {
      // The loop stands still until the test has sent the other request, and asked to drain.
      held.set_value();
      go_on.get_future().wait();
    }
    co_return ServerResponse{.body = request.target};
  });
  RawClient idle(serving.port());
  idle.send(get("/1"));
  EXPECT_EQ(read_answer(idle).body, "/1");
  RawClient holder(serving.port());
  holder.send(get("/hold"));
  held.get_future().wait();
  idle.send(get("/2"));
  serving.drain();
  go_on.set_value();
  const Answer answer = only_answer(idle);
  EXPECT_EQ(answer.body, "/2");
  EXPECT_EQ(answer.header("Connection"), "close");
  idle.close();
  holder.close();
  serving.join();
}

TEST(ServerDrain, closes_who_was_being_answered_when_it_began) {
  const std::string large(std::size_t{12} << 20U, 'x');
  Serving serving(
      [&large](Scope&, ServerRequest) -> Task<ServerResponse> {
        co_return ServerResponse{.body = large};
      },
      grace_of(seconds(10)));
  RawClient client(serving.port());
  client.send(get("/"));
  // More than the system takes: the server waits for the client in the middle of its answer.
  ASSERT_TRUE(soon([&] { return serving.figures().requests_total == 1; }));
  const auto began = std::chrono::steady_clock::now();
  serving.drain();
  EXPECT_EQ(read_answer(client).body.size(), large.size());
  EXPECT_EQ(client.read_all(), "");
  serving.join();
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(5));
}

TEST(ServerDrain, stops_what_is_left_after_the_grace_and_tells_its_client) {
  std::atomic<int> running = 0;
  Serving serving(slow(std::chrono::hours(1), running), grace_of(milliseconds(100)));
  RawClient client(serving.port());
  client.send(get("/"));
  ASSERT_TRUE(soon([&] { return running == 1; }));
  const auto began = std::chrono::steady_clock::now();
  serving.drain();
  const Answer answer = only_answer(client);
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(100));
  EXPECT_EQ(answer.status(), 503);
  EXPECT_THAT(answer.body, HasSubstr("the server stops"));
  client.close();
  serving.join();
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(2));
}

TEST(ServerDrain, waits_for_no_client_longer_than_grace_and_linger) {
  std::atomic<int> running = 0;
  Serving serving(slow(std::chrono::hours(1), running), grace_of(milliseconds(100)));
  RawClient silent(serving.port());  // in the middle of its request
  silent.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
  RawClient answered(serving.port());  // never closes
  answered.send(get("/"));
  ASSERT_TRUE(soon([&] { return running == 1 && serving.figures().body_bytes == 2; }));
  const auto began = std::chrono::steady_clock::now();
  serving.drain();
  serving.join();
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(2));
}

TEST(ServerDrain, before_and_after_serving_is_over_at_once) {
  Shard shard;
  HttpServer server(shard, {}, say_hello);
  shard.run([&](Scope& scope) -> Task<void> {
    EXPECT_TRUE(server.listen("127.0.0.1:0"));
    co_await server.drain(scope);
    co_await server.serve(scope);
    co_await server.drain(scope);
  });
  EXPECT_EQ(shard.live_scopes(), 0U);
}

TEST(ServerDrain, ends_its_grace_when_its_own_scope_is_stopped) {
  std::atomic<int> running = 0;
  Serving serving(slow(std::chrono::hours(1), running), grace_of(std::chrono::hours(1)));
  RawClient client(serving.port());
  client.send(get("/"));
  ASSERT_TRUE(soon([&] { return running == 1; }));
  serving.drain();
  const auto began = std::chrono::steady_clock::now();
  serving.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(2));
}

// Clients in every state that there is, seeded, when the server drains or stops.
class ServerEnd : public testing::TestWithParam<unsigned> {};

TEST_P(ServerEnd, leaves_nothing_whatever_clients_are_at) {
  std::mt19937 random(GetParam());
  const auto any = [&random](unsigned most) { return random() % most; };
  ServerLimits limits = grace_of(milliseconds(30));
  limits.linger = milliseconds(30);
  limits.connections = 60;
  Serving serving(
      [](Scope& scope, ServerRequest request) -> Task<ServerResponse> {
        if (request.target.ends_with("1")) request.stop_on_disconnect();
        co_await scope.sleep_for(milliseconds(request.target.size()), "a while");
        if (request.target.ends_with("3")) throw std::runtime_error("a bug");
        co_return ServerResponse{.body = std::string(request.target.size() * 10'000, 'x')};
      },
      limits);
  Clients clients;
  connect(clients, serving.port(), 80);
  for (int step = 0; step < 400; ++step) {
    auto& client = *clients[any(80)];
    const std::string path = "/" + std::string(any(60), 'a') + std::to_string(any(4));
    const std::string post = "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n";
    switch (any(8)) {
      case 0: client.send(get(path)); break;
      case 1: client.send(get(path) + get(path) + get(path).substr(0, any(30))); break;
      case 2: client.send(post.substr(0, any(60))); break;
      case 3: client.send(post + std::string("123456789").substr(0, any(10))); break;
      case 4: client.read(1 + any(20'000), milliseconds(1)); break;
      case 5: client.finish(); break;
      case 6: client.reset(); break;
      default: std::this_thread::sleep_for(std::chrono::microseconds(any(300)));
    }
  }
  const auto began = std::chrono::steady_clock::now();
  if (any(3) == 0) {
    serving.stop();
  } else {
    serving.drain();
    serving.join();
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(3));
}

INSTANTIATE_TEST_SUITE_P(Seeds, ServerEnd, testing::Range(0U, 12U));

TEST(ServerStop, closes_everything_at_once) {
  std::atomic<int> running = 0;
  Serving serving(slow(std::chrono::hours(1), running));
  Clients clients;
  for (int i = 0; i < 30; ++i) {
    clients.push_back(std::make_unique<RawClient>(serving.port()));
    if (i % 3 == 0) clients.back()->send(get("/"));
    if (i % 3 == 1) clients.back()->send("POST / HTTP/1.1\r\n");
  }
  ASSERT_TRUE(soon([&] { return running == 10 && serving.figures().connections == 30; }));
  const auto began = std::chrono::steady_clock::now();
  serving.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(1));
  EXPECT_EQ(running, 0);
  for (auto& client : clients) EXPECT_EQ(client->read_all(), "");
}

}  // namespace
}  // namespace millrace
