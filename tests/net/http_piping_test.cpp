// The body of one answer as the body of another request: at the pace of the slowest.
#include "fetching.h"
#include "support/checksum.h"

namespace millrace {
namespace {

using support::answer;

// What the kernel keeps on the four sides of two connections, and the window.
constexpr std::size_t kMostInBetween = 16 << 20;

TEST(HttpPiping, TheSourceIsReadNoFasterThanTheTargetReads) {
  constexpr std::size_t kSize = 64 << 20;
  std::atomic<bool> go_on = false;
  std::atomic<std::size_t> received = 0;
  RawServer source(after_request([](Connection& peer) { support::stream_lines(peer, kSize); }));
  RawServer target([&](Connection& peer) {
    auto request = peer.read_head();
    if (!request) return;
    while (!go_on && peer.sleep(milliseconds(5))) {
    }
    peer.read_body(*request, [&](std::string_view piece) { received += piece.size(); });
    peer.send(answer("got it"));
  });
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(source.url());
    REQUIRE_OK(response);
    response->body->keep(false);
    HttpRequest request;
    request.url = target.url();
    request.body = Ref<Reader>(response->body);
    const std::size_t memory = support::resident_bytes();
    std::optional<Result<HttpResponse>> sent;
    here.session.start("sending", [&](Scope&) -> Task<Result<void>> {
      sent.emplace(co_await here.send(std::move(request)));
      co_return Result<void>();
    });
    co_await here.session.sleep_for(milliseconds(500), "the target does not read");
    const std::size_t stuck = source.bytes_sent();
    EXPECT_GT(stuck, 0U);
    EXPECT_LT(stuck, kMostInBetween);
    EXPECT_LE(response->body->bytes_held(), 1U << 20);
    co_await here.session.sleep_for(milliseconds(300), "and still does not");
    EXPECT_EQ(source.bytes_sent(), stuck);
    if (!kSanitized) EXPECT_LT(support::resident_bytes(), memory + kMostInBetween);
    EXPECT_FALSE(sent);
    go_on = true;
    for (int turn = 0; turn < 2000 && !sent; ++turn) {
      co_await here.session.sleep_for(milliseconds(10), "the target reads");
    }
    REQUIRE(sent);
    REQUIRE_OK(*sent);
    EXPECT_EQ(received, kSize);
    EXPECT_EQ(*co_await here.read((*sent)->body), "got it");
  });
}

TEST(HttpPiping, PartsOfAFormAreStreamsToo) {
  constexpr std::size_t kSize = 8 << 20;
  RawServer source(after_request([](Connection& peer) { support::stream_lines(peer, kSize); }));
  std::string arrived;
  RawServer target(RawServer::each_request([&](Connection& peer, const Request& request) {
    arrived = request.body;
    peer.send(answer("got it"));
  }));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(source.url());
    REQUIRE_OK(response);
    HttpRequest request;
    request.url = target.url();
    request.parts = {
        {.name = "file",
         .content = Ref<Reader>(response->body),
         .filename = "lines.txt",
         .content_type = "text/plain"},
        {.name = "after", .content = std::string("1"), .filename = {}, .content_type = {}}};
    auto sent = co_await here.send(std::move(request));
    REQUIRE_OK(sent);
    const std::size_t begin = arrived.find("\r\n\r\n") + 4;
    std::string whole;
    for (std::size_t i = 0; i < kSize >> 20; ++i) whole += support::line_block();
    EXPECT_EQ(support::sha256(arrived.substr(begin, kSize)), support::sha256(whole));
    EXPECT_EQ(arrived.substr(begin + kSize, 4), "\r\n--");
  });
}

// Compressed on the way in, plain on the way out, and of unknown length.
TEST(HttpPiping, WhatGoesOnIsDecoded) {
  const std::string text = support::numbered_lines(1 << 20);
  RawServer source(after_request([&](Connection& peer) {
    peer.send(answer(support::compressed(support::Encoding::zstd, text), "200 OK",
                     "Content-Encoding: zstd\r\n"));
  }));
  RawServer target(RawServer::each_request([&](Connection& peer, const Request& request) {
    EXPECT_EQ(request.header("Transfer-Encoding"), "chunked");
    EXPECT_FALSE(request.header("Content-Encoding"));
    peer.send(answer(support::sha256(request.body)));
  }));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(source.url());
    REQUIRE_OK(response);
    HttpRequest request;
    request.url = target.url();
    request.body = Ref<Reader>(response->body);
    auto sent = co_await here.send(std::move(request));
    REQUIRE_OK(sent);
    EXPECT_EQ(*co_await here.read(sent->body), support::sha256(text));
  });
}

// A source that stalls: its own limit counts, and the error names both.
TEST(HttpPiping, TheSourcesDeadlineEndsTheRequest) {
  RawServer source(after_request([](Connection& peer) {
    peer.send(support::head_for(100) + "abc");
    peer.stall_until_closed();
  }));
  RawServer target(RawServer::each_request(
      [](Connection& peer, const Request&) { peer.send(answer("never")); }));
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest first;
    first.url = source.url();
    first.timeout = milliseconds(200);
    first.opened_by = "step 3";
    auto response = co_await here.send(std::move(first));
    REQUIRE_OK(response);
    HttpRequest request;
    request.url = target.url();
    request.body = Ref<Reader>(response->body);
    auto sent = co_await here.send(std::move(request));
    REQUIRE(!sent);
    EXPECT_EQ(sent.error().kind(), ErrorKind::deadline);
    EXPECT_THAT(sent.error().message(), testing::HasSubstr("step 3"));
    EXPECT_TRUE(target.wait_all_closed(seconds(1)));
  });
}

// Once what was read is gone, a redirect that wants it again cannot have it.
TEST(HttpPiping, AStreamThatWasNotKeptIsNotSentTwice) {
  RawServer source(after_request([](Connection& peer) { support::stream_lines(peer, 4 << 20); }));
  RawServer target(RawServer::each_request([](Connection& peer, const Request&) {
    peer.send(answer("", "307 Elsewhere", "Location: /again\r\n"));
  }));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(source.url());
    REQUIRE_OK(response);
    response->body->keep(false);
    HttpRequest request;
    request.url = target.url();
    request.body = Ref<Reader>(response->body);
    auto sent = co_await here.send(std::move(request));
    REQUIRE(!sent);
    EXPECT_EQ(sent.error().kind(), ErrorKind::exhausted);
    EXPECT_THAT(sent.error().message(), testing::HasSubstr("cannot be sent again"));
  });
}

}  // namespace
}  // namespace millrace
