#include "expression/evaluate.h"

#include <gtest/gtest.h>

#include "expression/evaluating.h"

namespace millrace {
namespace {

constexpr std::string_view kScope = R"({
  "i": {"@type": "Integer", "@value": 42},
  "f": {"@type": "Float", "@value": 3.5},
  "s": {"@type": "String", "@value": "hello"},
  "t": {"@type": "Boolean", "@value": true},
  "nul": {"@type": "Any", "@value": null},
  "m": {"@type": "Any", "@value": {"a": {"b": [1, {"c": 2}]}, "k": null}},
  "v": {"@type": "Vars", "@value": {"a": {"@type": "Integer", "@value": 1}}},
  "meta": {"@type": "Meta", "@value": {"a": 1}},
  "ints": {"@type": "Array", "@value": [{"@type": "Integer", "@value": 5},
                                        {"@type": "Integer", "@value": 7}]},
  "kv": {"@type": "KV", "@value": {"x": "1"}}
})";

TEST(Evaluate, ShortCircuitsDecideByAPlainBooleanOnly) {
  Evaluating evaluate(kScope);
  EXPECT_EQ(evaluate.json("t || missing"), "true");
  EXPECT_EQ(evaluate.json("!t && missing"), "false");
  EXPECT_EQ(evaluate.json("i && t"), "true");
  EXPECT_EQ(evaluate.json("nul || 0"), "false");
  EXPECT_TRUE(evaluate.json("i || missing").starts_with("error: "));
  EXPECT_TRUE(evaluate.json("nul && missing").starts_with("error: "));
  EXPECT_TRUE(evaluate.json("t && s").starts_with("error: "));
  EXPECT_EQ(evaluate.json("i > 5 && f < 10"), "true");
  EXPECT_EQ(evaluate.json("i > 50 && missing > 1"), "false");
  EXPECT_EQ(evaluate.json("i > 5 || missing > 1"), "true");
  EXPECT_EQ(evaluate.json("i < 5 || f < 10 && !t"), "false");
}

TEST(Evaluate, OnlyTheChosenBranchIsEvaluated) {
  Evaluating evaluate(kScope);
  EXPECT_EQ(evaluate.json("t ? 1 : nope(1)"), "1");
  EXPECT_EQ(evaluate.json("nul ? nope() : 2"), "2");
  EXPECT_EQ(evaluate.json("[] ? 1 : 2"), "1");
  EXPECT_EQ(evaluate.json("\"\" ? 1"), "null");
  EXPECT_EQ(evaluate.json("s ?? missing"), "\"hello\"");
  EXPECT_EQ(evaluate.json("nul ?? 0 ?? s"), "\"hello\"");
  EXPECT_EQ(evaluate.json("(-0 ?? 1) == 0"), "true");
  EXPECT_EQ(evaluate.json("t ? i > 1 ? \"a\" : \"b\" : \"c\""), "\"a\"");
}

TEST(Evaluate, PathsFollowWhatTheyMeet) {
  Evaluating evaluate(kScope);
  EXPECT_EQ(evaluate.json("m.a.b[1].c"), "2");
  EXPECT_EQ(evaluate.json("m.gone ?? 1"), "1");
  EXPECT_TRUE(evaluate.json("v.gone ?? 1").starts_with("error: "));
  EXPECT_TRUE(evaluate.json("m.gone.more").starts_with("error: "));
  EXPECT_EQ(evaluate.json("m.a.b[\"x\"][0]"), "1");  // any other key gives the list itself
  EXPECT_EQ(evaluate.json("ints[1] + ints[\"0x0\"]"), "12");
  EXPECT_EQ(evaluate.json("ints[i - 41]"), "7");
  EXPECT_EQ(evaluate.json("v[\"a\"] + meta.a + kv[\"x\"]"), "3");
  EXPECT_EQ(evaluate.json("m[\"a\"][\"b\"][0 + 0 * i]"), "1");
  EXPECT_TRUE(evaluate.json("ints[2]").starts_with("error: "));
  EXPECT_TRUE(evaluate.json("s.length").starts_with("error: "));
}

TEST(Evaluate, ListsAndObjectsHoldOperands) {
  Evaluating evaluate(kScope);
  EXPECT_EQ(evaluate.json("[i, s, [nul], {\"a\": f}]"), "[42,\"hello\",[null],{\"a\":3.5}]");
  EXPECT_EQ(evaluate.json("{s: 1, i: 2, nul: 3, \"i\": 4}"),
            "{\"42\":2,\"<nil>\":3,\"hello\":1,\"i\":4}");
  EXPECT_EQ(evaluate.json("{\"k\": 1, \"k\": 2}"), "{\"k\":2}");
}

TEST(Evaluate, LongChainsNeedNoStack) {
  Evaluating evaluate(kScope);
  std::string chain = "0";
  for (int i = 0; i < 20'000; ++i) chain += "+i";
  EXPECT_EQ(evaluate.json(chain), "840000");
  std::string nested = std::string(100, '[') + "i";
  for (int i = 0; i < 100; ++i) nested += ",1]";
  EXPECT_EQ(evaluate.json("count(" + nested + ", 1)"), "1");
}

TEST(Evaluate, ErrorsShowThePartThatFailed) {
  Evaluating evaluate(kScope);
  EXPECT_EQ(evaluate.error("1 + s * nul"),
            "\"*\" needs numbers, or texts that are numbers, but got text \"hello\" and null\n"
            "  1 + s * nul\n"
            "      ~~^~~~~");
  EXPECT_EQ(evaluate.error("t && v.gone.x"),
            "there is no \"gone\" in Vars\n"
            "  t && v.gone.x\n"
            "       ^~~~~~~~");
  EXPECT_EQ(evaluate.error("1 + toUpper(2)").substr(0, 20), "toUpper(text): text ");
}

// The last two lines of the error: the source and the mark.
std::string mark_of(Evaluating& evaluate, std::string_view source) {
  const std::string error = evaluate.error(source);
  return error.substr(std::min(error.find('\n'), error.size()));
}

TEST(Evaluate, WhatIsMissingIsMarkedAndNotTheOperatorBesideIt) {
  Evaluating evaluate(kScope);
  EXPECT_EQ(mark_of(evaluate, "i + missing"), "\n  i + missing\n      ^~~~~~~");
  EXPECT_EQ(mark_of(evaluate, "missing + i"), "\n  missing + i\n  ^~~~~~~");
  EXPECT_EQ(mark_of(evaluate, "missing + absent"), "\n  missing + absent\n  ^~~~~~~");
  EXPECT_EQ(mark_of(evaluate, "1 * (i + missing)"), "\n  1 * (i + missing)\n           ^~~~~~~");
  EXPECT_EQ(mark_of(evaluate, "missing == 1"), "\n  missing == 1\n  ^~~~~~~");
  EXPECT_EQ(mark_of(evaluate, "missing.a.b == 1"), "\n  missing.a.b == 1\n  ^~~~~~~~~~~");
  EXPECT_EQ(mark_of(evaluate, "v.gone == 1"), "\n  v.gone == 1\n  ^~~~~~");
  EXPECT_EQ(mark_of(evaluate, "1 + i + missing"), "\n  1 + i + missing\n          ^~~~~~~");
  EXPECT_EQ(mark_of(evaluate, "i > 1 && i > missing"),
            "\n  i > 1 && i > missing\n               ^~~~~~~");
  EXPECT_EQ(mark_of(evaluate, "i + missing + (missing + 1)"),
            "\n  i + missing + (missing + 1)\n      ^~~~~~~");
  // What is wrong with the operation itself stays at the operator.
  EXPECT_EQ(mark_of(evaluate, "s * i"), "\n  s * i\n  ~~^~~");
  EXPECT_EQ(mark_of(evaluate, "v.a * s"), "\n  v.a * s\n  ~~~~^~~");
  EXPECT_EQ(mark_of(evaluate, "m.k * 2"), "\n  m.k * 2\n  ~~~~^~~");
}

TEST(Evaluate, MistypedNamesGetTheNearestKnownOne) {
  Evaluating evaluate(R"({"customer": 1, "order": 2})");
  EXPECT_EQ(evaluate.error("costumer + 1"),
            "there is no variable \"costumer\"; did you mean \"customer\"?\n"
            "  costumer + 1\n"
            "  ^~~~~~~~");
  EXPECT_EQ(evaluate.error("toUper(\"x\")"),
            "there is no function \"toUper\"; did you mean \"toUpper\"?\n"
            "  toUper(\"x\")\n"
            "  ^~~~~~~~~~~");
  EXPECT_EQ(evaluate.error("order()").substr(0, 39), "\"order\" is a variable, not a function\n ");
  EXPECT_EQ(evaluate.error("null"),
            "there is no variable \"null\": the language has no word for null\n"
            "  null\n"
            "  ^~~~");
}

TEST(Evaluate, FuelEndsWhatTakesTooMuch) {
  Evaluating evaluate(kScope);
  evaluate.fuel = Fuel({.operations = 3, .bytes = 1 << 20});
  EXPECT_EQ(evaluate.error("i + 1 + 2 + 3 + 4"),
            "this takes more than 3 operations, the limit of a step");
  evaluate.fuel = Fuel({.operations = 1000, .bytes = 10});
  EXPECT_TRUE(
      evaluate.error("s + s + s")
          .starts_with("this makes values of more than 10 bytes in all, the limit of a step"));
}

TEST(Evaluate, TheProgramKnowsWhatItReadsAndCalls) {
  auto names = make_ref<Names>();
  const auto program = *compile_expression("a + b.c[d] + nope(e) + a", *names);
  std::vector<std::string> read;
  for (const Program::Read& variable : program->reads()) read.push_back(names->name(variable.slot));
  EXPECT_EQ(read, (std::vector<std::string>{"a", "b", "d", "a"}));
  ASSERT_EQ(program->unknown_calls().size(), 1U);
  EXPECT_EQ(program->unknown_calls()[0].name, "nope");
  EXPECT_EQ(program->unknown_calls()[0].place.begin, 13U);
}

TEST(Evaluate, ConditionsHoldUnlessEmpty) {
  for (const char* source : {"\"false\"", "1", "[0]", "true"}) {
    Evaluating evaluate;
    EXPECT_TRUE(condition_holds(std::get<Value>(evaluate(source)))) << source;
  }
  for (const char* source : {"\"\"", "0", "[]", "{}", "false", "false ? 1"}) {
    Evaluating evaluate;
    EXPECT_FALSE(condition_holds(std::get<Value>(evaluate(source)))) << source;
  }
}

// A reader whose content arrives between two evaluations.
class LateReader final : public Reader {
 public:
  std::optional<Result<std::string_view>> drained() const override {
    if (!content) return std::nullopt;
    return Result<std::string_view>(*content);
  }
  std::size_t bytes_held() const override { return 0; }
  std::optional<std::string> content;
};

TEST(Evaluate, AReaderIsNeededOnlyWhereItsContentCounts) {
  Evaluating evaluate(kScope);
  auto reader = make_ref<LateReader>();
  evaluate.variables.set(evaluate.names->add("body"), Value::reader(reader));
  EXPECT_EQ(evaluate.json("isNil(body)"), "false");
  for (const char* source : {"body + \"!\"", "body =~ \"he\"", "toUpper(body)", "{body: 1}"}) {
    EXPECT_EQ(evaluate.json(source), "needs") << source;
  }
  reader->content = "hello";
  EXPECT_EQ(evaluate.json("body + \"!\""), "\"hello!\"");
  EXPECT_EQ(evaluate.json("body =~ \"he\""), "true");
  EXPECT_EQ(evaluate.json("toUpper(body)"), "\"HELLO\"");
}

}  // namespace
}  // namespace millrace
