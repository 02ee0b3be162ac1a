// What a hostile or broken server may do: each ends in a clear error or a right result, in bounded
// time and memory, with nothing left behind.
#include "hostile_catalogue.h"

namespace millrace {
namespace {

using support::answer;
using support::Encoding;
using testing::HasSubstr;

// One by one, each within its time and a bounded memory.
TEST(HttpHostile, EachEndsAsTheCatalogueStates) {
  const HostileServer server;
  const std::size_t files = support::open_descriptors();
  for (const Hostile& hostile : hostile_catalogue()) {
    const std::size_t memory = support::resident_bytes();
    const TimePoint began = now();
    std::string outcome;
    fetching([&](Fetching& here) -> Task<void> {
      outcome = co_await outcome_of(here.client, here.session, server.request_for(hostile));
    });
    EXPECT_TRUE(is_as_stated(hostile, outcome))
        << hostile.name << "\nstated: " << hostile.outcome.substr(0, 200)
        << "\nwas:    " << outcome.substr(0, 300);
    EXPECT_EQ(outcome.substr(0, outcome.find(": ")).find('\n'), std::string::npos);
    EXPECT_LT(now() - began, seconds(kSanitized ? 30 : 3)) << hostile.name;
    if (!kSanitized) EXPECT_LT(support::resident_bytes(), memory + (40U << 20)) << hostile.name;
    EXPECT_EQ(Body::live(), 0U) << hostile.name;
    EXPECT_TRUE(server.wait_all_closed(seconds(5))) << hostile.name;
  }
  EXPECT_LE(support::open_descriptors(), files);
}

// The error of a GET against a server that sends `bytes` and closes; of reading, where the head is
// fine.
Error error_of(const std::string& bytes, HttpRequest request = {}) {
  Error found(ErrorKind::bug, "no error at all");
  RawServer server(after_request([&](Connection& peer) {
    peer.send(bytes);
    peer.shutdown_write();
    peer.wait_peer_closed(seconds(5));
  }));
  request.url = server.url();
  request.timeout = seconds(20);
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.send(std::move(request));
    if (!response) {
      found = response.error();
      co_return;
    }
    auto text = co_await here.read(response->body);
    if (!text) found = text.error();
  });
  return found;
}

TEST(HttpHostile, EndlessBodyMeetsItsLimit) {
  RawServer server(after_request([](Connection& peer) {
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (peer.send(support::line_block())) {
    }
  }));
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest request;
    request.url = server.url();
    request.max_body_size = 3 << 20;
    auto response = co_await here.send(std::move(request));
    REQUIRE_OK(response);
    auto text = co_await here.read(response->body);
    REQUIRE(!text);
    EXPECT_EQ(text.error().kind(), ErrorKind::exhausted);
    EXPECT_THAT(text.error().message(), HasSubstr("larger than 3145728 bytes"));
    EXPECT_TRUE(server.wait_all_closed(seconds(1)));
    // Without a limit of its own, a cast meets the default one, and the stream goes on.
    auto other = co_await here.get(server.url());
    REQUIRE_OK(other);
    auto drained = co_await drain(here.session, other->body, 1 << 20);
    REQUIRE(!drained);
    EXPECT_EQ(drained.error().kind(), ErrorKind::exhausted);
    Cursor cursor{Ref<Reader>(other->body)};
    EXPECT_TRUE(co_await cursor.next(here.session));
  });
}

TEST(HttpHostile, BombsStaySmallAndAreRight) {
  for (const Encoding encoding : {Encoding::gzip, Encoding::br, Encoding::zstd}) {
    constexpr std::size_t kSize = 256 << 20;
    const std::string bomb = support::zero_bomb(encoding, kSize);
    RawServer server(after_request([&](Connection& peer) {
      peer.send(answer(bomb, "200 OK",
                       "Content-Encoding: " + std::string(support::name_of(encoding)) + "\r\n"));
    }));
    fetching([&](Fetching& here) -> Task<void> {
      const std::size_t before = support::resident_bytes();
      auto response = co_await here.get(server.url());
      REQUIRE_OK(response);
      EXPECT_EQ(response->content_length, -1);
      EXPECT_FALSE(find_header(response->headers, "Content-Encoding"));
      co_await here.session.sleep_for(milliseconds(200), "not reading");
      EXPECT_LE(response->body->bytes_held(), 512U * 1024);
      response->body->keep(false);
      Scope step(here.session, "reader");
      Cursor cursor{Ref<Reader>(response->body)};
      std::size_t read = 0;
      while (true) {
        auto piece = co_await cursor.next(step);
        REQUIRE_OK(piece);
        if (piece->empty()) break;
        EXPECT_EQ(piece->find_first_not_of('\0'), std::string_view::npos);
        read += piece->size();
        EXPECT_LE(response->body->bytes_held(), 1U << 20);
      }
      EXPECT_EQ(read, kSize);
      if (!kSanitized) EXPECT_LT(support::resident_bytes(), before + (32U << 20));
    });
  }
}

// 50 KB that unfold into gigabytes of tiny members: whatever else is due comes in between.
TEST(HttpHostile, EndlessWorkForLittleOutputKeepsNobodyWaiting) {
  for (const auto& [content, kind] :
       {std::pair("", ErrorKind::exhausted), std::pair("x", ErrorKind::deadline)}) {
    const std::string members = support::compressed(Encoding::gzip, content);
    const std::string once = support::compressed(Encoding::gzip, members, 3 << 20);
    const std::string twice = support::compressed(Encoding::gzip, once, 20);
    RawServer server(after_request([&](Connection& peer) {
      peer.send(answer(twice, "200 OK", "Content-Encoding: gzip, gzip, gzip\r\n"));
      peer.wait_peer_closed(seconds(5));
    }));
    fetching([&](Fetching& here) -> Task<void> {
      Nanos longest{};
      here.session.start("others", [&longest](Scope& scope) -> Task<Result<void>> {
        while (true) {
          const TimePoint asked = now();
          if (!co_await scope.sleep_for(milliseconds(1), "beside it")) break;
          longest = std::max(longest, now() - asked);
        }
        co_return Result<void>();
      });
      HttpRequest request;
      request.url = server.url();
      request.timeout = milliseconds(100);
      const TimePoint began = now();
      auto response = co_await here.send(std::move(request));
      REQUIRE_OK(response);
      auto text = co_await here.read(response->body);
      REQUIRE(!text);
      EXPECT_EQ(to_string(text.error().kind()), to_string(kind)) << text.error().to_line();
      EXPECT_LT(now() - began, milliseconds(kSanitized ? 1000 : 150));
      EXPECT_LT(longest, milliseconds(kSanitized ? 500 : 30));
    });
  }
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// Whoever reads may be far from the step that sent the request.
TEST(HttpHostile, EachErrorOfABodyNamesOnceTheStepThatOpenedIt) {
  const std::string gzip = support::compressed(Encoding::gzip, support::numbered_lines(100'000));
  const std::string header = "Content-Encoding: gzip\r\n";
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  HttpRequest small;
  small.max_body_size = 3;
  for (const Error& error :
       {error_of(support::head_for(100) + "abc"), error_of(chunked + "zz\r\nabc\r\n"),
        error_of(chunked + "3\r\nabc\r\n0\r\nX: " + std::string(80'000, 'x') + "\r\n\r\n"),
        error_of(answer("just a text", "200 OK", header)),
        error_of(answer(gzip.substr(0, gzip.size() / 2), "200 OK", header)),
        error_of(answer("abcd"), small)}) {
    EXPECT_EQ(times(error.message(), "opened by step 7"), 1U) << error.to_line();
    EXPECT_EQ(times(error.message(), "step 7"), 1U) << error.to_line();
  }
}

TEST(HttpHostile, AbandonedBodiesLeaveNothing) {
  RawServer server(after_request([](Connection& peer) { support::stream_lines(peer, 8 << 20); }));
  Shard shard(TimeMode::real);
  HttpClient client(shard, {});
  shard.run([&](Scope& root) -> Task<void> {
    std::size_t files = 0;
    for (int i = 0; i < 200; ++i) {
      Scope session(root, "session");
      Fetching here{client, session};
      auto response = co_await here.get(server.url());
      REQUIRE_OK(response);
      Cursor cursor{Ref<Reader>(response->body)};
      EXPECT_TRUE(co_await cursor.next(session));
      co_await session.close();
      EXPECT_FALSE(co_await cursor.next(root));
      EXPECT_EQ(client.open_sockets(), 0U);
      if (i == 50) files = support::open_descriptors();
    }
    EXPECT_TRUE(server.wait_all_closed(seconds(2)));
    EXPECT_LE(support::open_descriptors(), files + 2);
  });
  EXPECT_EQ(client.transfers(), 0U);
  EXPECT_EQ(shard.live_scopes(), 0U);
}

}  // namespace
}  // namespace millrace
