// What is declared of functions must be true.
#include <gtest/gtest.h>

#include <set>

#include "expression/functions/call.h"
#include "expression/functions/result_of.h"
#include "expression/functions/signature.h"

namespace millrace {
namespace {

TEST(Declarations, EveryExampleGivesWhatItSays) {
  for (const Function* function : all_functions()) {
    const std::string text = text_of(function->example);
    EXPECT_FALSE(text.starts_with("error: ")) << function->example << ": " << text;
    EXPECT_NE(function->example.find(function->name), std::string_view::npos);
    if (function->example_result.empty()) continue;
    EXPECT_EQ(text, function->example_result) << function->example;
  }
}

TEST(Declarations, EveryFunctionIsFoundByItsNameOnly) {
  std::set<std::string_view> names;
  for (const Function* function : all_functions()) {
    EXPECT_EQ(find_function(function->name), function);
    EXPECT_TRUE(names.insert(function->name).second) << function->name;
    EXPECT_FALSE(function->help.empty());
    EXPECT_FALSE(function->result.empty());
    EXPECT_LE(function->required, function->parameters.size());
  }
  EXPECT_EQ(names.size(), 72U);
  EXPECT_EQ(find_function("nope"), nullptr);
  EXPECT_EQ(find_function("Trim"), nullptr);
  EXPECT_EQ(find_function(""), nullptr);
}

TEST(Declarations, FamiliesStandTogetherAndInOrderOfNames) {
  std::set<std::string_view> closed;
  const Function* before = nullptr;
  for (const Function* function : all_functions()) {
    if (before != nullptr && before->family == function->family) {
      EXPECT_LT(before->name, function->name);
    } else {
      EXPECT_TRUE(closed.insert(function->family).second) << function->family;
    }
    before = function;
  }
}

TEST(Declarations, Signatures) {
  EXPECT_EQ(signature(*find_function("substring")), "substring(text, start, end)");
  EXPECT_EQ(signature(*find_function("random")), "random(limit[, upper])");
  EXPECT_EQ(signature(*find_function("coalesce")), "coalesce(values...)");
  EXPECT_EQ(signature(*find_function("now")), "now()");
}

TEST(Call, CountsArguments) {
  EXPECT_EQ(text_of("trim()"), "error: trim(text): takes 1 argument, not 0");
  EXPECT_EQ(text_of("trim"), "error: trim(text): takes 1 argument, not 0");
  EXPECT_EQ(text_of("now(1)"), "error: now(): takes 0 arguments, not 1");
  EXPECT_EQ(text_of("pow(1, 2, 3)"), "error: pow(base, exponent): takes 2 arguments, not 3");
  EXPECT_EQ(text_of("random()"), "error: random(limit[, upper]): takes 1 or 2 arguments, not 0");
  EXPECT_EQ(text_of("longest()"),
            "error: longest(text, others...): takes at least 1 argument, not 0");
}

TEST(Call, ChecksKindsByTheDeclaration) {
  const std::string_view scope = R"({"i": {"@type": "Integer", "@value": 42}, "nul": null})";
  EXPECT_EQ(text_of("round(i, 1)", scope),
            "error: round(number, digits): number must be Float, not Integer 42; float() makes one "
            "of it");
  EXPECT_EQ(text_of("floor(\"2.5\")"),
            "error: floor(number): number must be Float, not text \"2.5\"");
  EXPECT_EQ(text_of("trim(nul)", scope), "error: trim(text): text must be text, not null");
  EXPECT_EQ(text_of("longest(\"a\", i)", scope),
            "error: longest(text, others...): others must be text, not Integer 42");
  EXPECT_EQ(text_of("hasSubstring(\"a\", \"b\", 1)"),
            "error: hasSubstring(text, part, matchCase): matchCase must be Boolean, not Float 1");
  EXPECT_EQ(text_of("pop(1)"),
            "error: pop(list): list must be Array, list, text list or Bytes, not Float 1");
}

}  // namespace
}  // namespace millrace
