// A session that suspends reads its bodies to their ends first.
#include "net/gathering.h"

#include "fetching.h"
#include "support/checksum.h"

namespace millrace {
namespace {

using support::Encoding;
using testing::HasSubstr;

// A body of `size` bytes over `length`.
RawServer::Handler dripping(std::size_t size, milliseconds length) {
  return after_request([=](Connection& peer) {
    peer.send(support::head_for(size));
    peer.drip(support::numbered_lines(size), length);
  });
}

// Gathers within a step of its own.
Task<Result<void>> gather(Fetching& here) {
  Scope step(here.session, "delay");
  auto gathered = co_await gather_bodies(step, here.session);
  co_await step.close();
  co_return gathered;
}

HttpRequest within(const std::string& url, Nanos timeout) {
  HttpRequest request;
  request.url = url;
  request.timeout = timeout;
  return request;
}

TEST(Gathering, WhatWasGatheredIsReadAfterTheDeadline) {
  constexpr std::size_t kSize = 8'000'000;
  RawServer server(dripping(kSize, milliseconds(300)));
  fetching([&](Fetching& here) -> Task<void> {
    const Nanos timeout = seconds(kSanitized ? 5 : 1);
    auto first = co_await here.send(within(server.url(), timeout));
    REQUIRE_OK(first);
    auto second = co_await here.send(within(server.url(), timeout));
    REQUIRE_OK(second);
    // Somebody has read a part of it already.
    Cursor cursor{Ref<Reader>(second->body)};
    std::string all(*co_await cursor.next(here.session));
    EXPECT_TRUE(co_await gather(here));
    EXPECT_TRUE(first->body->has_ended());
    EXPECT_TRUE(second->body->has_ended());
    EXPECT_LE(first->body->bytes_held(), 1536U * 1024);
    co_await here.session.sleep_for(timeout, "letting the deadline pass");
    while (true) {
      auto piece = co_await cursor.next(here.session);
      REQUIRE_OK(piece);
      if (piece->empty()) break;
      all += *piece;
    }
    EXPECT_EQ(support::sha256(all), support::sha256(support::numbered_lines(kSize)));
    EXPECT_EQ(*co_await here.read(first->body), all);
  });
}

// Nobody reads, so nobody drives the decoder but the gathering itself.
TEST(Gathering, OfCompressedBodies) {
  constexpr std::size_t kSize = 20 << 20;
  for (const Encoding encoding : {Encoding::gzip, Encoding::br, Encoding::zstd}) {
    RawServer server(after_request([&](Connection& peer) {
      peer.send(
          support::answer(support::zero_bomb(encoding, kSize), "200 OK",
                          "Content-Encoding: " + std::string(support::name_of(encoding)) + "\r\n"));
    }));
    fetching([&](Fetching& here) -> Task<void> {
      auto response = co_await here.get(server.url());
      REQUIRE_OK(response);
      EXPECT_TRUE(co_await gather(here));
      EXPECT_TRUE(response->body->has_ended());
      EXPECT_LE(response->body->bytes_held(), 1536U * 1024);
      auto text = co_await here.read(response->body);
      REQUIRE_OK(text);
      EXPECT_EQ(text->size(), kSize);
      EXPECT_EQ(text->find_first_not_of('\0'), std::string::npos);
    });
  }
}

// What does not fit is left to the server, as while anybody else reads slowly.
TEST(Gathering, PastBodyKeepTheRestComesLater) {
  constexpr std::size_t kSize = 40 << 20;
  RawServer server(after_request([](Connection& peer) { support::stream_lines(peer, kSize); }));
  HttpOptions options;
  options.limits.body_keep_memory = 300'000;
  options.limits.body_keep = 1'000'000;
  fetching(
      [&](Fetching& here) -> Task<void> {
        const Nanos timeout = milliseconds(500);
        auto late = co_await here.send(within(server.url(), timeout));
        REQUIRE_OK(late);
        auto response = co_await here.get(server.url());
        REQUIRE_OK(response);
        EXPECT_TRUE(co_await gather(here));
        EXPECT_FALSE(response->body->has_ended());
        EXPECT_LE(response->body->bytes_held(), 700'000U);
        EXPECT_LT(server.bytes_sent(), 2 * kSize);
        auto text = co_await here.read(response->body);
        REQUIRE_OK(text);
        EXPECT_EQ(text->size(), kSize);

        co_await here.session.sleep_for(timeout, "letting the deadline pass");
        text = co_await here.read(late->body);
        REQUIRE(!text);
        EXPECT_EQ(text.error().kind(), ErrorKind::deadline);
        EXPECT_THAT(text.error().message(), HasSubstr("http.bodyKeep"));
      },
      options);
}

TEST(Gathering, FailingBodiesAreTheLaterReadersToSee) {
  RawServer stalls(after_request([](Connection& peer) {
    peer.send(support::head_for(9) + "1234");
    peer.stall_until_closed();
  }));
  RawServer breaks(
      after_request([](Connection& peer) { peer.send(support::head_for(100) + "abc"); }));
  fetching([&](Fetching& here) -> Task<void> {
    auto late = co_await here.send(within(stalls.url(), milliseconds(100)));
    REQUIRE_OK(late);
    auto broken = co_await here.get(breaks.url());
    REQUIRE_OK(broken);
    HttpRequest limited = within(breaks.url(), seconds(5));
    limited.max_body_size = 2;
    auto large = co_await here.send(std::move(limited));
    REQUIRE_OK(large);
    EXPECT_TRUE(co_await gather(here));
    for (const auto& [body, kind] : {std::pair(late->body, ErrorKind::deadline),
                                     std::pair(broken->body, ErrorKind::unavailable),
                                     std::pair(large->body, ErrorKind::exhausted)}) {
      auto text = co_await here.read(body);
      REQUIRE(!text);
      EXPECT_EQ(text.error().kind(), kind) << text.error().to_line();
      EXPECT_THAT(text.error().message(), HasSubstr("step 7"));
    }
  });
}

TEST(Gathering, StoppedItLeavesTheBodyAsItWas) {
  RawServer server(dripping(9, milliseconds(400)));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(server.url());
    REQUIRE_OK(response);
    Scope step(here.session, "step 8", {.limit = Limit{milliseconds(50), "limits.timeout"}});
    auto gathered = co_await gather_bodies(step, here.session);
    REQUIRE(!gathered);
    EXPECT_EQ(gathered.error().kind(), ErrorKind::deadline);
    EXPECT_THAT(gathered.error().message(), HasSubstr("opened by step 7"));
    co_await step.close();
    EXPECT_EQ(*co_await here.read(response->body), support::numbered_lines(9));
  });
}

}  // namespace
}  // namespace millrace
