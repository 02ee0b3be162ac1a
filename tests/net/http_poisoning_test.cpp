// A server that leaves on a connection what nobody asked for, so that the next request on it might
// take it for its own answer.
#include "fetching.h"

namespace millrace {
namespace {

using support::answer;

// First `first`, then after a pause `late`; every other request is answered with its own path.
RawServer::Handler leaving(std::string first, std::string late) {
  return RawServer::each_request(
      [first = std::move(first), late = std::move(late)](Connection& peer, const Request& request) {
        if (request.target != "/first") {
          peer.send(answer(request.target));
          return;
        }
        peer.send(first);
        if (late.empty()) return;
        peer.sleep(milliseconds(20));
        peer.send(late);
      });
}

// What comes late is there before the next request: afterwards nobody could tell it from an answer.
void expect_own_answers(std::string first, std::string late, const std::string& method = "GET") {
  const bool is_late = !late.empty();
  RawServer server(leaving(std::move(first), std::move(late)));
  fetching([&](Fetching& here) -> Task<void> {
    for (const bool waits : {is_late, true, is_late, true}) {
      HttpRequest request;
      request.url = server.url("/first");
      request.method = method;
      auto one = co_await here.send(std::move(request));
      REQUIRE_OK(one);
      co_await here.read(one->body);
      if (waits) co_await here.session.sleep_for(milliseconds(60), "until it has come");
      auto two = co_await here.get(server.url("/second"));
      REQUIRE_OK(two);
      EXPECT_EQ(*co_await here.read(two->body), "/second");
    }
  });
}

const std::string kInjected = answer("injected");

TEST(HttpPoisoning, ASecondAnswerRightBehindTheFirst) {
  expect_own_answers(answer("first") + kInjected, "");
  expect_own_answers(answer("") + kInjected, "");
  expect_own_answers("HTTP/1.1 204 No Content\r\n\r\n" + kInjected, "");
  expect_own_answers("HTTP/1.1 304 Not Modified\r\n\r\n" + kInjected, "");
  expect_own_answers(support::chunked_answer("abc", 3) + kInjected, "");
}

TEST(HttpPoisoning, ABodyAfterTheAnswerToHead) {
  expect_own_answers(answer("a body that HEAD has not"), "", "HEAD");
  expect_own_answers(support::head_for(0), kInjected, "HEAD");
}

TEST(HttpPoisoning, AnAnswerToNothingWhileTheConnectionIsIdle) {
  expect_own_answers(answer("first"), kInjected);
  expect_own_answers("HTTP/1.1 204 No Content\r\n\r\n", kInjected);
  expect_own_answers(support::chunked_answer("abc", 3), "\r\n");
}

// Not even a POST, which is not sent twice, suffers: nothing had been sent.
TEST(HttpPoisoning, NothingIsLostByIt) {
  RawServer server(leaving(answer("first"), kInjected));
  fetching([&](Fetching& here) -> Task<void> {
    auto one = co_await here.get(server.url("/first"));
    REQUIRE_OK(one);
    co_await here.read(one->body);
    co_await here.session.sleep_for(milliseconds(60), "until it has come");
    HttpRequest request;
    request.url = server.url("/second");
    request.body = std::string("once");
    auto two = co_await here.send(std::move(request));
    REQUIRE_OK(two);
    EXPECT_EQ(two->attempts, 1);
    EXPECT_EQ(*co_await here.read(two->body), "/second");
    EXPECT_EQ(server.accepted(), 2U);
  });
}

}  // namespace
}  // namespace millrace
