// What tests of the HTTP client share: a shard in real time with a client, a session and a step on
// it, and the check that nothing is left of them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "net/cursor.h"
#include "net/http_client.h"
#include "net/reading.h"
#include "support/bodies.h"
#include "support/measure.h"
#include "support/raw_server.h"

// Ends the coroutine where the rest of the test would make no sense.
#define REQUIRE(condition)              \
  if (!(condition)) {                   \
    ADD_FAILURE() << "not " #condition; \
    co_return;                          \
  }
#define REQUIRE_OK(result)                                       \
  if (!(result)) {                                               \
    ADD_FAILURE() << #result ": " << (result).error().to_line(); \
    co_return;                                                   \
  }

namespace millrace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::Connection;
using support::RawServer;
using support::Request;

struct Fetching {
  HttpClient& client;
  Scope& session;

  // Sends within a step of its own, which has ended when this returns.
  Task<Result<HttpResponse>> send(HttpRequest request) {
    if (request.opened_by.empty()) request.opened_by = "step 7";
    Scope step(session, "step 7");
    auto response = co_await client.send(step, session, std::move(request));
    co_await step.close();
    co_return response;
  }
  Task<Result<HttpResponse>> get(std::string url) {
    HttpRequest request;
    request.url = std::move(url);
    co_return co_await send(std::move(request));
  }
  Task<Result<std::string>> read(Ref<Body> body) {
    Scope step(session, "reader");
    Ref<Reader> reader(body);
    auto drained = co_await drain(step, reader, 1ULL << 30);
    co_await step.close();
    if (!drained) co_return drained.error();
    const auto whole = reader->drained();
    if (!whole) co_return Error(ErrorKind::bug, "drained and yet not there");
    if (!*whole) co_return whole->error();
    co_return std::string(**whole);
  }
};

// `main` runs in a session; when it has ended nothing may be left.
inline void fetching(std::function<Task<void>(Fetching&)> main, HttpOptions options = {}) {
  {
    Shard shard(TimeMode::real);
    HttpClient client(shard, std::move(options));
    shard.run([&](Scope& root) -> Task<void> {
      Scope session(root, "session");
      Fetching here{client, session};
      co_await main(here);
      co_await session.close();
    });
    EXPECT_EQ(client.transfers(), 0U);
    EXPECT_EQ(shard.live_scopes(), 0U);
    client.close_idle();
    EXPECT_EQ(client.open_sockets(), 0U);
  }
  EXPECT_EQ(Scope::live(), 0U);
}

// Sanitizers are slow and fat: tests then do the same with less.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// A server whose every connection does the same after reading one request.
inline RawServer::Handler after_request(const std::function<void(Connection&)>& then) {
  return [then](Connection& peer) {
    if (peer.read_request()) then(peer);
  };
}

inline TimePoint now() { return RealClock().now(); }

}  // namespace millrace
