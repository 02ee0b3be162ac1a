// Reading a body again, by several readers, within limits; who owns it.
#include "fetching.h"
#include "support/checksum.h"

namespace millrace {
namespace {

using testing::HasSubstr;

RawServer::Handler lines(std::size_t size) {
  return after_request([size](Connection& peer) {
    peer.send(support::head_for(size) + support::numbered_lines(size));
  });
}

Task<Result<std::string>> read_by_cursor(Scope& step, Ref<Reader> reader) {
  Cursor cursor(std::move(reader));
  std::string all;
  while (true) {
    auto piece = co_await cursor.next(step);
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return all;
    all += *piece;
  }
}

TEST(Body, GivesTheSameBytesTwiceFromMemoryAndFromTheFile) {
  for (const std::size_t size : {10'000U, 5'000'000U}) {
    RawServer server(lines(size));
    fetching([&](Fetching& here) -> Task<void> {
      auto response = co_await here.get(server.url());
      REQUIRE_OK(response);
      const std::size_t files = support::open_descriptors();
      for (int i = 0; i < 3; ++i) {
        auto read = co_await read_by_cursor(here.session, response->body);
        REQUIRE_OK(read);
        EXPECT_EQ(support::sha256(*read), support::sha256(support::numbered_lines(size)));
        EXPECT_LE(response->body->bytes_held(), 1536U * 1024);
      }
      if (size > 2'000'000) EXPECT_GE(support::open_descriptors(), files);
      EXPECT_EQ(*co_await here.read(response->body), support::numbered_lines(size));
      EXPECT_EQ(*co_await read_by_cursor(here.session, response->body),
                support::numbered_lines(size));
    });
  }
}

TEST(Body, PastBodyKeepOnlyASecondReadingFails) {
  RawServer server(lines(4'000'000));
  HttpOptions options;
  options.limits.body_keep_memory = 300'000;
  options.limits.body_keep = 1'000'000;
  fetching(
      [&](Fetching& here) -> Task<void> {
        auto response = co_await here.get(server.url());
        REQUIRE_OK(response);
        auto read = co_await read_by_cursor(here.session, response->body);
        REQUIRE_OK(read);
        EXPECT_EQ(read->size(), 4'000'000U);
        EXPECT_LE(response->body->bytes_held(), 400'000U);
        auto again = co_await read_by_cursor(here.session, response->body);
        REQUIRE(!again);
        EXPECT_EQ(again.error().kind(), ErrorKind::exhausted);
        EXPECT_THAT(again.error().message(), HasSubstr("opened by step 7"));
        EXPECT_THAT(again.error().message(), HasSubstr("http.bodyKeep"));
      },
      options);
}

TEST(Body, WithoutKeepingNothingIsHeldThatWasRead) {
  RawServer server(lines(4'000'000));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(server.url());
    REQUIRE_OK(response);
    response->body->keep(false);
    EXPECT_TRUE(co_await read_by_cursor(here.session, response->body));
    EXPECT_LE(response->body->bytes_held(), 128U * 1024);
    auto again = co_await read_by_cursor(here.session, response->body);
    REQUIRE(!again);
    EXPECT_EQ(again.error().kind(), ErrorKind::exhausted);
  });
}

TEST(Body, TwoBranchesReadSideBySide) {
  const std::size_t size = 3'000'000;
  RawServer server(lines(size));
  for (const bool keep : {true, false}) {
    fetching([&](Fetching& here) -> Task<void> {
      auto response = co_await here.get(server.url());
      REQUIRE_OK(response);
      Scope fork(here.session, "fork");
      int done = 0;
      Cursor cursors[] = {Cursor(response->body), Cursor(response->body)};
      response->body->keep(keep);
      const auto branch = [&](Cursor& cursor, Nanos pause) -> Scope::Body {
        return [&, pause](Scope& step) -> Task<Result<void>> {
          std::string all;
          while (true) {
            auto piece = co_await cursor.next(step);
            if (!piece) co_return piece.error();
            if (piece->empty()) break;
            all += *piece;
            if (pause > Nanos{0}) co_await step.sleep_for(pause, "being slow");
          }
          EXPECT_EQ(all, support::numbered_lines(size));
          ++done;
          co_return Result<void>();
        };
      };
      fork.start("fast", branch(cursors[0], Nanos{0}));
      fork.start("slow", branch(cursors[1], milliseconds(1)));
      auto joined = co_await fork.join();
      EXPECT_TRUE(joined) << joined.error().to_line();
      co_await fork.close();
      EXPECT_EQ(done, 2);
    });
  }
}

TEST(Body, GoesToWhoeverReceivesIt) {
  RawServer server(after_request([](Connection& peer) {
    peer.send(support::head_for(8) + "1234");
    peer.sleep(milliseconds(200));
    peer.send("5678");
  }));
  fetching([&](Fetching& parent) -> Task<void> {
    Ref<Body> body;
    {
      Scope session(parent.session, "called session");
      Fetching here{parent.client, session};
      auto response = co_await here.get(server.url());
      REQUIRE_OK(response);
      body = response->body;
      body->move_to(parent.session);
      co_await session.close();
    }
    EXPECT_EQ(*co_await parent.read(body), "12345678");
  });
}

TEST(Body, AfterItsSessionItIsReleased) {
  RawServer server(lines(4'000'000));
  fetching([&](Fetching& parent) -> Task<void> {
    Scope session(parent.session, "other session");
    Fetching here{parent.client, session};
    auto response = co_await here.get(server.url());
    REQUIRE_OK(response);
    co_await session.close();
    EXPECT_EQ(parent.client.transfers(), 0U);
    EXPECT_EQ(response->body->bytes_held(), 0U);
    auto text = co_await parent.read(response->body);
    REQUIRE(!text);
    EXPECT_EQ(text.error().kind(), ErrorKind::canceled);
    EXPECT_THAT(text.error().message(), HasSubstr("opened by step 7"));
  });
}

// Whether the session is stopped, the reading step is, or too much would be read.
TEST(Body, StoppedReadingNamesTheStepThatOpenedIt) {
  RawServer server(after_request([](Connection& peer) {
    peer.send(support::head_for(9) + "1234");
    peer.stall_until_closed();
  }));
  fetching([&](Fetching& parent) -> Task<void> {
    Scope session(parent.session, "other session");
    Fetching here{parent.client, session};
    auto response = co_await here.get(server.url());
    REQUIRE_OK(response);
    {
      Scope step(session, "step 9", {.limit = Limit{milliseconds(20), "limits.timeout of step 9"}});
      auto drained = co_await drain(step, response->body, 100);
      REQUIRE(!drained);
      EXPECT_THAT(drained.error().message(), HasSubstr("body opened by step 7 (4 of 9 bytes)"));
      drained = co_await drain(session, response->body, 8);
      REQUIRE(!drained);
      EXPECT_THAT(drained.error().message(), HasSubstr("the response body opened by step 7 is"));
    }
    session.cancel(StopCause::user, "enough");
    auto text = co_await parent.read(response->body);
    REQUIRE(!text);
    EXPECT_THAT(text.error().message(), HasSubstr("body opened by step 7 (4 of 9 bytes)"));
    co_await session.close();
  });
}

TEST(Body, IsGoneWithItsLastReference) {
  RawServer server(lines(4'000'000));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(server.url());
    REQUIRE_OK(response);
    response->body = {};
    EXPECT_EQ(here.client.transfers(), 0U);
    EXPECT_EQ(here.client.open_sockets(), 0U);
  });
}

TEST(Body, CountsWhatItHoldsOnItsScope) {
  RawServer server(lines(200'000));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(server.url());
    REQUIRE_OK(response);
    co_await here.session.sleep_for(milliseconds(100), "letting it arrive");
    bool found = false;
    for (const ScopeInfo& info : here.session.shard().scopes()) {
      if (info.name != "body") continue;
      found = true;
      EXPECT_EQ(info.bytes_held, response->body->bytes_held());
      EXPECT_GE(info.bytes_held, 200'000U);
    }
    EXPECT_TRUE(found);
  });
}

}  // namespace
}  // namespace millrace
