#include "cli/marked_line.h"

#include <gtest/gtest.h>

#include <chrono>

#include "workflow/file_lines.h"

namespace millrace {
namespace {

std::string marked(std::string_view line, std::uint32_t column, std::uint32_t length = 1) {
  return marked_line(line, FileLines(line).offset_of({1, column}), length, false);
}

TEST(MarkedLine, PutsTheMarkBelowThePlace) {
  EXPECT_EQ(marked("expr: a + )", 11), "expr: a + )\n          ^\n");
  EXPECT_EQ(marked("expr: hello world", 13, 5), "expr: hello world\n            ^~~~~\n");
  EXPECT_EQ(marked("a", 1, 99), "a\n^\n");
  EXPECT_EQ(marked("a +", 4), "a +\n   ^\n");  // behind the end
  EXPECT_EQ(marked("a +", 40), "a +\n   ^\n");
  EXPECT_EQ(marked("", 1), "\n^\n");
  EXPECT_EQ(marked_line("ab", 1, 1, true), "ab\n \x1b[32m^\x1b[0m\n");
}

TEST(MarkedLine, SpreadsTabs) {
  EXPECT_EQ(marked("\ta", 2), "    a\n    ^\n");
  EXPECT_EQ(marked("ab\tc\td", 4), "ab  c   d\n    ^\n");
  EXPECT_EQ(marked("ab\tc\td", 3), "ab  c   d\n  ^~\n");
}

TEST(MarkedLine, CountsWideAndNarrowCharacters) {
  EXPECT_EQ(marked("日本 x", 4), "日本 x\n     ^\n");
  EXPECT_EQ(marked("日本 x", 1, 2), "日本 x\n^~~~\n");
  EXPECT_EQ(marked("😀x", 2), "😀x\n  ^\n");
  EXPECT_EQ(marked("e\u0301x", 3), "e\u0301x\n ^\n");  // a combining accent
  EXPECT_EQ(marked("éx", 2), "éx\n ^\n");
}

TEST(MarkedLine, WritesOutWhatWouldActOnATerminal) {
  EXPECT_EQ(marked("\u009bx", 2), "\\u009bx\n      ^\n");
  EXPECT_EQ(marked("\u202ex", 2), "\\u202ex\n      ^\n");
  EXPECT_EQ(marked("\x1b[2Jx", 5), "\\x1b[2Jx\n       ^\n");
}

TEST(MarkedLine, CutsLongLinesAroundTheMark) {
  std::string line;
  for (int i = 0; i < 40; ++i) line += std::to_string(10 + i) + "-------,";
  const std::string begin = marked(line, 5);
  EXPECT_EQ(begin, line.substr(0, 100) + "...\n    ^\n");
  const std::string middle = marked(line, 201, 4);
  EXPECT_EQ(middle, "..." + line.substr(130, 100) + "...\n" + std::string(73, ' ') + "^~~~\n");
  const std::string end = marked(line, 400);
  EXPECT_EQ(end, "..." + line.substr(329) + "\n" + std::string(73, ' ') + "^\n");
  std::string wide;
  for (int i = 0; i < 200; ++i) wide += "日";
  EXPECT_EQ(marked(wide, 100).substr(0, 6), "...日");
  const std::string shown = marked(wide, 100);
  EXPECT_EQ(shown.substr(shown.find('\n') + 1), std::string(73, ' ') + "^~\n");
}

TEST(MarkedLine, LooksOnlyAtWhatItShows) {
  std::string line;
  for (int i = 0; i < 4'000'000; ++i) line += "日é\t";
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(marked_line(line, line.size() / 2, 3, false).substr(0, 3), "...");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

}  // namespace
}  // namespace millrace
