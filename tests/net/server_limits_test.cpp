// Clients that take their time, or too much of something: each ends in bounded time and memory.
#include <sys/resource.h>

#include "net/serving.h"
#include "support/measure.h"
#include "support/millrace_binary.h"

namespace millrace {
namespace {

using testing::HasSubstr;

ServerLimits with(const std::function<void(ServerLimits&)>& change) {
  ServerLimits limits;
  limits.linger = milliseconds(200);
  change(limits);
  return limits;
}

std::chrono::steady_clock::duration since(std::chrono::steady_clock::time_point began) {
  return std::chrono::steady_clock::now() - began;
}

const std::string kPost = "POST / HTTP/1.1\r\nHost: h\r\n";

TEST(ServerLimits, of_time_for_a_head_end_whoever_drips_it) {
  Serving serving(say_hello,
                  with([](ServerLimits& limits) { limits.header_time = milliseconds(100); }));
  RawClient client(serving.port());
  const auto began = std::chrono::steady_clock::now();
  client.send("GET / HTTP/1.1\r\n");
  // Each byte comes in good time: it is the whole that does not.
  for (int i = 0; i < 12 && client.send("X"); ++i) std::this_thread::sleep_for(milliseconds(10));
  const Answer answer = only_answer(client);
  EXPECT_EQ(answer.status(), 408);
  EXPECT_THAT(answer.body, HasSubstr("\"kind\":\"deadline\""));
  EXPECT_GE(since(began), milliseconds(100));
  EXPECT_LT(since(began), milliseconds(2000));
}

TEST(ServerLimits, of_time_for_a_head_begin_with_its_first_byte) {
  Serving serving(say_hello,
                  with([](ServerLimits& limits) { limits.header_time = milliseconds(100); }));
  RawClient client(serving.port());
  for (int i = 0; i < 2; ++i) {
    std::this_thread::sleep_for(milliseconds(150));
    client.send(get("/"));
    EXPECT_EQ(read_answer(client).status(), 200);
  }
}

TEST(ServerLimits, of_idle_time_close_without_a_word) {
  Serving serving(say_hello,
                  with([](ServerLimits& limits) { limits.keep_alive = milliseconds(250); }));
  RawClient fresh(serving.port());
  RawClient used(serving.port());
  used.send(get("/"));
  EXPECT_EQ(read_answer(used).status(), 200);
  const auto began = std::chrono::steady_clock::now();
  used.send("\r\n");  // not a request, and no reason to stay
  EXPECT_EQ(fresh.read_all(), "");
  EXPECT_EQ(used.read_all(), "");
  EXPECT_LT(since(began), milliseconds(2000));
  EXPECT_TRUE(soon([&] { return serving.figures().connections == 0; }));
}

TEST(ServerLimits, between_the_bytes_of_a_body_end_it) {
  Serving serving(say_hello,
                  with([](ServerLimits& limits) { limits.body_idle = milliseconds(80); }));
  for (const std::string& body :
       {"Content-Length: 5\r\n\r\nab", "Transfer-Encoding: chunked\r\n\r\n5\r\nab",
        "Transfer-Encoding: chunked\r\n\r\n",
        "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n"}) {
    RawClient client(serving.port());
    const auto began = std::chrono::steady_clock::now();
    client.send(kPost + body);
    EXPECT_THAT(client.read_all(), HasSubstr("HTTP/1.1 408 Request Timeout")) << body;
    EXPECT_GE(since(began), milliseconds(80));
    EXPECT_LT(since(began), milliseconds(2000));
  }
}

TEST(ServerLimits, between_bytes_leave_alone_who_is_slow_and_steady) {
  const std::string large(std::size_t{40} << 20U, 'x');
  Serving serving(
      [&large](Scope&, ServerRequest) -> Task<ServerResponse> {
        co_return ServerResponse{.body = large};
      },
      with(
          [](ServerLimits& limits) { limits.body_idle = limits.write_stall = milliseconds(400); }));
  RawClient client(serving.port());
  client.send(kPost + "Content-Length: 8\r\n\r\n");
  for (int i = 0; i < 8; ++i) {
    std::this_thread::sleep_for(milliseconds(60));
    client.send("x");
  }
  std::size_t taken = 0;
  for (std::string piece = "x"; !piece.empty() && taken < large.size(); taken += piece.size()) {
    std::this_thread::sleep_for(milliseconds(30));
    piece = client.read(std::size_t{2} << 20U);
  }
  EXPECT_GE(taken, large.size());
}

TEST(ServerLimits, of_time_for_all_of_a_body_end_whoever_drips_it) {
  Serving serving(say_hello,
                  with([](ServerLimits& limits) { limits.body_time = milliseconds(100); }));
  RawClient client(serving.port());
  const auto began = std::chrono::steady_clock::now();
  client.send(kPost + "Content-Length: 5000\r\n\r\n");
  for (int i = 0; i < 12 && client.send("X"); ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_EQ(only_answer(client).status(), 408);
  EXPECT_LT(since(began), milliseconds(2000));
}

TEST(ServerLimits, of_time_end_whoever_never_stops_sending_and_says_nothing) {
  // Tiny chunks with long extensions: the body stays small for ever.
  Serving serving(say_hello,
                  with([](ServerLimits& limits) { limits.body_time = milliseconds(100); }));
  RawClient client(serving.port());
  client.send(kPost + "Transfer-Encoding: chunked\r\n\r\n");
  std::string chunks;
  for (int i = 0; i < 64; ++i) chunks += "1;" + std::string(1000, 'x') + "\r\na\r\n";
  const auto began = std::chrono::steady_clock::now();
  while (since(began) < seconds(5) && client.send(chunks)) {
  }
  EXPECT_LT(since(began), seconds(2));
  EXPECT_TRUE(soon([&] { return serving.figures().connections == 0; }));
}

TEST(ServerLimits, end_whoever_does_not_take_its_answer) {
  const std::string large(std::size_t{12} << 20U, 'x');
  Serving serving(
      [&large](Scope&, ServerRequest) -> Task<ServerResponse> {
        co_return ServerResponse{.body = large};
      },
      with([](ServerLimits& limits) { limits.write_stall = milliseconds(100); }));
  RawClient client(serving.port());
  client.send(get("/"));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(soon([&] { return serving.figures().requests_total == 1; }));
  EXPECT_TRUE(soon([&] { return serving.figures().connections == 0; }));
  EXPECT_GE(since(began), milliseconds(90));
  EXPECT_LT(since(began), seconds(2));
  EXPECT_LT(client.read_all().size(), large.size());
}

TEST(ServerLimits, of_time_for_an_answer_end_whoever_sips_it) {
  const std::string large(std::size_t{64} << 20U, 'x');
  Serving serving(
      [&large](Scope&, ServerRequest) -> Task<ServerResponse> {
        co_return ServerResponse{.body = large};
      },
      with([](ServerLimits& limits) { limits.answer_time = milliseconds(200); }));
  RawClient client(serving.port());
  client.send(get("/"));
  const auto began = std::chrono::steady_clock::now();
  while (since(began) < seconds(5) && !client.read(std::size_t{256} << 10U).empty()) {
    std::this_thread::sleep_for(milliseconds(10));
    if (serving.figures().connections == 0) break;
  }
  EXPECT_LT(since(began), seconds(2));
  EXPECT_TRUE(soon([&] { return serving.figures().connections == 0; }));
}

TEST(ServerLimits, of_clients_answer_one_too_many_with_503) {
  Serving serving(say_hello, with([](ServerLimits& limits) { limits.connections = 2; }));
  RawClient first(serving.port());
  auto second = std::make_unique<RawClient>(serving.port());
  ASSERT_TRUE(soon([&] { return serving.figures().connections == 2; }));
  RawClient third(serving.port());
  third.send(get("/"));
  const Answer answer = only_answer(third);
  EXPECT_EQ(answer.status(), 503);
  EXPECT_EQ(answer.header("Retry-After"), "1");
  EXPECT_THAT(answer.body, HasSubstr("\"kind\":\"exhausted\""));
  EXPECT_FALSE(third.was_reset());
  EXPECT_EQ(serving.figures().connections_refused, 1U);
  // The others are as they were, and there is room again when one goes.
  first.send(get("/"));
  EXPECT_EQ(read_answer(first).status(), 200);
  second.reset();
  ASSERT_TRUE(soon([&] { return serving.figures().connections == 1; }));
  RawClient fourth(serving.port());
  fourth.send(get("/"));
  EXPECT_EQ(read_answer(fourth).status(), 200);
}

TEST(ServerLimits, of_clients_hold_against_a_crowd_that_stays) {
  Serving serving(say_hello, with([](ServerLimits& limits) {
                    limits.connections = 1;
                    limits.linger = seconds(20);
                  }));
  RawClient first(serving.port());
  ASSERT_TRUE(soon([&] { return serving.figures().connections == 1; }));
  Clients crowd;
  connect(crowd, serving.port(), 200);
  ASSERT_TRUE(soon([&] { return serving.figures().connections_refused == 200; }));
  // A scope for each client that is told so, and no more than 64 of those.
  EXPECT_LT(serving.scopes().size(), 80U);
  first.send(get("/"));
  EXPECT_EQ(read_answer(first).status(), 200);
}

TEST(ServerLimits, of_all_bodies_together_refuse_what_is_too_much) {
  Serving serving(tell_request, with([](ServerLimits& limits) { limits.all_bodies_bytes = 1000; }));
  RawClient holder(serving.port());
  holder.send(kPost + "Content-Length: 900\r\n\r\n" + std::string(800, 'a'));
  ASSERT_TRUE(soon([&] { return serving.figures().body_bytes == 800; }));
  RawClient other(serving.port());
  other.send(kPost + "Content-Length: 300\r\n\r\n" + std::string(300, 'b'));
  const Answer refused = only_answer(other);
  EXPECT_EQ(refused.status(), 503);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  holder.send(std::string(100, 'a'));
  EXPECT_EQ(read_answer(holder).status(), 200);
  EXPECT_TRUE(soon([&] { return serving.figures().body_bytes == 0; }));
}

TEST(ServerLimits, of_a_body_let_a_client_that_sends_on_read_why) {
  Serving serving(say_hello, with([](ServerLimits& limits) {
                    limits.body_bytes = 1000;
                    limits.linger = seconds(5);
                  }));
  RawClient client(serving.port());
  // More than the buffers of both sides hold: without reading on, this would end in a reset.
  client.send(kPost + "Content-Length: 20000000\r\n\r\n");
  const std::string piece(std::size_t{1} << 20U, 'x');
  for (int i = 0; i < 19; ++i) EXPECT_TRUE(client.send(piece));
  client.finish();
  EXPECT_EQ(only_answer(client).status(), 413);
  EXPECT_FALSE(client.was_reset());
}

TEST(ServerLimits, of_memory_hold_for_slow_clients) {
  if (support::is_sanitized()) GTEST_SKIP() << "sanitizers keep books of their own";
  Serving serving;
  Clients clients;
  connect(clients, serving.port(), 10);
  for (auto& client : clients) client->send(get("/"));
  for (auto& client : clients) EXPECT_EQ(read_answer(*client).status(), 200);
  const std::size_t before = support::resident_bytes();
  connect(clients, serving.port(), 400);
  // Each announces the largest body there may be, and sends none of it.
  for (auto& client : clients) client->send(kPost + "Content-Length: 16777216\r\n\r\nx");
  ASSERT_TRUE(soon([&] { return serving.figures().body_bytes == clients.size(); }));
  EXPECT_LT(support::resident_bytes() - before, clients.size() * 32 * 1024);
}

TEST(ServerLimits, of_turns_let_others_come_between_requests_of_a_flood) {
  std::promise<void> first_came;
  std::promise<void> other_sent;
  std::vector<std::string> order;
  Serving serving([&](Scope&, ServerRequest request) -> Task<ServerResponse> {
    if (request.target == "/first") {
      // Holds the loop until the other client's request lies in its socket.
      first_came.set_value();
      other_sent.get_future().wait();
    }
    order.push_back(request.target);
    co_return ServerResponse{};
  });
  RawClient other(serving.port());
  RawClient flood(serving.port());
  std::string requests = get("/first");
  for (int i = 0; i < 500; ++i) requests += get("/flood");
  flood.send(requests);
  first_came.get_future().wait();
  other.send(get("/other"));
  other_sent.set_value();
  EXPECT_EQ(read_answer(other).status(), 200);
  for (int i = 0; i < 501; ++i) EXPECT_EQ(read_answer(flood).status(), 200);
  serving.stop();
  EXPECT_LT(std::ranges::find(order, "/other") - order.begin(), 100);
}

// Descriptors that run out, as long as it lives: those of this process from now on.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit none = before_;
    // The lowest free one: all below are in use.
    const int next = ::dup(0);
    ::close(next);
    none.rlim_cur = static_cast<rlim_t>(next);
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

std::chrono::nanoseconds processor_time() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return seconds(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         std::chrono::microseconds(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

TEST(ServerLimits, of_the_system_on_descriptors_are_waited_out) {
  Serving serving;
  RawClient client(serving.port());
  client.send(get("/"));
  EXPECT_EQ(read_answer(client).status(), 200);
  const int late = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_port = htons(serving.port());
  there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  {
    const NoDescriptors none;
    ASSERT_EQ(::connect(late, reinterpret_cast<sockaddr*>(&there), sizeof there), 0);
    const auto before = processor_time();
    std::this_thread::sleep_for(milliseconds(300));
    EXPECT_LT(processor_time() - before, milliseconds(100));
    EXPECT_EQ(serving.figures().connections, 1U);
    // Who is there already is served.
    client.send(get("/"));
    EXPECT_EQ(read_answer(client).status(), 200);
  }
  EXPECT_TRUE(soon([&] { return serving.figures().connections == 2; }));
  ::close(late);
}

}  // namespace
}  // namespace millrace
