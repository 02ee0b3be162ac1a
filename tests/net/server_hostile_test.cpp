// Clients that break the protocol: each is answered with the status that says so, and its
// connection ends, without harm to anybody else.
#include <random>

#include "net/serving.h"
#include "support/measure.h"
#include "support/millrace_binary.h"

namespace millrace {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

struct Hostile {
  const char* name;
  std::string bytes;
  int status;
  const char* kind;
};

std::ostream& operator<<(std::ostream& out, const Hostile& hostile) { return out << hostile.name; }

ServerLimits short_limits() {
  ServerLimits limits;
  limits.header_bytes = 4096;
  limits.header_fields = 20;
  limits.body_bytes = 10'000;
  limits.linger = milliseconds(300);
  return limits;
}

std::string post(const std::string& headers, const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n" + body;
}

std::string many_headers(int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += "a" + std::to_string(i) + ": b\r\n";
  return all;
}

const std::vector<Hostile>& catalogue() {
  static const std::string kHost = "Host: h\r\n";
  static const std::string kChunked = "Transfer-Encoding: chunked\r\n";
  static const std::vector<Hostile> kAll = {
      // ---- where a request ends could be read in two ways
      {"length and chunked", post("Content-Length: 4\r\n" + kChunked, "0\r\n\r\n"), 400, "invalid"},
      {"chunked and length", post(kChunked + "Content-Length: 4\r\n", "0\r\n\r\n"), 400, "invalid"},
      {"unknown encoding and length",
       post("Transfer-Encoding: gzip\r\nContent-Length: 4\r\n", "abcd"), 501, "invalid"},
      {"two lengths that differ", post("Content-Length: 4\r\nContent-Length: 5\r\n", "abcde"), 400,
       "invalid"},
      {"two lengths in one", post("Content-Length: 4, 5\r\n", "abcde"), 400, "invalid"},
      {"length with a sign", post("Content-Length: +4\r\n", "abcd"), 400, "invalid"},
      {"negative length", post("Content-Length: -4\r\n", "abcd"), 400, "invalid"},
      {"length in hex", post("Content-Length: 0x4\r\n", "abcd"), 400, "invalid"},
      {"length with letters", post("Content-Length: 4a\r\n", "abcd"), 400, "invalid"},
      {"two words of length", post("Content-Length: 4 4\r\n", "abcd"), 400, "invalid"},
      {"length of nothing", post("Content-Length:\r\n", "abcd"), 400, "invalid"},
      {"length beyond 64 bits", post("Content-Length: 18446744073709551620\r\n", "abcd"), 400,
       "invalid"},
      {"encoding not last", post("Transfer-Encoding: chunked, gzip\r\n", "abcd"), 501, "invalid"},
      {"encoding before chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501,
       "invalid"},
      {"identity", post("Transfer-Encoding: identity\r\n", "abcd"), 501, "invalid"},
      {"chunked twice", post(kChunked + kChunked, "0\r\n\r\n"), 400, "invalid"},
      {"chunked, chunked", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 501,
       "invalid"},
      {"xchunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 501, "invalid"},
      {"chunked with a tab before it",
       post("Transfer-Encoding:\x0b"
            "chunked\r\n",
            "0\r\n\r\n"),
       400, "invalid"},
      {"chunked in 1.0", "POST / HTTP/1.0\r\n" + kChunked + "\r\n0\r\n\r\n", 400, "invalid"},
      {"space before the colon", post("Content-Length : 4\r\n", "abcd"), 400, "invalid"},
      {"folded header", post("X-A: b\r\n c\r\n", ""), 400, "invalid"},
      {"folded with a tab", post("X-A: b\r\n\tc\r\n", ""), 400, "invalid"},
      {"space before the first header", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400, "invalid"},
      {"line ends of LF", "GET / HTTP/1.1\nHost: h\n\n", 400, "invalid"},
      {"one line end of LF", "GET / HTTP/1.1\r\nHost: h\nX-A: b\r\n\r\n", 400, "invalid"},
      {"LF before the end", "GET / HTTP/1.1\r\nHost: h\r\n\n", 400, "invalid"},
      {"CR within a line", "GET / HTTP/1.1\r\nHost: h\r\nX-A: b\rContent-Length: 4\r\n\r\n", 400,
       "invalid"},
      {"CR CR LF", "GET / HTTP/1.1\r\nHost: h\r\r\n\r\n", 400, "invalid"},
      {"NUL in a value", "GET / HTTP/1.1\r\nHost: h\r\nX-A: b\0c\r\n\r\n"s, 400, "invalid"},
      {"NUL in a name", "GET / HTTP/1.1\r\nHost: h\r\nX-\0A: b\r\n\r\n"s, 400, "invalid"},
      {"control in a value", "GET / HTTP/1.1\r\nHost: h\r\nX-A: b\x01\r\n\r\n", 400, "invalid"},
      {"no name", "GET / HTTP/1.1\r\nHost: h\r\n: b\r\n\r\n", 400, "invalid"},
      {"no colon", "GET / HTTP/1.1\r\nHost: h\r\nX-A\r\n\r\n", 400, "invalid"},
      {"name in quotes", "GET / HTTP/1.1\r\nHost: h\r\n\"X\": b\r\n\r\n", 400, "invalid"},
      // ---- chunks
      {"chunk without size", post(kChunked, "\r\nabcd\r\n0\r\n\r\n"), 400, "invalid"},
      {"chunk size with a sign", post(kChunked, "+4\r\nabcd\r\n0\r\n\r\n"), 400, "invalid"},
      {"chunk size in C's hex", post(kChunked, "0x4\r\nabcd\r\n0\r\n\r\n"), 400, "invalid"},
      {"chunk size beyond 64 bits", post(kChunked, "10000000000000004\r\nabcd\r\n0\r\n\r\n"), 400,
       "invalid"},
      {"chunk size of all bits", post(kChunked, "ffffffffffffffff\r\nabcd\r\n0\r\n\r\n"), 413,
       "exhausted"},
      {"chunk with LF", post(kChunked, "4\nabcd\r\n0\r\n\r\n"), 400, "invalid"},
      {"chunk longer than its size", post(kChunked, "4\r\nabcde\r\n0\r\n\r\n"), 400, "invalid"},
      {"chunk that ends with LF", post(kChunked, "4\r\nabcd\n0\r\n\r\n"), 400, "invalid"},
      {"LF in an extension", post(kChunked, "4;a\nb\r\nabcd\r\n0\r\n\r\n"), 400, "invalid"},
      {"endless extension", post(kChunked, "4;" + std::string(20'000, 'a')), 400, "invalid"},
      {"endless size", post(kChunked, std::string(20'000, '0')), 400, "invalid"},
      {"endless trailer", post(kChunked, "0\r\nA: " + std::string(20'000, 'a')), 400, "invalid"},
      {"length in a trailer", post(kChunked, "0\r\nContent-Length: 4\r\n\r\n"), 400, "invalid"},
      {"chunks beyond the limit",
       post(kChunked, "1388\r\n" + std::string(5000, 'a') + "\r\n1389\r\n" +
                          std::string(5001, 'b') + "\r\n0\r\n\r\n"),
       413, "exhausted"},
      // ---- too much of something
      {"body beyond the limit", post("Content-Length: 10001\r\n", std::string(10'001, 'a')), 413,
       "exhausted"},
      {"body beyond the limit, asked before",
       post("Expect: 100-continue\r\nContent-Length: 10001\r\n", ""), 413, "exhausted"},
      {"endless target", "GET /" + std::string(20'000, 'a'), 414, "exhausted"},
      {"long target", "GET /" + std::string(5000, 'a') + " HTTP/1.1\r\n" + kHost + "\r\n", 414,
       "exhausted"},
      {"endless header", "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'a'), 431, "exhausted"},
      {"large headers",
       "GET / HTTP/1.1\r\n" + kHost + "X: " + std::string(3000, 'a') +
           "\r\nY: " + std::string(3000, 'b') + "\r\n\r\n",
       431, "exhausted"},
      {"many headers", "GET / HTTP/1.1\r\n" + kHost + many_headers(20) + "\r\n", 431, "exhausted"},
      // ---- not HTTP/1.1
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400, "invalid"},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "invalid"},
      {"HTTP/0.9", "GET /\r\n\r\n", 400, "invalid"},
      {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", 505, "invalid"},
      {"HTTP/2 by prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "invalid"},
      {"another protocol", "GET / RTSP/1.0\r\nHost: h\r\n\r\n", 400, "invalid"},
      {"version in small letters", "GET / http/1.1\r\nHost: h\r\n\r\n", 400, "invalid"},
      {"version without its minor", "GET / HTTP/1\r\nHost: h\r\n\r\n", 400, "invalid"},
      {"space after the version", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400, "invalid"},
      {"two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid"},
      {"tab for space", "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid"},
      {"no target", "GET HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid"},
      {"control in the target", "GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid"},
      {"brackets for a method", "(GET) / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid"},
      {"space first", " GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "invalid"},
      {"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 400, "invalid"},
      {"bytes of no meaning", "\xff\xfe\x00\x80"s, 400, "invalid"},
      {"words", "hello\r\n\r\n", 400, "invalid"},
      {"unknown expectation", post("Expect: the-unexpected\r\nContent-Length: 0\r\n", ""), 417,
       "invalid"},
      {"connection of no tokens", "GET / HTTP/1.1\r\nHost: h\r\nConnection: \"\r\n\r\n", 400,
       "invalid"},
  };
  return kAll;
}

class ServerHostile : public testing::TestWithParam<Hostile> {};

TEST_P(ServerHostile, client_is_told_what_is_wrong_and_no_more) {
  const Hostile& hostile = GetParam();
  Serving serving(say_hello, short_limits());
  RawClient client(serving.port());
  client.send(hostile.bytes);
  // Nothing that follows may be taken for a request of its own.
  client.send(get("/smuggled"));
  const auto began = std::chrono::steady_clock::now();
  const Answer answer = only_answer(client, seconds(5));
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(2));
  EXPECT_EQ(answer.status(), hostile.status) << answer.head << answer.body;
  EXPECT_THAT(answer.body, HasSubstr("\"kind\":\""s + hostile.kind + "\""));
  EXPECT_THAT(answer.body, testing::StartsWith("{\"error\":{\"message\":\""));
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_EQ(std::to_string(answer.body.size()), answer.header("Content-Length"));
  EXPECT_FALSE(client.was_reset());
  EXPECT_EQ(serving.figures().requests_total, 0U);
}

INSTANTIATE_TEST_SUITE_P(Catalogue, ServerHostile, testing::ValuesIn(catalogue()),
                         [](const auto& hostile) {
                           std::string name = hostile.param.name;
                           for (char& c : name) {
                             if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
                           }
                           return name;
                         });

TEST(ServerHostileTogether, leave_the_server_as_it_was) {
  // Fixed, so that a failure comes back.
  std::mt19937 random(7);
  ServerLimits limits = short_limits();
  limits.header_time = limits.body_idle = milliseconds(50);
  Serving serving(tell_request, limits);
  const auto round = [&] {
    Clients clients;
    for (int i = 0; i < 300; ++i) {
      std::string bytes = catalogue()[random() % catalogue().size()].bytes;
      if (random() % 2 == 0) bytes.resize(random() % (bytes.size() + 1));
      for (unsigned n = random() % 4; n > 0 && !bytes.empty(); --n) {
        bytes[random() % bytes.size()] = "\r\n :0\0a;"[random() % 8];
      }
      clients.push_back(std::make_unique<RawClient>(serving.port()));
      clients.back()->send(bytes);
      if (random() % 3 == 0) clients.back()->reset();
      if (random() % 3 == 0) clients.back()->finish();
    }
  };
  // All of them have come, and gone.
  const auto over = [&](std::uint64_t count) {
    return soon([&] {
      const ServerFigures figures = serving.figures();
      return figures.connections_total == count && figures.connections == 0;
    });
  };
  round();
  ASSERT_TRUE(over(300));
  const std::size_t memory = support::resident_bytes();
  const std::size_t descriptors = support::open_descriptors();
  for (int i = 0; i < 3; ++i) round();
  ASSERT_TRUE(over(1200));
  if (!support::is_sanitized()) {
    EXPECT_LT(support::resident_bytes(), memory + (std::size_t{8} << 20U));
  }
  EXPECT_EQ(support::open_descriptors(), descriptors);
  RawClient client(serving.port());
  client.send(get("/"));
  EXPECT_EQ(read_answer(client).status(), 200);
}

}  // namespace
}  // namespace millrace
