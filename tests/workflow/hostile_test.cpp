// Files that are wrong by accident or on purpose: a clear error, in bounded time and memory.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "workflow/reading.h"

namespace millrace {
namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

TEST(Hostile, SaysWhatIsNotYamlAndWhere) {
  EXPECT_EQ(error_of("a: [1, 2"),
            "file:1:9: this is not YAML: flow sequence without a closing bracket");
  EXPECT_EQ(error_of("workflows:\n  a: {\n"),
            "file:3:1: this is not YAML: did not find expected node content");
  EXPECT_EQ(error_of("{\"a\": 1,}", Format::json),
            "file:1:8: this is not JSON: JSON disallows trailing comma before closing brace");
  EXPECT_EQ(error_of("{\"a\": 1} {}", Format::json),
            "file:1:10: this is not JSON: missing document start");
}

TEST(Hostile, RefusesWhatIsNotText) {
  EXPECT_EQ(
      error_of(std::string("a: b\nc: \0", 9)),
      "file:2:4: byte 0x00 is not text; definitions are UTF-8 text without control characters");
  EXPECT_EQ(
      error_of("é\xC3"),
      "file:1:2: byte 0xC3 is not text; definitions are UTF-8 text without control characters");
  EXPECT_EQ(
      error_of("\xFF\xFE"
               "a"),
      "file:1:1: byte 0xFF is not text; definitions are UTF-8 text without control characters");
  EXPECT_NE(error_of("\xED\xA0\x80"), "");  // a surrogate
  EXPECT_NE(error_of("\xF4\x90\x80\x80"), "");
  EXPECT_NE(error_of("\xC0\xAF"), "");
  EXPECT_EQ(error_of("\xEF\xBB\xBFworkflows: {}"), "");
}

// The library would take them, and end them with bytes of its memory.
TEST(Hostile, RefusesBlocksThatAreSetInTooLittle) {
  constexpr std::string_view kMessage = "this block must be set in more than what it belongs to";
  const auto error = [](std::string_view block) {
    return error_of("handle: a\nsteps: []\nlabels:\n  k:\n" + std::string(block));
  };
  EXPECT_EQ(error("    j: |\n    o\n     \n      e\n"), "file:6:5: " + std::string(kMessage));
  EXPECT_EQ(error("    : >\n    o\n      e\n"), "file:6:5: " + std::string(kMessage));
  EXPECT_EQ(error("    : |\n\n    :\n     \n      e"), "file:6:1: " + std::string(kMessage));
  EXPECT_EQ(error("    j: |\n     o\n"), "");
  EXPECT_EQ(error("    j: |\n\n  l: 1\n"), "");  // nothing but blank lines
  EXPECT_EQ(error("    j: |\r\n\r\n     o\r\n"), "");
  EXPECT_EQ(error("    j: |\n\n\n      o\n"), "");
  EXPECT_EQ(error("    j: |2\n        o\n"), "");
  EXPECT_EQ(error("    - |\n     o\n    - >\n      p\n"), "");
}

TEST(Hostile, RefusesWhatIsNoDefinition) {
  EXPECT_EQ(error_of(""), "file: the file is empty; a definition begins with \"workflows:\"");
  EXPECT_EQ(error_of("# nothing\n"), error_of(""));
  EXPECT_EQ(
      error_of("- 1"),
      "file:1:1: this is a list, not a definition: at the top belongs a key \"workflows\", or "
      "the fields of one workflow (\"handle\", \"steps\", \"paths\")");
  EXPECT_EQ(error_of("workflows: { a: { steps: { b: 1 } } }"),
            "file:1:26: steps must be a list, not a map");
  EXPECT_EQ(error_of("workflows: { a: { steps: [ { stepID: [] } ] } }"),
            "file:1:38: stepID must be a text or a number, not a list");
  EXPECT_EQ(error_of("workflows: { a: { enabled: maybe } }"),
            "file:1:28: enabled must be true or false, not the text \"maybe\"");
  EXPECT_EQ(
      error_of("workflows: { a: { handle: b } }"),
      "file:1:27: the workflow \"a\" gives itself another handle, \"b\"; leave one of the two out");
  EXPECT_EQ(error_of("a: !ruby/object 1"),
            "file:1:17: the tag \"!ruby/object\" has no meaning here; leave it out");
  EXPECT_EQ(error_of("a: !!int x"), "file:1:10: \"x\" does not fit its tag !!int");
}

TEST(Hostile, RefusesRepeatedAndStrangeKeys) {
  EXPECT_EQ(error_of("a: 1\nb: 2\na: 3"), "file:3:1: the key \"a\" is given twice in this map");
  EXPECT_EQ(error_of("{ [1]: 2 }"), "file:1:3: a list cannot be a key");
  EXPECT_EQ(error_of("<<: 1"), "file:1:5: << merges a map or a list of maps, not the number 1");
  EXPECT_EQ(error_of("handle: a\nlabels: { \"<<\": 1 }\nsteps: []"),
            "");  // quoted: a key like others
}

TEST(Hostile, RefusesAliasesThatLeadNowhereOrRound) {
  EXPECT_EQ(error_of("a: *x"), "file:1:5: the alias *x refers to no anchor before it");
  EXPECT_EQ(error_of("a: &x [1, *x]"),
            "file:1:12: the alias *x stands inside of what it refers to");
  EXPECT_EQ(error_of("a: &x 1\n---\nb: *x"),
            "file:3:5: the alias *x refers to no anchor before it");
}

TEST(Hostile, SurvivesAnAliasBomb) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before +
            repeated(", " + before, 9) + "]\n";
  }
  EXPECT_EQ(error_of(bomb),
            "file:6:41: more than 1000000 values in one file (those repeated by aliases counted); "
            "split the file");
  const std::string large =
      "a: &x \"" + std::string(100'000, 'x') + "\"\nb: [*x" + repeated(", *x", 1000) + "]\n";
  EXPECT_NE(error_of(large).find("bytes of text in one file"), std::string::npos);
}

// Each of these is 16 MB or a million deep; the slowest takes some seconds under a sanitizer.
class HostileRepeat : public testing::TestWithParam<const char*> {};

TEST_P(HostileRepeat, EndsSoonWithAnError) {
  const std::string text = repeated(GetParam(), 1'000'000);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_NE(error_of(text), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

INSTANTIATE_TEST_SUITE_P(Yaml, HostileRepeat,
                         testing::Values("[", "{", "- ", "? ", "[[],", "{a: ", "[\"]\",", "&a ",
                                         "&a [", "- [\n", "- a\n", "---\n", "a: b\n", "- |\n", "'",
                                         "\"", "a ", "\n", "# x\n"));

TEST(Hostile, NamesTheDepthThatIsTooMuch) {
  EXPECT_EQ(error_of(repeated("[", 1'000'000)),
            "file:1:65: lists and maps within each other more than 64 deep");
  EXPECT_EQ(error_of(repeated("[", 1'000'000), Format::json),
            "file:1:65: lists and maps within each other more than 64 deep");
  const auto nested = [](std::size_t depth) {
    return "handle: a\nsteps: []\nlabels: { x: " + repeated("[", depth) + repeated("]", depth) +
           " }";
  };
  EXPECT_EQ(error_of(nested(60)), "");
  EXPECT_EQ(error_of(nested(61)),  // it would be too deep in a file of several workflows
            "file:1:1: lists and maps within a workflow more than 62 deep");
}

TEST(Hostile, HoldsItsLimits) {
  ReadLimits limits;
  limits.file_bytes = 10;
  EXPECT_EQ(error_of("workflows: {}", Format::yaml, limits),
            "file: the file holds 13 bytes; a definition may have 10");
  limits = {};
  limits.unbroken_bytes = 10'000;
  EXPECT_EQ(
      error_of("workflows: {}\nx: \"" + std::string(50'000, 'x') + "\"", Format::yaml, limits),
      "file:2:1: what follows goes on for more than 10000 bytes without an end; break it into "
      "lines, or close its quote or bracket");
  EXPECT_EQ(error_of("workflows: {}\nx: \"" + std::string(9'000, 'x') + "\"", Format::yaml, limits),
            "");
}

}  // namespace
}  // namespace millrace
