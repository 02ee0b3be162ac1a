// What a hostile or broken server may do: each ends in a clear error or a right result, in bounded
// time and memory, with nothing left behind.
#include "fetching.h"

namespace millrace {
namespace {

using support::answer;
using support::Encoding;
using testing::HasSubstr;

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

void expect_error(const Error& error, ErrorKind kind, const std::string& phase,
                  const std::string& text) {
  EXPECT_EQ(error.kind(), kind) << error.to_line();
  EXPECT_EQ(error.phase(), phase) << error.to_line();
  EXPECT_THAT(error.message(), HasSubstr(text));
  EXPECT_EQ(error.message().find('\n'), std::string::npos);
}

TEST(HttpHostile, ClosesWithoutAnswering) {
  expect_error(error_of(""), ErrorKind::unavailable, "headers", "before it answered");
}

TEST(HttpHostile, EndlessAndLargeHeaders) {
  std::string many = "HTTP/1.1 200 OK\r\n";
  while (many.size() < 80'000) many += "X-Filler: " + std::string(500, 'x') + "\r\n";
  expect_error(error_of(many), ErrorKind::exhausted, "headers", "larger than 65536 bytes");
  expect_error(error_of("HTTP/1.1 200 OK\r\nX: " + std::string(300'000, 'x')), ErrorKind::exhausted,
               "headers", "endless");
}

TEST(HttpHostile, FloodOfInterimAnswers) {
  std::string flood;
  for (int i = 0; i < 100; ++i) flood += "HTTP/1.1 102 Processing\r\n\r\n";
  expect_error(error_of(flood + answer("late")), ErrorKind::exhausted, "headers", "interim");
  RawServer server(after_request([](Connection& peer) {
    peer.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + answer("fine"));
  }));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(server.url());
    REQUIRE_OK(response);
    EXPECT_EQ(response->status_code, 200);
    EXPECT_EQ(*co_await here.read(response->body), "fine");
  });
}

TEST(HttpHostile, ContentLengths) {
  const auto with = [](const std::string& headers, const std::string& body) {
    return error_of("HTTP/1.1 200 OK\r\n" + headers + "\r\n" + body);
  };
  expect_error(with("Content-Length: 9\r\n", "1234"), ErrorKind::unavailable, "body",
               "before the end of the response body");
  for (const char* bad : {"-1", "abc", "", "1x", "99999999999999999999"}) {
    const Error error = with("Content-Length: " + std::string(bad) + "\r\n", "1234");
    expect_error(error, ErrorKind::unavailable, "protocol", "not valid HTTP");
  }
  expect_error(with("Content-Length: 4\r\nContent-Length: 5\r\n", "1234"), ErrorKind::unavailable,
               "protocol", "two lengths, 4 and 5");
  EXPECT_EQ(with("Content-Length: 4\r\nContent-Length: 4\r\n", "1234").message(),
            "no error at all");
  // Longer than promised: what was promised is right, and the connection is not used again.
  EXPECT_EQ(with("Content-Length: 4\r\n", "12345678").message(), "no error at all");
}

TEST(HttpHostile, Chunks) {
  const auto with = [](const std::string& chunks) {
    return error_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
  };
  // As with a bad Content-Length: nothing was broken off, and trying again will not help.
  for (const char* bad :
       {"zz\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n0\r\n\r\n", "fffffffffffffffffffff\r\nabc",
        "ffffffffffffffff\r\nabc", "\r\nabc", "3\r\nabcde\r\n0\r\n\r\n"}) {
    const Error error = with(bad);
    expect_error(error, ErrorKind::unavailable, "protocol", "is not valid HTTP");
    EXPECT_THAT(error.message(), HasSubstr("chunk"));
    EXPECT_THAT(error.message(), testing::Not(HasSubstr("broke")));
  }
  expect_error(with("3\r\nabc\r\n"), ErrorKind::unavailable, "body",
               "before the end of the response body");
  EXPECT_EQ(with("3\r\nabc\r\n0\r\nX-Trailer: yes\r\n\r\n").message(), "no error at all");
  std::string trailers = "3\r\nabc\r\n0\r\n";
  while (trailers.size() < 100'000) trailers += "X-Trailer: " + std::string(500, 'x') + "\r\n";
  expect_error(with(trailers), ErrorKind::exhausted, "headers", "larger than 65536 bytes");
  expect_error(with("3\r\nabc\r\n0\r\nX: " + std::string(80'000, 'x')), ErrorKind::exhausted,
               "body", "endless");
  expect_error(error_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
               ErrorKind::unavailable, "protocol", "transfer encoding");
}

TEST(HttpHostile, WhatIsNoHttpAtAll) {
  EXPECT_EQ(error_of("hello, I am a page of old\r\n").phase(), "protocol");
  EXPECT_EQ(error_of("SSH-2.0-OpenSSH_9.2\r\n").phase(), "protocol");
  EXPECT_EQ(error_of("HTTP/1.1 9 Huh\r\n\r\n").kind(), ErrorKind::unavailable);
  EXPECT_EQ(error_of("HTTP/1.1 200 OK\r\nno colon here\r\n\r\n").phase(), "protocol");
  EXPECT_EQ(error_of("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n").phase(), "protocol");
}

TEST(HttpHostile, ResetsAtEveryPhase) {
  for (int phase = 0; phase < 3; ++phase) {
    RawServer server([phase](Connection& peer) {
      if (phase > 0) peer.read_request();
      if (phase > 1) peer.send(support::head_for(100) + "abc");
      // Long enough for the client to be reading.
      peer.sleep(milliseconds(50));
      peer.reset();
    });
    fetching([&](Fetching& here) -> Task<void> {
      auto response = co_await here.get(server.url());
      if (!response) {
        EXPECT_LT(phase, 2);
        EXPECT_EQ(response.error().kind(), ErrorKind::unavailable);
        EXPECT_EQ(response.error().phase(), "headers");
        co_return;
      }
      EXPECT_EQ(phase, 2);
      auto text = co_await here.read(response->body);
      REQUIRE(!text);
      EXPECT_EQ(text.error().kind(), ErrorKind::unavailable);
      EXPECT_EQ(text.error().phase(), "body");
      EXPECT_THAT(text.error().message(), HasSubstr("connection reset"));
    });
  }
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

TEST(HttpHostile, CorruptAndCutShortCompression) {
  for (const Encoding encoding : {Encoding::gzip, Encoding::br, Encoding::zstd}) {
    const std::string header =
        "Content-Encoding: " + std::string(support::name_of(encoding)) + "\r\n";
    const std::string good = support::compressed(encoding, support::numbered_lines(100'000));
    const Error cut = error_of(answer(good.substr(0, good.size() / 2), "200 OK", header));
    expect_error(cut, ErrorKind::unavailable, "body", "ends too early");
    std::string broken = good;
    for (std::size_t i = broken.size() / 2; i < broken.size(); ++i) broken[i] = '\x55';
    const Error corrupt = error_of(answer(broken, "200 OK", header));
    EXPECT_EQ(corrupt.kind(), ErrorKind::unavailable) << corrupt.to_line();
    EXPECT_EQ(corrupt.phase(), "body");
    const Error not_it = error_of(answer("just a text", "200 OK", header));
    expect_error(not_it, ErrorKind::unavailable, "body", "response body");
  }
  // The magic number, and a descriptor that asks for a window of 128 MiB.
  const std::string wide("\x28\xb5\x2f\xfd\x00\x88\x01\x00\x00", 9);
  for (const std::string& before : {std::string(), support::compressed(Encoding::zstd, "first")}) {
    const Error error = error_of(answer(before + wide, "200 OK", "Content-Encoding: zstd\r\n"));
    expect_error(error, ErrorKind::exhausted, "body", "8 MiB");
    EXPECT_THAT(error.message(), HasSubstr("window"));
    EXPECT_THAT(error.message(), HasSubstr("\"compressed\""));
  }
  expect_error(error_of(answer("x", "200 OK", "Content-Encoding: gzip, gzip, gzip, gzip\r\n")),
               ErrorKind::exhausted, "headers", "4 times over");
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

TEST(HttpHostile, DripsItsHeaderByteByByte) {
  RawServer server(after_request([](Connection& peer) {
    peer.drip("HTTP/1.1 200 OK\r\nX: " + std::string(4000, 'x'), seconds(20), 4000);
  }));
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest request;
    request.url = server.url();
    request.timeout = milliseconds(300);
    auto response = co_await here.send(std::move(request));
    REQUIRE(!response);
    EXPECT_EQ(response.error().kind(), ErrorKind::deadline);
  });
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
