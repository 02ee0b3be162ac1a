// Connections: how many, how long they are kept, and who waits for one.
#include <algorithm>

#include "fetching.h"
#include "support/crowd_server.h"

namespace millrace {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;

RawServer::Handler answers(std::string body = "ok") {
  return RawServer::each_request([body = std::move(body)](Connection& peer, const Request&) {
    peer.send(support::answer(body));
  });
}

RawServer::Handler answers_after(milliseconds time) {
  return RawServer::each_request([time](Connection& peer, const Request&) {
    peer.sleep(time);
    peer.send(support::answer("ok"));
  });
}

// `count` requests at once, each read to its end.
Task<void> at_once(Fetching& here, const std::string& url, int count, int in_a_row = 1) {
  Scope all(here.session, "all");
  for (int i = 0; i < count; ++i) {
    all.start("one", [&](Scope& step) -> Task<Result<void>> {
      for (int times = 0; times < in_a_row; ++times) {
        HttpRequest request;
        request.url = url;
        auto response = co_await here.client.send(step, step, std::move(request));
        if (!response) co_return response.error();
        Ref<Reader> reader(response->body);
        auto drained = co_await drain(step, reader, 1000);
        if (!drained) co_return drained.error();
      }
      co_return Result<void>();
    });
  }
  auto joined = co_await all.join();
  EXPECT_TRUE(joined) << joined.error().to_line();
  co_await all.close();
}

TEST(HttpPool, AConnectionIsUsedAgainAndTheFiguresSaySo) {
  RawServer server(answers());
  fetching([&](Fetching& here) -> Task<void> {
    for (const bool reused : {false, true, true}) {
      auto response = co_await here.get(server.url());
      REQUIRE_OK(response);
      EXPECT_EQ(response->body->timings().reused, reused);
      auto text = co_await here.read(response->body);
      REQUIRE_OK(text);
    }
    EXPECT_EQ(server.accepted(), 1U);
    const ConnectionFigures figures = here.client.connections();
    EXPECT_EQ(figures.open, 1U);
    EXPECT_EQ(figures.idle, 1U);
    EXPECT_EQ(figures.in_use, 0U);
    EXPECT_EQ(figures.queued, 0U);
    EXPECT_EQ(figures.opened, 1U);
    EXPECT_EQ(figures.reused, 2U);
  });
}

TEST(HttpPool, NoMoreThanTheLimitGoToOneHost) {
  RawServer server(answers_after(milliseconds(20)));
  HttpOptions options;
  options.limits.connections_per_host = 3;
  fetching(
      [&](Fetching& here) -> Task<void> {
        co_await at_once(here, server.url(), 12);
        EXPECT_EQ(server.accepted(), 3U);
      },
      std::move(options));
}

TEST(HttpPool, NoMoreThanTheLimitInAll) {
  RawServer first(answers_after(milliseconds(20)));
  RawServer second(answers_after(milliseconds(20)));
  HttpOptions options;
  options.limits.connections = 2;
  fetching(
      [&](Fetching& here) -> Task<void> {
        Scope both(here.session, "both");
        for (RawServer* server : {&first, &second}) {
          both.start("one host", [&here, server](Scope&) -> Task<Result<void>> {
            co_await at_once(here, server->url(), 6);
            co_return Result<void>();
          });
        }
        co_await both.join();
        co_await both.close();
        EXPECT_LE(first.accepted() + second.accepted(), 12U);
        EXPECT_LE(here.client.connections().opened, 12U);
      },
      std::move(options));
}

// Connections in use do not count among those that are kept: while many bodies stream, others still
// find theirs again.
TEST(HttpPool, ThoseInUseTakeNoPlaceOfThoseThatAreKept) {
  const support::CrowdServer crowd;
  RawServer server(answers());
  HttpOptions options;
  options.limits.idle_connections = 20;
  fetching(
      [&](Fetching& here) -> Task<void> {
        std::vector<Ref<Body>> streams;
        for (int i = 0; i < 20; ++i) {
          auto response = co_await here.get(crowd.url("/half"));
          REQUIRE_OK(response);
          streams.push_back(response->body);
        }
        co_await at_once(here, server.url(), 20, 10);
        EXPECT_LE(server.accepted(), 20U);
        EXPECT_LE(here.client.connections().idle, 20U);
        EXPECT_EQ(here.client.connections().in_use, 20U);
      },
      std::move(options));
}

TEST(HttpPool, WaitingForAConnectionIsWithinTheDeadlineAndNamesTheLimit) {
  const support::CrowdServer server;
  HttpOptions options;
  options.limits.connections_per_host = 2;
  fetching(
      [&](Fetching& here) -> Task<void> {
        auto one = co_await here.get(server.url("/half"));
        auto two = co_await here.get(server.url("/half"));
        REQUIRE_OK(one);
        REQUIRE_OK(two);
        HttpRequest third;
        third.url = server.url("/half");
        third.timeout = milliseconds(200);
        third.connect_timeout = milliseconds(10);  // does not count before its turn
        const TimePoint began = now();
        auto response = co_await here.send(std::move(third));
        EXPECT_GE(now() - began, milliseconds(200));
        REQUIRE(!response);
        EXPECT_EQ(response.error().kind(), ErrorKind::deadline);
        EXPECT_EQ(response.error().phase(), "queue");
        EXPECT_THAT(
            response.error().message(),
            AllOf(HasSubstr("while waiting for a free connection to 127.0.0.1:"),
                  HasSubstr("(2 in use there: setting http.connectionsPerHost), set by argument "
                            "\"timeout\" of step 7")));
        EXPECT_EQ(here.client.connections().queued, 0U);
      },
      std::move(options));
}

TEST(HttpPool, TheTotalNamesItsSettingToo) {
  const support::CrowdServer server;
  HttpOptions options;
  options.limits.connections = 1;
  fetching(
      [&](Fetching& here) -> Task<void> {
        auto one = co_await here.get(server.url("/half"));
        REQUIRE_OK(one);
        HttpRequest second;
        second.url = server.url("/half");
        second.timeout = milliseconds(100);
        auto response = co_await here.send(std::move(second));
        REQUIRE(!response);
        EXPECT_THAT(response.error().message(), HasSubstr("(1 in use: setting http.connections)"));
      },
      std::move(options));
}

TEST(HttpPool, TimeInTheQueueIsTold) {
  RawServer server(answers_after(milliseconds(100)));
  HttpOptions options;
  options.limits.connections = 1;
  fetching(
      [&](Fetching& here) -> Task<void> {
        Scope all(here.session, "all");
        std::vector<Nanos> queued;
        for (int i = 0; i < 3; ++i) {
          all.start("one", [&](Scope& step) -> Task<Result<void>> {
            HttpRequest request;
            request.url = server.url();
            auto response = co_await here.client.send(step, step, std::move(request));
            if (!response) co_return response.error();
            queued.push_back(response->body->timings().queue);
            co_return Result<void>();
          });
        }
        EXPECT_TRUE(co_await all.join());
        co_await all.close();
        REQUIRE(queued.size() == 3);
        EXPECT_LT(queued[0], milliseconds(50));
        EXPECT_GE(queued[1], milliseconds(90));
        EXPECT_GE(queued[2], milliseconds(190));
      },
      std::move(options));
}

// Waiting for one host must not hold up those who wait for another (as libcurl's own queue does).
TEST(HttpPool, WhoWaitsForABusyHostHoldsNobodyElseUp) {
  const support::CrowdServer busy;
  RawServer quick(answers_after(milliseconds(50)));
  HttpOptions options;
  options.limits.connections_per_host = 1;
  fetching(
      [&](Fetching& here) -> Task<void> {
        auto held = co_await here.get(busy.url("/half"));
        REQUIRE_OK(held);
        Scope waiting(here.session, "waiting", {.fail_fast = false});
        for (int i = 0; i < 5; ++i) {
          waiting.start("one", [&](Scope& step) -> Task<Result<void>> {
            HttpRequest request;
            request.url = busy.url("/half");
            auto response = co_await here.client.send(step, step, std::move(request));
            co_return Result<void>();
          });
        }
        co_await here.session.sleep_for(milliseconds(20), "them to wait");
        EXPECT_EQ(here.client.connections().queued, 5U);
        const TimePoint began = now();
        co_await at_once(here, quick.url(), 4);
        EXPECT_LT(now() - began, seconds(2));
        co_await waiting.close();
        EXPECT_EQ(here.client.connections().queued, 0U);
      },
      std::move(options));
}

TEST(HttpPool, AnIdleConnectionIsClosedInTime) {
  RawServer server(answers());
  HttpOptions options;
  options.limits.idle_time = milliseconds(150);
  fetching(
      [&](Fetching& here) -> Task<void> {
        auto response = co_await here.get(server.url());
        REQUIRE_OK(response);
        auto text = co_await here.read(response->body);
        REQUIRE_OK(text);
        EXPECT_EQ(here.client.open_sockets(), 1U);
        co_await here.session.sleep_for(milliseconds(400), "its time");
        EXPECT_EQ(here.client.open_sockets(), 0U);
        EXPECT_TRUE(server.wait_all_closed(milliseconds(500)));
        auto again = co_await here.get(server.url());
        REQUIRE_OK(again);
        EXPECT_FALSE(again->body->timings().reused);
      },
      std::move(options));
}

// A closed connection of the pool leaves its number to another socket, which is then watched anew.
TEST(HttpPool, ConnectionsThatTheOtherSideClosesAreNoticed) {
  RawServer server(after_request([](Connection& peer) { peer.send(support::answer("once")); }));
  fetching([&](Fetching& here) -> Task<void> {
    for (int i = 0; i < 20; ++i) {
      auto response = co_await here.get(server.url());
      REQUIRE_OK(response);
      auto text = co_await here.read(response->body);
      REQUIRE_OK(text);
      EXPECT_EQ(*text, "once");
      if (i % 2 == 0) co_await here.session.sleep_for(milliseconds(5), "the end to arrive");
    }
  });
}

}  // namespace
}  // namespace millrace
