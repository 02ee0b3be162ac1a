#include "net/line_reader.h"

#include "fetching.h"

namespace millrace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Task<Result<std::vector<std::string>>> all_lines(Scope& step, Ref<Reader> reader,
                                                 std::size_t longest = 1 << 20) {
  LineReader source(std::move(reader), longest);
  std::vector<std::string> lines;
  while (true) {
    while (const auto line = source.ready()) lines.emplace_back(*line);
    auto line = co_await source.next(step);
    if (!line) co_return line.error();
    if (!*line) co_return lines;
    lines.push_back(std::move(**line));
  }
}

std::vector<std::string> lines_of(std::string text) {
  std::vector<std::string> lines;
  Shard shard(TimeMode::simulated);
  shard.run([&](Scope& root) -> Task<void> {
    auto read = co_await all_lines(root, make_ref<TextReader>(std::move(text)));
    EXPECT_TRUE(read);
    if (read) lines = std::move(*read);
  });
  return lines;
}

TEST(LineReader, CutsLines) {
  EXPECT_THAT(lines_of(""), ElementsAre());
  EXPECT_THAT(lines_of("\n"), ElementsAre(""));
  EXPECT_THAT(lines_of("a\r\nb\n\nc"), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(lines_of("a\n"), ElementsAre("a"));
  EXPECT_THAT(lines_of("a\rb\r"), ElementsAre("a\rb"));
}

TEST(LineReader, ALineHasALimit) {
  Shard shard(TimeMode::simulated);
  shard.run([&](Scope& root) -> Task<void> {
    auto fits = co_await all_lines(root, make_ref<TextReader>("12\n1234\n1"), 4);
    EXPECT_TRUE(fits);
    auto read = co_await all_lines(root, make_ref<TextReader>("12\n12345\n1"), 4);
    REQUIRE(!read);
    EXPECT_EQ(read.error().kind(), ErrorKind::exhausted);
    EXPECT_THAT(read.error().message(), HasSubstr("line 2 is longer than 4 bytes"));
  });
}

TEST(LineReader, LinesAcrossPiecesAndAPause) {
  RawServer server(after_request([](Connection& peer) {
    peer.send(support::head_for(26) + "first\r");
    peer.sleep(milliseconds(50));
    peer.send("\nsec");
    peer.sleep(milliseconds(50));
    peer.send("ond\nthird\nfourth");
  }));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(server.url());
    REQUIRE_OK(response);
    auto lines = co_await all_lines(here.session, response->body);
    REQUIRE_OK(lines);
    EXPECT_THAT(*lines, ElementsAre("first", "second", "third", "fourth"));
  });
}

TEST(LineReader, TheErrorOfTheStreamComesAfterItsLines) {
  RawServer server(after_request(
      [](Connection& peer) { peer.send(support::head_for(1000) + "one\ntwo\nthr"); }));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(server.url());
    REQUIRE_OK(response);
    LineReader source(Ref<Reader>(response->body), 100);
    EXPECT_EQ(**co_await source.next(here.session), "one");
    EXPECT_EQ(**co_await source.next(here.session), "two");
    auto third = co_await source.next(here.session);
    REQUIRE(!third);
    EXPECT_EQ(third.error().kind(), ErrorKind::unavailable);
  });
}

TEST(LineReader, ALargeBodyInLittleMemory) {
  const std::size_t size = (kSanitized ? 64ULL : 1024ULL) << 20;
  RawServer server(after_request([=](Connection& peer) { support::stream_lines(peer, size); }));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(server.url());
    REQUIRE_OK(response);
    response->body->keep(false);
    const std::size_t before = support::resident_bytes();
    LineReader source(Ref<Reader>(response->body), 1 << 20);
    std::size_t lines = 0;
    while (true) {
      while (source.ready()) ++lines;
      auto line = co_await source.next(here.session);
      REQUIRE_OK(line);
      if (!*line) break;
      ++lines;
    }
    EXPECT_EQ(lines, size / 64);
    if (!kSanitized) EXPECT_LT(support::resident_bytes(), before + (16U << 20));
  });
}

}  // namespace
}  // namespace millrace
