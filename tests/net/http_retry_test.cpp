// When a request is tried again: on a clock that jumps, so that minutes of waiting take no time and
// can be compared exactly.
#include <set>

#include "fetching.h"
#include "support/certificates.h"

namespace millrace {
namespace {

using support::answer;

// Each request gets the next answer, and the last one from then on; an empty one: the connection
// is reset.
RawServer::Handler in_turn(std::vector<std::string> answers, std::atomic<std::size_t>& count) {
  return RawServer::each_request(
      [answers = std::move(answers), &count](Connection& peer, const Request&) {
        const std::string& next = answers[std::min(count++, answers.size() - 1)];
        if (next.empty()) {
          peer.reset();
        } else {
          peer.send(next);
        }
      });
}

struct Tried {
  std::size_t requests = 0;
  int attempts = 0;
  int status = 0;
  std::string error;
  Nanos waited{};  // by the virtual clock
};

Tried try_with(const std::vector<std::string>& answers, HttpRequest request) {
  Tried tried;
  std::atomic<std::size_t> count = 0;
  RawServer server(in_turn(answers, count));
  if (request.url.empty()) request.url = server.url();
  const TimePoint real = now();
  {
    Shard shard(TimeMode::jumping);
    HttpClient client(shard, {});
    shard.run([&](Scope& root) -> Task<void> {
      Scope session(root, "session");
      Fetching here{client, session};
      const TimePoint began = shard.now();
      auto response = co_await here.send(std::move(request));
      tried.waited = shard.now() - began;
      if (response) {
        tried.attempts = response->attempts;
        tried.status = response->status_code;
      } else {
        tried.error = std::string(to_string(response.error().kind()));
      }
      co_await session.close();
    });
    EXPECT_EQ(shard.live_scopes(), 0U);
  }
  tried.requests = count;
  EXPECT_LT(now() - real, seconds(kSanitized ? 60 : 5));
  return tried;
}

const std::string kBusy = answer("busy", "503 Busy");
const std::string kFine = answer("fine");

std::string busy_for(const std::string& after) {
  return answer("busy", "429 Slow", "Retry-After: " + after + "\r\n");
}

HttpRequest with(RetryRule rule) {
  HttpRequest request;
  request.timeout = Nanos{0};
  request.retry = std::move(rule);
  return request;
}

// How far real time may add to what is waited.
constexpr Nanos kReal = seconds(kSanitized ? 30 : 2);

void expect_waited(const Tried& tried, Nanos expected) {
  EXPECT_GE(tried.waited, expected);
  EXPECT_LT(tried.waited, expected + kReal);
}

TEST(HttpRetry, BackoffDoublesUpToItsMost) {
  const Tried tried = try_with(
      {kBusy, kBusy, kBusy, kBusy, kFine},
      with({.attempts = 5, .backoff = seconds(100), .max_backoff = seconds(300), .jitter = 0}));
  EXPECT_EQ(tried.attempts, 5);
  EXPECT_EQ(tried.status, 200);
  expect_waited(tried, seconds(100 + 200 + 300 + 300));
}

TEST(HttpRetry, JitterTakesAShareOfTheWait) {
  std::set<Nanos> waits;
  for (int i = 0; i < 5; ++i) {
    const Tried tried =
        try_with({kBusy, kFine}, with({.attempts = 2, .backoff = seconds(1000), .jitter = 0.5}));
    EXPECT_GE(tried.waited, seconds(15));  // of the 30 that maxBackoff allows
    EXPECT_LT(tried.waited, seconds(30) + kReal);
    waits.insert(tried.waited);
  }
  EXPECT_EQ(waits.size(), 5U);
  Random random(7);
  Nanos least = seconds(100);
  Nanos most{0};
  for (int i = 0; i < 1000; ++i) {
    const Nanos wait = retry_wait({.backoff = seconds(10), .jitter = 0.5}, 1, {}, random);
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  EXPECT_GE(least, seconds(5));
  EXPECT_LT(least, milliseconds(5100));
  EXPECT_GT(most, milliseconds(9900));
  EXPECT_LE(most, seconds(10));
}

TEST(HttpRetry, RetryAfterIsHonouredAboveTheMost) {
  expect_waited(try_with({busy_for("120"), kFine},
                         with({.attempts = 2, .backoff = seconds(1), .max_backoff = seconds(2)})),
                seconds(120));
  // A date in the past, or what is no time at all: the backoff counts.
  for (const char* after : {"Sun, 06 Nov 1994 08:49:37 GMT", "soon", "-5", ""}) {
    expect_waited(try_with({busy_for(after), kFine},
                           with({.attempts = 2, .backoff = seconds(10), .jitter = 0})),
                  seconds(10));
  }
}

TEST(HttpRetry, AWaitPastTheDeadlineIsNotBegun) {
  HttpRequest request = with({.attempts = 3, .backoff = seconds(1)});
  request.timeout = seconds(60);
  const Tried tried = try_with({busy_for("61"), kFine}, request);
  EXPECT_EQ(tried.requests, 1U);
  EXPECT_EQ(tried.status, 429);
  EXPECT_LT(tried.waited, kReal);
  // Nor one for ever and a day.
  EXPECT_EQ(try_with({busy_for("99999999999999999999"), kFine}, request).requests, 2U);
  EXPECT_EQ(try_with({busy_for("9999999999"), kFine}, request).status, 429);
}

TEST(HttpRetry, ResetsAndDeadAddressesAreTriedAgain) {
  const RetryRule rule{.attempts = 3, .backoff = seconds(10), .jitter = 0};
  const Tried reset = try_with({"", "", kFine}, with(rule));
  EXPECT_EQ(reset.attempts, 3);
  expect_waited(reset, seconds(30));
  HttpRequest dead = with(rule);
  dead.url = "http://127.0.0.1:9/";
  const Tried refused = try_with({kFine}, dead);
  EXPECT_EQ(refused.error, "unavailable");
  expect_waited(refused, seconds(30));
  // What would be the same again is not.
  dead.url = "http://no-such-name.invalid/";
  EXPECT_LT(try_with({kFine}, dead).waited, seconds(10));
  EXPECT_EQ(try_with({"nonsense\r\n\r\n"}, with(rule)).requests, 1U);
}

TEST(HttpRetry, OnlyWhatMayBeRepeated) {
  for (const auto& [method, requests] :
       {std::pair("GET", 2U), std::pair("PUT", 2U), std::pair("DELETE", 2U), std::pair("HEAD", 2U),
        std::pair("OPTIONS", 2U), std::pair("POST", 1U), std::pair("PATCH", 1U)}) {
    HttpRequest request = with({.attempts = 2, .backoff = milliseconds(1)});
    request.method = method;
    EXPECT_EQ(try_with({answer("", "503 Busy"), answer("")}, request).requests, requests) << method;
    request.retry.unsafe = true;
    EXPECT_EQ(try_with({answer("", "503 Busy"), answer("")}, request).requests, 2U) << method;
    request.retry.unsafe = false;
    request.idempotency_key = "key";
    EXPECT_EQ(try_with({answer("", "503 Busy"), answer("")}, request).requests, 2U) << method;
  }
}

// Attempts at a server that speaks no proper TLS, or is not trusted.
std::size_t tls_attempts(RawServer& server) {
  HttpRequest request = with({.attempts = 3, .backoff = milliseconds(1)});
  request.url = "https" + server.url().substr(4);
  if (server.url().starts_with("https")) request.url = server.url();
  EXPECT_EQ(try_with({kFine}, request).error, "unavailable");
  return server.accepted();
}

TEST(HttpRetry, AHandshakeThatBreaksOffIsTriedAgain) {
  RawServer resets([](Connection& peer) {
    peer.read_bytes(10);
    peer.reset();
  });
  EXPECT_EQ(tls_attempts(resets), 3U);
  RawServer closes([](Connection& peer) { peer.read_bytes(10); });
  EXPECT_EQ(tls_attempts(closes), 3U);
  // What would be the same again is not.
  RawServer untrusted([](Connection&) {}, support::TlsSetup(support::self_signed()));
  EXPECT_EQ(tls_attempts(untrusted), 1U);
  RawServer plain([](Connection& peer) {
    peer.read_bytes(10);
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
  });
  EXPECT_EQ(tls_attempts(plain), 1U);
}

TEST(HttpRetry, AProxysRefusalIsNotTriedAgain) {
  std::atomic<std::size_t> asked = 0;
  const auto refusing = [&asked](const char* status) {
    return [&asked, status](Connection& peer) {
      if (peer.read_head()) ++asked;
      peer.send("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 0\r\n\r\n");
      peer.wait_peer_closed(seconds(2));
    };
  };
  for (const auto& [status, times] :
       {std::pair("407 Proxy Authentication Required", 1U), std::pair("503 Busy", 3U)}) {
    asked = 0;
    RawServer proxy(refusing(status));
    HttpRequest request = with({.attempts = 3, .backoff = milliseconds(1)});
    request.url = "https://127.0.0.1:9/";
    request.proxy = proxy.url();
    EXPECT_EQ(try_with({kFine}, request).error, "unavailable");
    EXPECT_EQ(asked, times) << status;
  }
}

TEST(HttpRetry, WhatALimitOfOneAttemptEndsIsTriedAgain) {
  RawServer silent([](Connection& peer) { peer.stall_until_closed(); });
  for (const auto limit : {&HttpRequest::connect_timeout, &HttpRequest::first_byte_timeout,
                           &HttpRequest::idle_timeout}) {
    const std::size_t before = silent.accepted();
    HttpRequest request = with({.attempts = 3, .backoff = milliseconds(1)});
    request.url = silent.url();
    if (limit == &HttpRequest::connect_timeout) request.url.replace(0, 4, "https");
    request.*limit = milliseconds(20);
    EXPECT_EQ(try_with({kFine}, request).error, "deadline");
    EXPECT_EQ(silent.accepted() - before, 3U);
    // But not what the request as a whole may take.
    request.timeout = milliseconds(10);
    EXPECT_EQ(try_with({kFine}, request).error, "deadline");
    EXPECT_EQ(silent.accepted() - before, 4U);
  }
}

}  // namespace
}  // namespace millrace
