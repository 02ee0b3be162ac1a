#include "fetching.h"
#include "support/checksum.h"

namespace millrace {
namespace {

using support::answer;
using testing::HasSubstr;

TEST(HttpGet, BringsStatusHeadersAndBody) {
  RawServer server(RawServer::each_request([](Connection& peer, const Request& request) {
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.target, "/path?x=1");
    EXPECT_EQ(request.header("Accept-Encoding"), "gzip, deflate, br, zstd");
    EXPECT_EQ(request.header("User-Agent"), "Millrace");
    EXPECT_FALSE(request.header("Expect"));
    peer.send(answer("hello", "200 OK", "content-type: text/plain\r\nx-two: a\r\nX-Two: b\r\n"));
  }));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(server.url("/path?x=1"));
    REQUIRE_OK(response);
    EXPECT_EQ(response->status, "200 OK");
    EXPECT_EQ(response->status_code, 200);
    EXPECT_EQ(response->content_length, 5);
    EXPECT_EQ(response->content_type, "text/plain");
    EXPECT_EQ(response->url, server.url("/path?x=1"));
    EXPECT_EQ(response->attempts, 1);
    auto text = co_await here.read(response->body);
    REQUIRE_OK(text);
    EXPECT_EQ(*text, "hello");
    EXPECT_TRUE(response->body->timings().total);
  });
}

// The heart of it: the step that sent the request is over, and the body goes on arriving.
TEST(HttpGet, ALaterStepReadsWhileTheServerIsStillSending) {
  const std::string content = support::numbered_lines(1024 * 1024);
  RawServer server(after_request([&](Connection& peer) {
    peer.send(support::head_for(content.size()));
    peer.drip(content, milliseconds(2000));
  }));
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest request;
    request.url = server.url();
    request.timeout = std::chrono::hours(1);
    const TimePoint began = now();
    auto response = co_await here.send(std::move(request));
    REQUIRE_OK(response);
    EXPECT_LT(now() - began, seconds(1));
    EXPECT_LT(server.bytes_sent(), content.size());
    EXPECT_THAT(response->body->doing(here.session),
                testing::StartsWith("reading the response body opened by step 7 (0"));
    auto text = co_await here.read(response->body);
    REQUIRE_OK(text);
    EXPECT_EQ(support::sha256(*text), support::sha256(content));
  });
}

// A name may be written with the dot of the root after it.
TEST(HttpGet, LocalhostWithADot) {
  RawServer server(RawServer::each_request([](Connection& peer, const Request& request) {
    peer.send(answer(*request.header("Host")));
  }));
  fetching([&](Fetching& here) -> Task<void> {
    const std::string port = ":" + std::to_string(server.port());
    for (const char* host : {"localhost", "localhost.", "LocalHost."}) {
      auto response = co_await here.get("http://" + (host + port) + "/");
      REQUIRE_OK(response);
      EXPECT_EQ(*co_await here.read(response->body), host + port);
    }
  });
}

TEST(HttpGet, TheServerWaitsForTheReader) {
  constexpr std::size_t kSize = 16 << 20;
  RawServer server(after_request([](Connection& peer) { support::stream_lines(peer, kSize); }));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(server.url());
    REQUIRE_OK(response);
    co_await here.session.sleep_for(milliseconds(300), "giving the server time");
    // The window, and what the kernel holds on both sides.
    EXPECT_LT(server.bytes_sent(), 8U << 20);
    EXPECT_LE(response->body->bytes_held(), 512U * 1024);
    Scope step(here.session, "reader");
    Cursor cursor{Ref<Reader>(response->body)};
    std::size_t read = 0;
    while (true) {
      auto piece = co_await cursor.next(step);
      REQUIRE_OK(piece);
      if (piece->empty()) break;
      read += piece->size();
    }
    EXPECT_EQ(read, kSize);
  });
}

TEST(HttpGet, ABodyThatFitsIsFetchedAtOnceAndItsConnectionUsedAgain) {
  RawServer server(RawServer::each_request(
      [](Connection& peer, const Request&) { peer.send(answer(std::string(200'000, 'x'))); }));
  fetching([&](Fetching& here) -> Task<void> {
    for (int i = 0; i < 3; ++i) {
      auto response = co_await here.get(server.url());
      REQUIRE_OK(response);
      for (int turn = 0; turn < 100 && !response->body->has_ended(); ++turn) {
        co_await here.session.sleep_for(milliseconds(5), "waiting for the body");
      }
      EXPECT_TRUE(response->body->has_ended());  // and nobody has read any of it
    }
    EXPECT_EQ(server.accepted(), 1U);
  });
}

TEST(HttpGet, ChunkedAndEmptyAndHeadless) {
  RawServer server(RawServer::each_request([](Connection& peer, const Request& request) {
    if (request.target == "/chunked") peer.send(support::chunked_answer("abcdefg", 3));
    if (request.target == "/none") peer.send("HTTP/1.1 204 No Content\r\n\r\n");
    if (request.target == "/bare") peer.send("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n");
    if (request.method == "HEAD") peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
  }));
  fetching([&](Fetching& here) -> Task<void> {
    auto chunked = co_await here.get(server.url("/chunked"));
    REQUIRE_OK(chunked);
    EXPECT_EQ(chunked->content_length, -1);
    auto text = co_await here.read(chunked->body);
    REQUIRE_OK(text);
    EXPECT_EQ(*text, "abcdefg");
    auto none = co_await here.get(server.url("/none"));
    REQUIRE_OK(none);
    EXPECT_EQ(*co_await here.read(none->body), "");
    auto bare = co_await here.get(server.url("/bare"));
    REQUIRE_OK(bare);
    EXPECT_EQ(bare->status, "200");
    HttpRequest head;
    head.url = server.url("/head");
    head.method = "head";
    auto answered = co_await here.send(std::move(head));
    REQUIRE_OK(answered);
    EXPECT_EQ(answered->content_length, 10);
    EXPECT_EQ(*co_await here.read(answered->body), "");
  });
}

TEST(HttpGet, ResolvesLocalhostFromTheHostsFile) {
  RawServer server(RawServer::each_request(
      [](Connection& peer, const Request&) { peer.send(answer("found")); }));
  fetching([&](Fetching& here) -> Task<void> {
    const std::string url = "http://localhost:" + std::to_string(server.port()) + "/";
    for (int i = 0; i < 2; ++i) {
      auto response = co_await here.get(url);
      REQUIRE_OK(response);
      EXPECT_EQ(*co_await here.read(response->body), "found");
    }
    EXPECT_EQ(server.accepted(), 1U);
  });
}

TEST(HttpGet, ErrorsSayWhatWhereAndWhatToDo) {
  fetching([&](Fetching& here) -> Task<void> {
    auto refused = co_await here.get("http://127.0.0.1:9/");
    REQUIRE(!refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::unavailable);
    EXPECT_EQ(refused.error().phase(), "connect");
    EXPECT_EQ(refused.error().message(),
              "cannot connect to 127.0.0.1:9 (connection refused): is the service running, and is "
              "the port right?");
    auto port = co_await here.get("http://127.0.0.1:99999/");
    REQUIRE(!port);
    EXPECT_EQ(port.error().kind(), ErrorKind::invalid);
    EXPECT_EQ(
        port.error().message(),
        "the URL \"http://127.0.0.1:99999/\" is not valid: its port must be a number from 1 to "
        "65535");
    auto unknown = co_await here.get("http://no-such-name.invalid/");
    REQUIRE(!unknown);
    EXPECT_EQ(unknown.error().kind(), ErrorKind::unavailable);
    EXPECT_EQ(unknown.error().phase(), "dns");
    EXPECT_THAT(unknown.error().message(), HasSubstr("cannot resolve \"no-such-name.invalid\""));
    auto scheme = co_await here.get("ftp://127.0.0.1/");
    REQUIRE(!scheme);
    EXPECT_EQ(scheme.error().kind(), ErrorKind::denied);
    auto secret = co_await here.get("http://me:secret@127.0.0.1:0/");
    REQUIRE(!secret);
    EXPECT_THAT(secret.error().message(), testing::Not(HasSubstr("secret")));
  });
}

}  // namespace
}  // namespace millrace
