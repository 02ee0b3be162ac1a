#include "workflow/quoted_place.h"

#include <gtest/gtest.h>

#include "workflow/file_lines.h"

namespace millrace {
namespace {

// The column of a place in the text that `line` has at its third column; 0 where there is none.
std::uint32_t column_of(std::string_view line, std::uint32_t text_line, std::uint32_t text_column) {
  const std::string_view rest = line.size() < 2 ? line : line.substr(2);
  const auto place = place_in_quotes(rest, {7, 3}, text_line, text_column);
  return place ? place->column : 0;
}

TEST(QuotedPlace, PassesEscapes) {
  EXPECT_EQ(column_of(": \"abc\"", 1, 1), 4U);
  EXPECT_EQ(column_of(": \"abc\"", 1, 4), 7U);  // behind the end
  EXPECT_EQ(column_of(": \"\\\"a\\\" + )\"", 1, 7), 12U);
  EXPECT_EQ(column_of(": \"\\u00e9x\"", 1, 2), 10U);
  EXPECT_EQ(column_of(": \"\\ud83d\\ude00x\"", 1, 2), 16U);
  EXPECT_EQ(column_of(": \"\\x41x\\U0001F600y\"", 1, 4), 19U);
  EXPECT_EQ(column_of(": \"é\\\\x\"", 1, 3), 7U);
  EXPECT_EQ(column_of(": \"a\\nbc\"", 2, 2), 8U);
  EXPECT_EQ(column_of(": \"a\\u000abc\"", 2, 1), 11U);
}

TEST(QuotedPlace, PassesQuotesThatAreWrittenTwice) {
  EXPECT_EQ(column_of(": 'it''s x'", 1, 4), 8U);
  EXPECT_EQ(column_of(": ''''", 1, 2), 6U);
}

TEST(QuotedPlace, IsSilentWhereItCannotTell) {
  EXPECT_EQ(column_of(": abc", 1, 2), 0U);
  EXPECT_EQ(column_of(": >", 1, 2), 0U);
  EXPECT_EQ(column_of(": \"abc", 1, 5), 0U);      // goes on in the next line
  EXPECT_EQ(column_of(": \"a\\nb\"", 1, 4), 0U);  // there is no such place
  EXPECT_EQ(column_of(": \"\\u00", 1, 3), 0U);
  EXPECT_EQ(column_of("", 1, 1), 0U);
}

TEST(FileLines, AreCountedAsPositionsAre) {
  const FileLines lines(
      "\xEF\xBB\xBF"
      "a\r\nb\rc\n\nd");
  EXPECT_EQ(lines.line(1), "a");
  EXPECT_EQ(lines.line(2), "b");
  EXPECT_EQ(lines.line(3), "c");
  EXPECT_EQ(lines.line(4), "");
  EXPECT_EQ(lines.line(5), "d");
  EXPECT_EQ(lines.line(0), "");
  EXPECT_EQ(lines.line(6), "");
  const FileLines accents("x\néaéb");
  EXPECT_EQ(accents.offset_of({2, 2}), 2U);
  EXPECT_EQ(accents.offset_of({2, 4}), 5U);
  EXPECT_EQ(accents.offset_of({2, 3}), 3U);
  EXPECT_EQ(accents.offset_of({2, 9}), 6U);
  EXPECT_EQ(accents.offset_of({1, 1}), 0U);
}

}  // namespace
}  // namespace millrace
