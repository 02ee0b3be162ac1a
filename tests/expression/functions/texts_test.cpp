#include <gtest/gtest.h>

#include "expression/functions/result_of.h"

namespace millrace {
namespace {

constexpr std::string_view kScope = R"({"nul": null, "i": {"@type": "Integer", "@value": 1},
  "r": {"@type": "Reader", "@value": "text"},
  "mix": {"@type": "Array", "@value": [{"@type": "Integer", "@value": 1}, null]}})";

std::string text(std::string_view source) { return text_of(source, kScope); }

TEST(Texts, Trim) {
  EXPECT_EQ(text("trim(\"\u2003 a \\t\")"), "a");
  EXPECT_EQ(text("trimLeft(\"žluť\", \"žl\")"), "uť");
  EXPECT_EQ(text("trimRight(\"žluť\", \"ťu\")"), "žl");
  EXPECT_EQ(text("trimLeft(\"aaa\", \"a\")"), "");
  EXPECT_EQ(text("trimLeft(\"aaa\", \"\")"), "aaa");
}

TEST(Texts, RepeatAndReplace) {
  EXPECT_EQ(text("repeat(\"ab\", 2.9)"), "abab");
  EXPECT_EQ(text("repeat(\"ab\", 0)"), "");
  EXPECT_TRUE(fails("repeat(\"ab\", -1)"));
  EXPECT_TRUE(fails("repeat(\"\", -1)"));
  EXPECT_EQ(text("replace(\"hello\", \"l\", \"\", -1)"), "heo");
  EXPECT_EQ(text("replace(\"hello\", \"l\", \"LL\", 1)"), "heLLlo");
  EXPECT_EQ(text("replace(\"žx\", \"\", \"-\", -1)"), "-ž-x-");
  EXPECT_EQ(text("replace(\"hello\", \"\", \"-\", 3)"), "-h-e-llo");
  EXPECT_EQ(text("replace(\"\", \"\", \"-\", 5)"), "-");
  EXPECT_EQ(text("replace(\"aaa\", \"aa\", \"b\", -1)"), "ba");
  EXPECT_EQ(text("replace(\"aaa\", \"a\", \"b\", 0)"), "aaa");
}

TEST(Texts, Substring) {
  EXPECT_EQ(text("substring(\"hello\", 1, 3)"), "ell");
  EXPECT_EQ(text("substring(\"hello\", 1, -1)"), "ello");
  EXPECT_EQ(text("substring(\"hello\", 1, 99)"), "ello");
  EXPECT_EQ(text("substring(\"hello\", 2, 1)"), "");
  EXPECT_EQ(text("substring(\"hello\", 9, -5)"), "");
  EXPECT_EQ(text("substring(\"až\", 0, 1)"), "a\uFFFD");
  EXPECT_TRUE(fails("substring(\"hello\", 3, 1)"));
  EXPECT_TRUE(fails("substring(\"hello\", -1, 2)"));
  EXPECT_TRUE(fails("substring(\"hello\", 1, -2)"));
}

TEST(Texts, SplitAndJoin) {
  EXPECT_EQ(text("count(split(\"\", \",\"))"), "1");
  EXPECT_EQ(text("count(split(\"\", \"\"))"), "0");
  EXPECT_EQ(text("split(\"až\", \"\")"), "[a ž]");
  EXPECT_EQ(text("split(\"a,,b\", \",\")"), "[a  b]");
  EXPECT_EQ(text("join([1e21, nul, true, [1]], \"-\")"), "1000000000000000000000--true-");
  EXPECT_EQ(text("join(mix, \"-\")"), "1-");
  EXPECT_EQ(text("join(push(mix, \"a\"), \"\")"), "1a");
  for (const std::string_view source : {"join(nul, \"\")", "join(\"a\", \"\")", "join({}, \"\")",
                                        "join(push(mix, mix), \"\")", "join([1])"}) {
    EXPECT_TRUE(fails(source, kScope)) << source;
  }
}

TEST(Texts, Shorten) {
  EXPECT_EQ(text("shorten(\"one two three\", \"word\", 2)"), "one two …");
  EXPECT_EQ(text("shorten(\"one two three\", \"anything\", 1)"), "one …");
  EXPECT_EQ(text("shorten(\"hello world\", \"char\", 6)"), "hello …");
  EXPECT_TRUE(fails("shorten(\"one\", \"word\", 2)"));
}

TEST(Texts, Tests) {
  EXPECT_EQ(text("hasSubstring(\"ŽLUŤ\", \"luť\", false)"), "true");
  EXPECT_EQ(text("hasSubstring(\"ŽLUŤ\", \"luť\", true)"), "false");
  EXPECT_EQ(text("match(\"kůň\", \"^k.ň$\")"), "true");
  EXPECT_TRUE(fails("match(\"a\", \"(\")"));
  EXPECT_TRUE(fails("match(\"aa\", \"(a)\\\\1\")"));
  EXPECT_EQ(text("longest(\"a\", \"ž\", \"bb\")"), "ž");
  EXPECT_EQ(text("shortest(\"bb\", \"a\", \"c\")"), "a");
  EXPECT_TRUE(fails("untitle(\"\")"));
  EXPECT_TRUE(fails("camelize(\" \")"));
}

TEST(Texts, Urls) {
  for (const std::string_view source : {"isUrl(\"example.com/a\")", "isUrl(\"localhost:80\")",
                                        "isUrl(\"http://x.com/%20\")", "isUrl(\"a/b.c\")"}) {
    EXPECT_EQ(text(source), "true") << source;
  }
  for (const std::string_view source :
       {"isUrl(\"a.b\")", "isUrl(\"localhost\")", "isUrl(\"localhost/x\")",
        "isUrl(\"http://x.com/%zz\")", "isUrl(\"http://%zz.com\")", "isUrl(\".example.com\")",
        "isUrl(\"https://u:p@/w\")", "isUrl(\"http://x.com/\" + repeat(\"a\", 2083))"}) {
    EXPECT_EQ(text(source), "false") << source;
  }
}

TEST(Texts, AReaderIsItsContent) {
  EXPECT_EQ(text("toUpper(r)"), "TEXT");
  EXPECT_EQ(text("base64encode(r)"), "dGV4dA==");
}

}  // namespace
}  // namespace millrace
