#include "expression/parser.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "expression/printer.h"

namespace millrace {
namespace {

// The canonical spelling, or the error's message.
std::string parsed(std::string_view source, const ParseLimits& limits = {}) {
  const auto syntax = parse_expression(source, limits);
  return syntax ? print_expression(*syntax) : syntax.error().message();
}

TEST(Parser, PrecedenceAndAssociation) {
  EXPECT_EQ(parsed("a + b * c"), "a + b * c");
  EXPECT_EQ(parsed("(a + b) * c"), "(a + b) * c");
  EXPECT_EQ(parsed("a - (b - c)"), "a - (b - c)");
  EXPECT_EQ(parsed("(a - b) - c"), "a - b - c");
  EXPECT_EQ(parsed("(a ** b) ** c"), "a ** b ** c");
  EXPECT_EQ(parsed("a | (b & c)"), "a | (b & c)");
  EXPECT_EQ(parsed("(a && b) || (c && d)"), "a && b || c && d");
  EXPECT_EQ(parsed("-a ** b"), "-a ** b");
  EXPECT_EQ(parsed("-(a ** b)"), "-(a ** b)");
  EXPECT_EQ(parsed("!a == b"), "!a == b");
  EXPECT_EQ(parsed("!~a"), "!~a");
  EXPECT_EQ(parsed("a in [b] == c"), "a in [b] == c");
}

TEST(Parser, AConditionalTakesAllOnBothSides) {
  EXPECT_EQ(parsed("1 + x ? a : b ?? c"), "1 + x ? a : b ?? c");
  EXPECT_EQ(parsed("(1 + x) ? a : (b ?? c)"), "1 + x ? a : b ?? c");
  EXPECT_EQ(parsed("a ? b : (c ? d : e)"), "a ? b : c ? d : e");
  EXPECT_EQ(parsed("(a ? b : c) ? d : e"), "(a ? b : c) ? d : e");
  EXPECT_EQ(parsed("a ?? b ? c : d"), "a ?? b ? c : d");
  EXPECT_EQ(parsed("a ?? (b ? c : d)"), "a ?? (b ? c : d)");
  EXPECT_EQ(parsed("a ? b"), "a ? b");
}

TEST(Parser, OperatorsOverLiteralsAreFolded) {
  EXPECT_EQ(parsed("1 + 2 * 3"), "7");
  EXPECT_EQ(parsed("x + 1 + 2"), "x + 1 + 2");
  EXPECT_EQ(parsed("x + (1 + 2)"), "x + 3");
  EXPECT_EQ(parsed("-1"), "(-1)");
  EXPECT_EQ(parsed("!true"), "false");
  EXPECT_EQ(parsed("\"a\" + 'b'"), "\"ab\"");
  EXPECT_EQ(parsed("0 ?? \"x\""), "\"x\"");
  EXPECT_EQ(parsed("1 / 0"), "(1/0)");
  EXPECT_EQ(parsed("true ? 1 : 2"), "true ? 1 : 2");
  EXPECT_EQ(parsed("1 in [1]"), "1 in [1]");
}

TEST(Parser, FoldingStopsWhereALeftSideDecides) {
  for (const char* right : {"\"a\"", "\"\"", "\"True\"", "\" 1\""}) {
    const std::string side = right;
    EXPECT_EQ(parsed("false && " + side), "false");
    EXPECT_EQ(parsed("true || " + side), "true");
    EXPECT_EQ(parsed("f || (false && " + side + ")"), "f || false");
    EXPECT_EQ(parsed(fmt::format("true || {0} || {0}", side)), "true");
    EXPECT_EQ(parsed("1 == 2 && " + side), "false");
    // Only a Boolean decides.
    EXPECT_EQ(parsed("true && " + side).substr(0, 10), "\"&&\" needs");
    EXPECT_EQ(parsed("false || " + side).substr(0, 10), "\"||\" needs");
    EXPECT_EQ(parsed("0 && " + side).substr(0, 10), "\"&&\" needs");
    EXPECT_EQ(parsed("\"true\" || " + side).substr(0, 10), "\"||\" needs");
  }
  EXPECT_EQ(parsed("\"a\" && 0").substr(0, 10), "\"&&\" needs");
  EXPECT_EQ(parsed("false && (1 - \"a\")").substr(0, 9), "\"-\" needs");
}

TEST(Parser, AFoldedFailureIsAnErrorEvenWhereItIsNeverReached) {
  EXPECT_EQ(parsed("t ? 1 : 2 - \"a\""),
            "\"-\" needs numbers, or texts that are numbers, but got Float 2 and text \"a\"\n"
            "  t ? 1 : 2 - \"a\"\n"
            "          ~~^~~~~");
  EXPECT_EQ(parsed("x =~ \"(\"").substr(0, 30), "this is no regular expression:");
}

TEST(Parser, ListsAndObjectsTakeCommasAsTheyCome) {
  EXPECT_EQ(parsed("[1,,2,]"), "[1, 2]");
  EXPECT_EQ(parsed("[1 \"a\" b]"), "[1, \"a\", b]");
  EXPECT_EQ(parsed("[,]"), "[]");
  EXPECT_EQ(parsed("{\"a\": 1 b: 2,,}"), "{\"a\": 1, b: 2}");
}

TEST(Parser, PathsTakeNamesAndKeys) {
  EXPECT_EQ(parsed("a . b [ c ] [ \"d\" ] [\"e f\"] [0]"), "a.b[c].d[\"e f\"][0]");
  EXPECT_EQ(parsed("a.true.in"), "a.true.in");
  EXPECT_EQ(parsed("in in [in]"), "in in [in]");
  EXPECT_EQ(parsed("nope(1, a.b)"), "nope(1, a.b)");
  EXPECT_EQ(parsed("a.b(1)"), "a.b(1)");
}

TEST(Parser, ErrorsShowTheirPlaceAndWhatWasExpected) {
  EXPECT_EQ(parsed("1 2"),
            "expected an operator or the end, found the number 2; a text stands in quotes\n"
            "  1 2\n"
            "    ^");
  EXPECT_EQ(parsed(""),
            "expected a value, found the end; a value is a variable, a number, a text in quotes, "
            "or a function's call\n"
            "  \n"
            "  ^");
  EXPECT_EQ(parsed("\u017e + ("),
            "expected a value, found the end; a value is a variable, a number, a text in quotes, "
            "or a function's call\n"
            "  \u017e + (\n"
            "       ^");
  EXPECT_EQ(parsed("{\"a\":}"),
            "expected a value, found \"}\"; a value is a variable, a number, a text in quotes, or "
            "a function's call\n"
            "  {\"a\":}\n"
            "       ^");
  EXPECT_EQ(parsed("a.0"),
            "expected an operator or the end, found the number .0; a text stands in quotes\n"
            "  a.0\n"
            "   ^~");
  EXPECT_EQ(parsed("f(a b)").substr(0, 72),
            "expected an operator, \",\" or \")\", found \"b\"; a text stands in quotes\n  f");
  EXPECT_EQ(parsed("a +\n b = c").substr(0, 60),
            "unexpected \"=\": to compare, write \"==\"\n"
            "   b = c\n"
            "     ^");
}

TEST(Parser, OnlyAnOperatorMayFollowAValue) {
  for (const char* source :
       {"(v).a", "[1][0]",    "{\"a\":1}.a", "\"x\".y", "1 .x",  "true.x", "f(x).y", "f(1,)",
        "+1",    "a b",       "(a",          "[a",      "{a",    "{a}",    "{a:",    "a[",
        "a[]",   "a.",        "a ? b : ",    "(a ? b)", "a ?",   "? a",    "a : b",  "*a",
        "a *",   "a ** ** b", "'ab'",        "a @ b",   "a ; b", "!=a"}) {
    EXPECT_NE(parsed(source).find("\n  "), std::string::npos) << source << ": " << parsed(source);
  }
}

TEST(Parser, LimitsGiveClearErrors) {
  const std::string million(1'000'000, '(');
  const ParseLimits wide{.source_bytes = 10'000'000, .depth = 250, .regex = {}};
  EXPECT_TRUE(parsed(million, wide).starts_with("this is nested deeper than 250 levels"));
  EXPECT_TRUE(parsed(million).starts_with("this expression is 1000000 bytes long"));
  EXPECT_TRUE(parsed(std::string(1'000'000, '-') + "1", wide).starts_with("this is nested deeper"));
  EXPECT_TRUE(parsed(std::string(1'000'000, '['), wide).starts_with("this is nested deeper"));
  std::string chain = "a";
  for (int i = 0; i < 100'000; ++i) chain += "+a";
  EXPECT_EQ(parsed(chain, wide).size(), 1 + 4 * 100'000U);
  std::string chained = "a";
  for (int i = 0; i < 1000; ++i) chained += "?a:a";
  EXPECT_TRUE(parsed(chained, wide).starts_with("this is nested deeper"));
}

TEST(Parser, LongLinesAreClippedAroundTheCaret) {
  const std::string source = std::string(500, 'a') + " ! " + std::string(500, 'b');
  const std::string message = parsed(source);
  EXPECT_EQ(message,
            "expected an operator or the end, found \"!\"; a text stands in quotes\n  ..." +
                source.substr(441, 100) + "...\n     " + std::string(60, ' ') + "^");
}

}  // namespace
}  // namespace millrace
