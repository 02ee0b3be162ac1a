#include "expression/lexer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace millrace {
namespace {

// The spellings of all tokens; what is invalid as "!" and the complaint.
std::vector<std::string> tokens(std::string_view source) {
  std::vector<std::string> found;
  Lexer lexer(source);
  for (; lexer.current().kind != TokenKind::end; lexer.advance()) {
    if (lexer.current().kind == TokenKind::invalid) {
      found.push_back("!" + lexer.complaint());
      break;
    }
    found.emplace_back(lexer.spelling());
  }
  return found;
}

using Tokens = std::vector<std::string>;

TEST(Lexer, OperatorsAreReadGreedily) {
  EXPECT_EQ(tokens("a**b*c"), (Tokens{"a", "**", "b", "*", "c"}));
  EXPECT_EQ(tokens("1--1"), (Tokens{"1", "-", "-", "1"}));
  EXPECT_EQ(tokens("a&&&b"), (Tokens{"a", "&&", "&", "b"}));
  EXPECT_EQ(tokens("a??b?c:d"), (Tokens{"a", "??", "b", "?", "c", ":", "d"}));
  EXPECT_EQ(tokens("a!~b!=c=~d"), (Tokens{"a", "!~", "b", "!=", "c", "=~", "d"}));
}

TEST(Lexer, AByteOrderMarkCountsForNothingAtTheStart) {
  EXPECT_EQ(tokens("\uFEFF a"), (Tokens{"a"}));
  EXPECT_EQ(tokens("\uFEFF\"a\""), (Tokens{"\"a\""}));
  EXPECT_EQ(tokens("\uFEFF\uFEFFa").size(), 1U);
  EXPECT_TRUE(tokens("\uFEFF\uFEFFa")[0].starts_with('!'));
  EXPECT_TRUE(tokens(" \uFEFFa")[0].starts_with('!'));
}

TEST(Lexer, NumbersEndWhereTheyEnd) {
  EXPECT_EQ(tokens("1.5.5"), (Tokens{"1.5", ".5"}));
  EXPECT_EQ(tokens("1..5"), (Tokens{"1.", ".5"}));
  EXPECT_EQ(tokens("1a"), (Tokens{"1", "a"}));
  EXPECT_EQ(tokens("1e5e5"), (Tokens{"1e5", "e5"}));
  EXPECT_EQ(tokens("a.0"), (Tokens{"a", ".0"}));
}

TEST(Lexer, NamesAreUnicodeLettersAndDigits) {
  EXPECT_EQ(tokens("k\u016f\u0148_1 \u4e2d\u6587 _x"),
            (Tokens{"k\u016f\u0148_1", "\u4e2d\u6587", "_x"}));
  EXPECT_EQ(tokens("a\u0663"), (Tokens{"a\u0663"}));
  EXPECT_EQ(tokens("\U0001F40E"), (Tokens{"!unexpected character \"\U0001F40E\""}));
}

TEST(Lexer, CommentsAndBlanksFallBetween) {
  EXPECT_EQ(tokens(" a /* b */ + // c\n\td\r\n"), (Tokens{"a", "+", "d"}));
  EXPECT_EQ(tokens("a /* b").back(), "!this comment is not closed: expected \"*/\"");
  EXPECT_EQ(tokens("a / b"), (Tokens{"a", "/", "b"}));
}

TEST(Lexer, TextsMustBeClosed) {
  EXPECT_EQ(tokens(R"("a\"b" 'x' `c"d`)"), (Tokens{R"("a\"b")", "'x'", "`c\"d`"}));
  EXPECT_EQ(tokens("\"abc").back().substr(0, 24), "!this text is not closed");
  EXPECT_EQ(tokens("\"abc\nd\"").back().substr(0, 24), "!this text is not closed");
  EXPECT_EQ(tokens("\"abc\\").back().substr(0, 24), "!this text is not closed");
  EXPECT_EQ(tokens("`a\nb`"), (Tokens{"`a\nb`"}));
}

TEST(Lexer, OneEqualsSignIsAskedAbout) {
  EXPECT_EQ(tokens("a = b").back(), "!unexpected \"=\": to compare, write \"==\"");
}

}  // namespace
}  // namespace millrace
