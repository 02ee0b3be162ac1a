// Deadlines 1 to 5 of the contract, against servers that stall at every point.
#include "fetching.h"

namespace millrace {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

constexpr Nanos kTolerance = milliseconds(50);

HttpRequest with_timeout(const RawServer& server, Nanos timeout) {
  HttpRequest request;
  request.url = server.url();
  request.timeout = timeout;
  return request;
}

void expect_near(TimePoint began, Nanos limit) {
  EXPECT_GE(now() - began, limit);
  EXPECT_LT(now() - began, limit + (kSanitized ? 20 : 1) * kTolerance);
}

RawServer::Handler stalls_in_body(std::size_t sent, std::size_t promised) {
  return after_request([=](Connection& peer) {
    peer.send(support::head_for(promised) + std::string(sent, 'x'));
    peer.stall_until_closed();
  });
}

TEST(HttpDeadline, PassesWhileTheStepWaitsForTheHead) {
  RawServer server(after_request([](Connection& peer) { peer.stall_until_closed(); }));
  fetching([&](Fetching& here) -> Task<void> {
    const TimePoint began = now();
    auto response = co_await here.send(with_timeout(server, milliseconds(300)));
    expect_near(began, milliseconds(300));
    REQUIRE(!response);
    EXPECT_EQ(response.error().kind(), ErrorKind::deadline);
    EXPECT_EQ(response.error().phase(), "headers");
    EXPECT_THAT(response.error().message(),
                MatchesRegex("deadline of 300ms exceeded after 3[0-9][0-9]ms while waiting for the "
                             "response headers of 127.0.0.1:[0-9]*, set by argument \"timeout\" of "
                             "step 7"));
    EXPECT_TRUE(server.wait_all_closed(milliseconds(500)));
  });
}

TEST(HttpDeadline, PassesWhileALaterStepReads) {
  RawServer server(stalls_in_body(131072, 1048576));
  fetching([&](Fetching& here) -> Task<void> {
    const TimePoint began = now();
    auto response = co_await here.send(with_timeout(server, milliseconds(500)));
    REQUIRE_OK(response);
    auto text = co_await here.read(response->body);
    expect_near(began, milliseconds(500));
    REQUIRE(!text);
    EXPECT_EQ(text.error().kind(), ErrorKind::deadline);
    EXPECT_EQ(text.error().phase(), "body");
    EXPECT_THAT(text.error().message(),
                MatchesRegex("deadline of 500ms exceeded after 5[0-9][0-9]ms while reading the "
                             "response body \\(131072 of 1048576 bytes\\), set by argument "
                             "\"timeout\" of step 7"));
    EXPECT_TRUE(server.wait_all_closed(milliseconds(500)));
  });
}

TEST(HttpDeadline, PassesWhileNobodyReadsAndFailsTheNextRead) {
  RawServer server(stalls_in_body(100, 1000));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.send(with_timeout(server, milliseconds(200)));
    REQUIRE_OK(response);
    co_await here.session.sleep_for(milliseconds(260), "doing something else");
    EXPECT_TRUE(server.wait_all_closed(milliseconds(300)));
    EXPECT_TRUE(here.session.check());  // nobody was harmed
    EXPECT_EQ(here.client.transfers(), 0U);
    auto text = co_await here.read(response->body);
    REQUIRE(!text);
    EXPECT_EQ(text.error().kind(), ErrorKind::deadline);
    EXPECT_THAT(text.error().message(), HasSubstr("(100 of 1000 bytes)"));
    // And again, in the same words.
    auto again = co_await here.read(response->body);
    REQUIRE(!again);
    EXPECT_EQ(again.error().message(), text.error().message());
  });
}

TEST(HttpDeadline, PassesWhileTheTransferIsPaused) {
  RawServer server(after_request([](Connection& peer) { support::stream_lines(peer, 64 << 20); }));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.send(with_timeout(server, milliseconds(300)));
    REQUIRE_OK(response);
    co_await here.session.sleep_for(milliseconds(400), "not reading");
    EXPECT_EQ(here.client.transfers(), 0U);
    EXPECT_TRUE(server.wait_all_closed(milliseconds(500)));
    EXPECT_EQ(response->body->bytes_held(), 0U);
  });
}

TEST(HttpDeadline, DoesNotEndABodyThatHasArrived) {
  RawServer server(RawServer::each_request(
      [](Connection& peer, const Request&) { peer.send(support::answer("all of it")); }));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.send(with_timeout(server, milliseconds(150)));
    REQUIRE_OK(response);
    co_await here.session.sleep_for(milliseconds(250), "doing something else");
    auto text = co_await here.read(response->body);
    REQUIRE_OK(text);
    EXPECT_EQ(*text, "all of it");
  });
}

TEST(HttpDeadline, TheEarlierOfStepSessionAndRequestHolds) {
  RawServer server(stalls_in_body(4, 9));
  fetching([&](Fetching& here) -> Task<void> {
    Scope work(here.session, "work", {.limit = Limit{milliseconds(200), "option --timeout"}});
    Scope step(work, "step 3");
    HttpRequest request = with_timeout(server, std::chrono::hours(1));
    request.opened_by = "step 3";
    auto response = co_await here.client.send(step, here.session, std::move(request));
    REQUIRE_OK(response);
    const TimePoint began = now();
    auto text = co_await here.read(response->body);
    EXPECT_LT(now() - began, milliseconds(400));
    REQUIRE(!text);
    EXPECT_THAT(text.error().message(),
                MatchesRegex("deadline of 200ms exceeded after 2[0-9][0-9]ms while reading the "
                             "response body opened by step 3 \\(4 of 9 bytes\\), set by option "
                             "--timeout"));
  });
}

TEST(HttpDeadline, StoppingTheReadingStepLeavesTheStreamAsItIs) {
  RawServer server(after_request([](Connection& peer) {
    peer.send(support::head_for(9) + "1234");
    peer.sleep(milliseconds(400));
    peer.send("56789");
  }));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(server.url());
    REQUIRE_OK(response);
    Scope hasty(here.session, "step 8", {.limit = Limit{milliseconds(100), "limits of step 8"}});
    auto drained = co_await drain(hasty, response->body, 1000);
    REQUIRE(!drained);
    EXPECT_THAT(drained.error().message(), HasSubstr("set by limits of step 8"));
    auto text = co_await here.read(response->body);
    REQUIRE_OK(text);
    EXPECT_EQ(*text, "123456789");
  });
}

TEST(HttpDeadline, CancellingTheSessionAbortsTheBody) {
  RawServer server(stalls_in_body(4, 9));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(server.url());
    REQUIRE_OK(response);
    here.session.cancel(StopCause::user, "interrupted (SIGINT)");
    auto text = co_await here.read(response->body);
    REQUIRE(!text);
    EXPECT_EQ(text.error().kind(), ErrorKind::canceled);
    EXPECT_THAT(text.error().message(), HasSubstr("interrupted (SIGINT)"));
    EXPECT_EQ(here.client.transfers(), 0U);
  });
}

TEST(HttpDeadline, OtherLimitsNameTheirArgument) {
  RawServer silent(after_request([](Connection& peer) { peer.stall_until_closed(); }));
  RawServer half(stalls_in_body(4, 9));
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest first = with_timeout(silent, seconds(60));
    first.first_byte_timeout = milliseconds(150);
    auto late = co_await here.send(std::move(first));
    REQUIRE(!late);
    EXPECT_EQ(late.error().kind(), ErrorKind::deadline);
    EXPECT_THAT(late.error().message(), HasSubstr("\"firstByteTimeout\" of step 7"));

    HttpRequest idle = with_timeout(silent, seconds(60));
    idle.idle_timeout = milliseconds(150);
    auto quiet = co_await here.send(std::move(idle));
    REQUIRE(!quiet);
    EXPECT_THAT(quiet.error().message(), HasSubstr("\"idleTimeout\" of step 7"));

    HttpRequest stalled = with_timeout(half, seconds(60));
    stalled.idle_timeout = milliseconds(150);
    auto response = co_await here.send(std::move(stalled));
    REQUIRE_OK(response);
    auto text = co_await here.read(response->body);
    REQUIRE(!text);
    EXPECT_EQ(text.error().kind(), ErrorKind::deadline);
    EXPECT_THAT(text.error().message(),
                MatchesRegex("deadline of 150ms exceeded after 1[0-9][0-9]ms while reading the "
                             "response body \\(4 of 9 bytes\\), set by argument \"idleTimeout\" of "
                             "step 7"));
  });
}

TEST(HttpDeadline, IdleTimeDoesNotCountWhileNobodyWantsBytes) {
  RawServer server(after_request([](Connection& peer) { support::stream_lines(peer, 16 << 20); }));
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest request = with_timeout(server, seconds(60));
    request.idle_timeout = milliseconds(100);
    auto response = co_await here.send(std::move(request));
    REQUIRE_OK(response);
    co_await here.session.sleep_for(milliseconds(400), "not reading");
    auto text = co_await here.read(response->body);
    REQUIRE_OK(text);
    EXPECT_EQ(text->size(), 16U << 20);
  });
}

TEST(HttpDeadline, StopsAHandshakeThatNeverEnds) {
  RawServer server([](Connection& peer) { peer.stall_until_closed(); });
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest request;
    request.url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
    request.connect_timeout = milliseconds(200);
    const TimePoint began = now();
    auto response = co_await here.send(std::move(request));
    expect_near(began, milliseconds(200));
    REQUIRE(!response);
    EXPECT_EQ(response.error().kind(), ErrorKind::deadline);
    EXPECT_EQ(response.error().phase(), "tls");
    EXPECT_THAT(response.error().message(),
                HasSubstr("set by argument \"connectTimeout\" of step 7"));
  });
}

TEST(HttpDeadline, StopsANameThatNobodyAnswersAndAnAddressThatNobodyHas) {
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest request;
    request.url = "http://192.0.2.1/";  // for documentation: no one answers there
    request.timeout = milliseconds(200);
    const TimePoint began = now();
    auto response = co_await here.send(std::move(request));
    REQUIRE(!response);
    // Where there is no route at all the answer is quicker.
    if (response.error().kind() == ErrorKind::deadline) expect_near(began, milliseconds(200));
    EXPECT_EQ(response.error().phase(), "connect");
  });
}

}  // namespace
}  // namespace millrace
