#include "net/line_reader.h"

#include "fetching.h"

namespace millrace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Each with its end, as they came.
Task<Result<std::vector<std::string>>> all_lines(Scope& step, Ref<Reader> reader,
                                                 std::size_t longest = 1 << 20,
                                                 std::uint64_t from = 0) {
  LineReader source(std::move(reader), from, longest);
  std::vector<std::string> lines;
  while (true) {
    auto batch = co_await source.next(step);
    if (!batch) co_return batch.error();
    if (batch->empty()) co_return lines;
    for (std::size_t at = 0; at < batch->size();) {
      const std::size_t end = std::min(batch->find('\n', at), batch->size() - 1) + 1;
      lines.push_back(batch->substr(at, end - at));
      at = end;
    }
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
  EXPECT_THAT(lines_of("\n"), ElementsAre("\n"));
  EXPECT_THAT(lines_of("a\r\nb\n\nc"), ElementsAre("a\r\n", "b\n", "\n", "c"));
  EXPECT_THAT(lines_of("a\n"), ElementsAre("a\n"));
  EXPECT_THAT(lines_of("a\rb\r"), ElementsAre("a\rb\r"));
}

TEST(LineReader, BeginsWhereItIsTold) {
  Shard shard(TimeMode::simulated);
  shard.run([&](Scope& root) -> Task<void> {
    auto rest = co_await all_lines(root, make_ref<TextReader>("12\n1234\n1"), 4, 3);
    REQUIRE_OK(rest);
    EXPECT_THAT(*rest, ElementsAre("1234\n", "1"));
    auto none = co_await all_lines(root, make_ref<TextReader>("12\n"), 4, 3);
    REQUIRE_OK(none);
    EXPECT_THAT(*none, ElementsAre());
    // The lines before count in the messages.
    auto read = co_await all_lines(root, make_ref<TextReader>("12\n12345\n1"), 4, 3);
    REQUIRE(!read);
    EXPECT_THAT(read.error().message(), HasSubstr("line 2 is longer"));
  });
}

TEST(LineReader, HandsOverABoundedNumberOfBytesAtOnce) {
  Shard shard(TimeMode::simulated);
  shard.run([&](Scope& root) -> Task<void> {
    LineReader source(make_ref<TextReader>(support::numbered_lines(1 << 20)), 0, 1 << 20);
    std::size_t read = 0;
    while (true) {
      auto batch = co_await source.next(root);
      REQUIRE_OK(batch);
      if (batch->empty()) break;
      EXPECT_LE(batch->size(), 64U * 1024);
      EXPECT_TRUE(batch->ends_with('\n'));
      read += batch->size();
    }
    EXPECT_EQ(read, support::numbered_lines(1 << 20).size());
  });
}

TEST(LineReader, LinesBeforeOneThatIsTooLongAreGood) {
  Shard shard(TimeMode::simulated);
  shard.run([&](Scope& root) -> Task<void> {
    LineReader source(make_ref<TextReader>("12\n123\n12345\n1"), 0, 4);
    EXPECT_EQ(*co_await source.next(root), "12\n123\n");
    EXPECT_FALSE(co_await source.next(root));
    EXPECT_FALSE(co_await source.next(root));
  });
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
    EXPECT_THAT(*lines, ElementsAre("first\r\n", "second\n", "third\n", "fourth"));
  });
}

TEST(LineReader, TheErrorOfTheStreamComesAfterItsLines) {
  RawServer server(after_request(
      [](Connection& peer) { peer.send(support::head_for(1000) + "one\ntwo\nthr"); }));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(server.url());
    REQUIRE_OK(response);
    LineReader source(Ref<Reader>(response->body), 0, 100);
    EXPECT_EQ(*co_await source.next(here.session), "one\ntwo\n");
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
    LineReader source(Ref<Reader>(response->body), 0, 1 << 20);
    std::size_t lines = 0;
    while (true) {
      auto batch = co_await source.next(here.session);
      REQUIRE_OK(batch);
      if (batch->empty()) break;
      lines += static_cast<std::size_t>(std::count(batch->begin(), batch->end(), '\n'));
    }
    EXPECT_EQ(lines, size / 64);
    if (!kSanitized) EXPECT_LT(support::resident_bytes(), before + (16U << 20));
  });
}

}  // namespace
}  // namespace millrace
