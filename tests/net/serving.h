// What tests of the HTTP server share: a server on a thread and a shard of its own, what a client
// reads from it, and the check that nothing is left of it.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/server/http_server.h"
#include "support/raw_client.h"

namespace millrace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::RawClient;

inline Task<ServerResponse> say_hello(Scope&, ServerRequest) {
  co_return ServerResponse{.content_type = "text/plain", .body = "hello"};
}

// What was asked, for the client to compare.
inline Task<ServerResponse> tell_request(Scope&, ServerRequest request) {
  std::string text = request.method + " " + request.target + "\n";
  for (const auto& [name, value] : request.headers) text += fmt::format("{}={}\n", name, value);
  co_return ServerResponse{.content_type = "text/plain", .body = text + "\n" + request.body};
}

class Serving {
 public:
  explicit Serving(HttpServer::Handler handler = say_hello, ServerLimits limits = {},
                   std::string address = "127.0.0.1:0")
      : server_(shard_, limits, std::move(handler)) {
    std::promise<Result<void>> listening;
    auto listens = listening.get_future();
    thread_ = std::thread([this, address, &listening] {
      shard_.run([&](Scope& scope) -> Task<void> {
        const auto listens_now = server_.listen(address);
        scope_ = &scope;
        listening.set_value(listens_now);
        if (listens_now) co_await server_.serve(scope);
      });
    });
    const auto listened = listens.get();
    EXPECT_TRUE(listened) << listened.error().to_line();
  }
  ~Serving() { stop(); }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  std::uint16_t port() const {
    const std::string& address = server_.address();
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }
  const std::string& address() const { return server_.address(); }

  // On the server's thread, and waits for it.
  template <class F>
  auto ask(F question) {
    std::promise<decltype(question())> answered;
    auto answer = answered.get_future();
    shard_.post([&] { answered.set_value(question()); });
    return answer.get();
  }
  ServerFigures figures() {
    return ask([this] { return server_.figures(); });
  }
  std::vector<ScopeInfo> scopes() {
    return ask([this] { return shard_.scopes(); });
  }
  Shard& shard() { return shard_; }

  // Begins to drain; serving has ended once joined.
  void drain() {
    shard_.post([this] {
      scope_->start("drain", [this](Scope& scope) -> Task<Result<void>> {
        co_await server_.drain(scope);
        drained_ = server_.figures().connections == 0;
        co_return Result<void>();
      });
    });
  }
  bool drained() const { return drained_; }

  void join() {
    if (!thread_.joinable()) return;
    thread_.join();
    EXPECT_EQ(shard_.live_scopes(), 0U);
    EXPECT_EQ(server_.figures().connections, 0U);
    EXPECT_EQ(server_.figures().requests_in_flight, 0U);
    EXPECT_EQ(server_.figures().body_bytes, 0U);
  }
  void stop() {
    if (!thread_.joinable()) return;
    shard_.post([this] { shard_.root().cancel(StopCause::shutdown, "the test is over"); });
    join();
  }

 private:
  Shard shard_;
  HttpServer server_;
  Scope* scope_ = nullptr;
  bool drained_ = false;
  std::thread thread_;
};

struct Answer {
  std::string head;
  std::string body;

  int status() const { return head.size() < 12 ? 0 : std::stoi(head.substr(9, 3)); }
  std::string header(const std::string& name) const {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "(none)";
    const std::size_t from = at + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
  }
};

// The next answer on a connection; without a head where none comes.
inline Answer read_answer(RawClient& client, bool has_body = true,
                          milliseconds limit = seconds(20)) {
  Answer answer;
  while (!answer.head.ends_with("\r\n\r\n")) {
    const std::string next = client.read(1, limit);
    if (next.empty()) return answer;
    answer.head += next;
  }
  const std::string length = answer.header("Content-Length");
  if (has_body && length != "(none)") answer.body = client.read(std::stoul(length), limit);
  return answer;
}

// All of them, until the server closes.
inline Answer only_answer(RawClient& client, milliseconds limit = seconds(20)) {
  const std::string all = client.read_all(limit);
  const std::size_t end = std::min(all.find("\r\n\r\n"), all.size());
  return {all.substr(0, std::min(end + 4, all.size())),
          end + 4 <= all.size() ? all.substr(end + 4) : ""};
}

using Clients = std::vector<std::unique_ptr<RawClient>>;

inline void connect(Clients& clients, std::uint16_t port, std::size_t count) {
  clients.reserve(clients.size() + count);
  for (std::size_t i = 0; i < count; ++i) clients.push_back(std::make_unique<RawClient>(port));
}

inline std::string get(const std::string& path, const std::string& headers = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: here\r\n" + headers + "\r\n";
}

// Whether `holds` comes to be true within some seconds.
template <class F>
bool soon(F holds) {
  const auto until = std::chrono::steady_clock::now() + seconds(10);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(milliseconds(2));
  }
  return true;
}

}  // namespace millrace
