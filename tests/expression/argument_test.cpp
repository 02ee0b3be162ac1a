#include "expression/argument.h"

#include <gtest/gtest.h>

#include <chrono>

#include "expression/evaluating.h"

namespace millrace {
namespace {

constexpr std::string_view kScope = R"({
  "i": {"@type": "Integer", "@value": 42},
  "s": {"@type": "String", "@value": "hello"},
  "h": {"@type": "Handle", "@value": "handle_1"},
  "list": {"@type": "Array", "@value": [{"@type": "Integer", "@value": 1}]},
  "plain": [1, 2],
  "five": {"@type": "Any", "@value": 5},
  "object": {"@type": "Any", "@value": {"a": 1}},
  "v": {"@type": "Vars", "@value": {"a": {"@type": "Integer", "@value": 1}}},
  "kv": {"@type": "KV", "@value": {"a": "1"}}
})";

ArgumentSource expression(std::string target, Type type, std::string expr) {
  ArgumentSource source;
  source.target = std::move(target);
  source.type = type;
  source.expr = std::move(expr);
  return source;
}

ArgumentSource with_value(ArgumentSource source, Value value) {
  source.value = std::move(value);
  return source;
}

ArgumentSource from_source(std::string target, Type type, std::string name) {
  ArgumentSource source;
  source.target = std::move(target);
  source.type = type;
  source.source = std::move(name);
  return source;
}

// Runs arguments over kScope and keeps what came of it.
struct Running {
  explicit Running(std::vector<ArgumentSource> sources, ArgumentUse use = ArgumentUse::variables) {
    program = compile_arguments(sources, *evaluating.names, {.use = use, .limits = {}}, issues);
    Variables scope(evaluating.names, *from_json_input(kScope));
    before = scope.to_dict();
    run.emplace(std::move(scope));
  }
  ArgumentProgress go() { return run_arguments(*program, *run, evaluating.context); }
  std::string results() {
    const ArgumentProgress progress = go();
    if (const auto* error = std::get_if<Error>(&progress)) return "error: " + error->to_line();
    if (std::holds_alternative<Needs>(progress)) return "needs";
    return *to_typed_json(run->results());
  }

  Evaluating evaluating;
  std::vector<ArgumentIssue> issues;
  Ref<const ArgumentProgram> program;
  std::optional<ArgumentRun> run;
  Dict before;
};

TEST(Argument, EveryResultIsVisibleToTheNext) {
  Running running({expression("x", Type::Integer, "i + 0.9"), expression("y", Type::Any, "x * 2"),
                   expression("i", Type::Any, "y + i")});
  EXPECT_EQ(running.results(), R"({"i":{"@type":"Float","@value":126},)"
                               R"("x":{"@type":"Integer","@value":42},)"
                               R"("y":{"@type":"Float","@value":84}})");
}

TEST(Argument, ASecondResultUnderAnyKeepsTheTypeOfTheFirst) {
  EXPECT_EQ(Running({expression("x", Type::Integer, "1"), expression("x", Type::Any, "x + 1.7")})
                .results(),
            R"({"x":{"@type":"Integer","@value":2}})");
  EXPECT_EQ(
      Running({expression("v.n", Type::String, "1"), expression("v.n", Type::Any, "2")}).results(),
      R"({"v":{"@type":"Vars","@value":{"a":{"@type":"Integer","@value":1},)"
      R"("n":{"@type":"String","@value":"2"}}}})");
  // What the scope held before counts for nothing.
  EXPECT_EQ(Running({expression("i", Type::Any, "1")}).results(),
            R"({"i":{"@type":"Float","@value":1}})");
}

TEST(Argument, ASourceIsTakenWithItsType) {
  EXPECT_EQ(Running({from_source("x", Type::Any, "h")}).results(),
            R"({"x":{"@type":"Handle","@value":"handle_1"}})");
  EXPECT_EQ(Running({from_source("x", Type::String, "i")}).results(),
            R"({"x":{"@type":"String","@value":"42"}})");
  EXPECT_EQ(
      Running({with_value(from_source("x", Type::String, "none"), Value::text("d"))}).results(),
      R"({"x":{"@type":"String","@value":"d"}})");
  EXPECT_EQ(Running({from_source("x", Type::Any, "lust")}).results(),
            "error: argument \"x\": there is no variable \"lust\"; did you mean \"list\"?");
}

TEST(Argument, ASourceUnderAnyStaysWhatItIs) {
  EXPECT_EQ(Running({from_source("x", Type::Any, "five")}).results(),
            R"({"x":{"@type":"Any","@value":5}})");
  EXPECT_EQ(Running({from_source("x", Type::Any, "object")}).results(),
            R"({"x":{"@type":"Any","@value":{"a":1}}})");
  EXPECT_EQ(Running({from_source("v.n", Type::Any, "five")}).results(),
            R"({"v":{"@type":"Vars","@value":{"a":{"@type":"Integer","@value":1},)"
            R"("n":{"@type":"Any","@value":5}}}})");
  // Even where the same target has had another type.
  EXPECT_EQ(
      Running({expression("x", Type::String, "1"), from_source("x", Type::Any, "five")}).results(),
      R"({"x":{"@type":"Any","@value":5}})");
  // Not so an expression, nor a value that stands in.
  EXPECT_EQ(Running({expression("x", Type::Any, "five")}).results(),
            R"({"x":{"@type":"Float","@value":5}})");
  EXPECT_EQ(Running({expression("x", Type::Any, "object")}).results(),
            R"({"x":{"@type":"Vars","@value":{"a":{"@type":"Float","@value":1}}}})");
  EXPECT_EQ(
      Running({with_value(from_source("x", Type::Any, "none"), Value::floating(7))}).results(),
      R"({"x":{"@type":"Float","@value":7}})");
}

TEST(Argument, AValueStandsInForAnExpressionThatFails) {
  EXPECT_EQ(
      Running({with_value(expression("x", Type::Integer, "s * 2"), Value::floating(7))}).results(),
      R"({"x":{"@type":"Integer","@value":7}})");
  EXPECT_EQ(Running({with_value(expression("x", Type::Any, ""), Value::floating(7))}).results(),
            R"({"x":{"@type":"Float","@value":7}})");
  EXPECT_EQ(Running({expression("x", Type::Any, "")}).results(),
            R"({"x":{"@type":"Any","@value":null}})");
}

TEST(Argument, EveryIssueIsListedWithItsPlace) {
  ArgumentSource tested = expression("t", Type::Any, "1");
  tested.tests = {"1 +", "", "true"};
  Running running({expression("a", Type::Any, "1 +"), expression("b", Type::Any, "2"), tested});
  EXPECT_FALSE(running.program);
  ASSERT_EQ(running.issues.size(), 2U);
  EXPECT_EQ(running.issues[0].argument, 0U);
  EXPECT_EQ(running.issues[0].error.to_line(),
            "argument \"a\": expected a value, found the end; a value is a variable, a number, a "
            "text in quotes, or a function's call\n  1 +\n     ^");
  EXPECT_EQ(running.issues[1].error.where(), "argument \"t\", test 1");
}

TEST(Argument, AfterAnErrorTheScopeIsAsItWas) {
  for (const std::string& last :
       {"s * 2", "push(list, 1, nope)", "push(s, 1)", "set(v, \"a.b\", 1)", "[1, list[9]]"}) {
    Running running({expression("list", Type::Any, "push(list, 2)"),
                     expression("v.b", Type::Any, "3"), expression("new", Type::Any, "v"),
                     expression("list", Type::Any, last)});
    EXPECT_TRUE(running.results().starts_with("error: argument \"list\": ")) << last;
    EXPECT_EQ(Value::vars(running.run->scope().to_dict()), Value::vars(running.before)) << last;
  }
}

TEST(Argument, TargetsThatCannotBeEnteredFailAndChangeNothing) {
  for (const char* target : {"", "x[", "x.", "none.x", "i.x", "list[9]", "v.none.x", "plain[0]"}) {
    Running running({expression("v.z", Type::Any, "1"), expression(target, Type::Any, "1")});
    EXPECT_TRUE(running.results().starts_with("error: ")) << target;
    EXPECT_EQ(Value::vars(running.run->scope().to_dict()), Value::vars(running.before)) << target;
  }
}

TEST(Argument, ValuesLeaveTheScopeAsItWas) {
  Running running(
      {expression("url", Type::String, "s + i"), expression("s", Type::Any, "url"),
       expression("v.a", Type::Any, "2"), expression("list", Type::Any, "push(list, 2)")},
      ArgumentUse::values);
  EXPECT_EQ(running.results(),
            R"({"list":{"@type":"Array","@value":[)"
            R"({"@type":"Integer","@value":1},{"@type":"Float","@value":2}]},)"
            R"("s":{"@type":"String","@value":"hello42"},)"
            R"("url":{"@type":"String","@value":"hello42"},)"
            R"("v":{"@type":"Vars","@value":{"a":{"@type":"Float","@value":2}}}})");
  running.run->undo();
  EXPECT_EQ(Value::vars(running.run->scope().to_dict()), Value::vars(running.before));
}

class LateReader final : public Reader {
 public:
  std::optional<Result<std::string_view>> drained() const override {
    if (!content) return std::nullopt;
    return Result<std::string_view>(*content);
  }
  std::size_t bytes_held() const override { return 0; }
  std::optional<std::string> content;
};

TEST(Argument, AfterNeedsTheSameArgumentIsEvaluatedAgainAndNoneBefore) {
  Running running({expression("n", Type::Any, "i + 1"), expression("i", Type::Any, "n"),
                   from_source("text", Type::String, "body"), expression("n", Type::Any, "n + 1")});
  auto reader = make_ref<LateReader>();
  Variables scope = std::move(*running.run).scope();
  scope.set("body", Value::reader(reader).with_type(Type::Reader));
  running.run.emplace(std::move(scope));
  EXPECT_EQ(running.results(), "needs");
  EXPECT_EQ(running.results(), "needs");
  reader->content = "late";
  EXPECT_EQ(running.results(), R"({"i":{"@type":"Float","@value":43},)"
                               R"("n":{"@type":"Float","@value":44},)"
                               R"("text":{"@type":"String","@value":"late"}})");
}

TEST(Argument, ReadsBeforeAnythingSetThemAreKnown) {
  Running running({expression("a", Type::Any, "b + c"), expression("b", Type::Any, "a + b"),
                   from_source("c", Type::Any, "b")});
  std::vector<std::pair<std::size_t, std::string>> reads;
  for (const auto& read : running.program->reads()) {
    reads.emplace_back(read.argument, running.evaluating.names->name(read.slot));
  }
  using Reads = std::vector<std::pair<std::size_t, std::string>>;
  EXPECT_EQ(reads, (Reads{{0, "b"}, {0, "c"}, {1, "b"}}));
}

// In place. ---------------------------------------------------------------------------------------

// One step `target = expr` over a scope that nobody else holds.
void step(Evaluating& evaluating, const ArgumentProgram& program, Variables& scope) {
  ArgumentRun run(std::move(scope));
  const ArgumentProgress progress = run_arguments(program, run, evaluating.context);
  ASSERT_TRUE(std::holds_alternative<std::monostate>(progress));
  scope = std::move(run).scope();
}

void push_many(Type type, Value empty, bool target_below) {
  Evaluating evaluating;
  evaluating.fuel = Fuel({.operations = ~0ULL, .bytes = ~0ULL});
  std::vector<ArgumentIssue> issues;
  const ArgumentSource source =
      target_below ? expression("list[0]", type, "x") : expression("list", type, "push(list, x)");
  const auto program = compile_arguments(std::span(&source, 1), *evaluating.names, {}, issues);
  Variables scope(evaluating.names);
  scope.set("list", std::move(empty));
  scope.set("x", Value::text("item"));
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 100'000; ++i) step(evaluating, *program, scope);
  const auto spent = std::chrono::steady_clock::now() - begin;
  const std::size_t size = scope.get("list").items().size();
  EXPECT_EQ(size, target_below ? 5000U : 100'000U);
  // Quadratic time would be minutes; the figure proper is in bench/expression_bench.cpp.
  EXPECT_LT(spent, std::chrono::seconds(10));
}

TEST(InPlace, PushingToAListThatNobodyElseHoldsTakesConstantTime) {
  push_many(Type::Any, Value::array({}), false);
  push_many(Type::Array, Value::array({}), false);
  push_many(Type::Any, Value::list({}), false);
}

TEST(InPlace, AssigningBelowAVariableCopiesNothing) {
  Value::Items items(5000, Value::text("x").with_type(Type::String));
  push_many(Type::Any, Value::array(std::move(items)), true);
}

TEST(InPlace, AppendingToATextThatNobodyElseHoldsCopiesNothing) {
  Evaluating evaluating;
  evaluating.fuel = Fuel({.operations = ~0ULL, .bytes = ~0ULL});
  std::vector<ArgumentIssue> issues;
  const ArgumentSource source = expression("text", Type::Any, "text + x + \"\\n\"");
  const auto program = compile_arguments(std::span(&source, 1), *evaluating.names, {}, issues);
  Variables scope(evaluating.names);
  scope.set("text", Value::text("").with_type(Type::String));
  scope.set("x", Value::text("0123456789"));
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 100'000; ++i) step(evaluating, *program, scope);
  EXPECT_EQ(scope.get("text").as_text().size(), 1'100'000U);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST(InPlace, AppendingFollowsTheRulesOfPlus) {
  const auto sum = [](std::string_view scope, Type type, const std::string& expr) {
    Evaluating evaluating;
    std::vector<ArgumentIssue> issues;
    const ArgumentSource source = expression("x", type, expr);
    const auto program = compile_arguments(std::span(&source, 1), *evaluating.names, {}, issues);
    ArgumentRun run(Variables(evaluating.names, *from_json_input(scope)));
    const ArgumentProgress progress = run_arguments(*program, run, evaluating.context);
    const std::string after = *to_typed_json(run.scope().get("x"));
    return (std::holds_alternative<Error>(progress) ? "error: " : "") + after;
  };
  const std::string_view text = R"({"x": {"@type": "String", "@value": "12"}, "n": null})";
  EXPECT_EQ(sum(text, Type::Any, "x + \"3\""), R"({"@type":"String","@value":"123"})");
  EXPECT_EQ(sum(text, Type::Any, "x + 3"), R"({"@type":"Float","@value":15})");
  EXPECT_EQ(sum(text, Type::Any, "x + 3 + \"4\""), R"({"@type":"Float","@value":19})");
  EXPECT_EQ(sum(text, Type::Any, "x + \"a\" + 3"), R"({"@type":"String","@value":"12a3"})");
  EXPECT_EQ(sum(text, Type::Any, "x + (\"a\" + x)"), R"({"@type":"String","@value":"12a12"})");
  EXPECT_EQ(sum(text, Type::Any, "x + \"a\" + n"), R"(error: {"@type":"String","@value":"12"})");
  EXPECT_EQ(sum(text, Type::Integer, "x + \"a\""), R"(error: {"@type":"String","@value":"12"})");
  EXPECT_EQ(sum(text, Type::String, "x + \"a\" + gone"),
            R"(error: {"@type":"String","@value":"12"})");
  const std::string_view handle = R"({"x": {"@type": "Handle", "@value": "ab"}})";
  EXPECT_EQ(sum(handle, Type::Any, "x + \" \""), R"({"@type":"String","@value":"ab "})");
  EXPECT_EQ(sum(R"({"x": 1.5})", Type::Any, "x + 1 + 1"), R"({"@type":"Float","@value":3.5})");
}

TEST(InPlace, WhatSomebodyElseHoldsStaysAsItWas) {
  Evaluating evaluating;
  std::vector<ArgumentIssue> issues;
  const ArgumentSource source = expression("list", Type::Any, "push(list, 2)");
  const auto program = compile_arguments(std::span(&source, 1), *evaluating.names, {}, issues);
  Variables scope(evaluating.names);
  scope.set("list", Value::array({Value::integer(1).with_type(Type::Integer)}));
  scope.set("alias", scope.get("list"));
  const Variables fork = scope;
  const Value held = scope.get("list");
  step(evaluating, *program, scope);
  step(evaluating, *program, scope);
  EXPECT_EQ(scope.get("list").items().size(), 3U);
  EXPECT_EQ(scope.get("alias").items().size(), 1U);
  EXPECT_EQ(fork.get("list").items().size(), 1U);
  EXPECT_EQ(held.items().size(), 1U);
}

TEST(InPlace, AFailureAfterTheTakingPutsTheValueBack) {
  for (const std::string& expr :
       {"push(list, nope)", "push(list, s * 2)", "set(list, \"a\", 1)", "merge(list, 1)"}) {
    Running running({expression("list", Type::Any, expr)});
    EXPECT_TRUE(running.results().starts_with("error: ")) << expr;
    EXPECT_EQ(Value::vars(running.run->scope().to_dict()), Value::vars(running.before)) << expr;
  }
  for (const std::string& expr : {"set(v, \"a.b\", 1)", "merge(v, kv, i)", "merge(v, s)"}) {
    Running running({expression("v", Type::Any, expr)});
    EXPECT_TRUE(running.results().starts_with("error: ")) << expr;
    EXPECT_EQ(Value::vars(running.run->scope().to_dict()), Value::vars(running.before)) << expr;
  }
  // A cast that fails after the evaluation, too.
  Running running({expression("v", Type::Integer, "set(v, \"a\", 2)")});
  EXPECT_TRUE(running.results().starts_with("error: "));
  EXPECT_EQ(Value::vars(running.run->scope().to_dict()), Value::vars(running.before));
}

TEST(InPlace, WhatWouldNestTooDeeplyIsRefusedBeforeItIsDone) {
  Evaluating evaluating;
  Value deep = Value::list({});
  for (std::uint32_t i = 2; i < kMaxNesting; ++i) deep = Value::list({deep});
  std::vector<ArgumentIssue> issues;
  const ArgumentSource source = expression("list", Type::Any, "push(list, deep)");
  const auto program = compile_arguments(std::span(&source, 1), *evaluating.names, {}, issues);
  Variables scope(evaluating.names);
  scope.set("deep", deep);
  scope.set("list", Value::list({}));
  ArgumentRun first(scope);
  EXPECT_TRUE(
      std::holds_alternative<std::monostate>(run_arguments(*program, first, evaluating.context)));
  scope.set("deep", Value::list({deep}));
  ArgumentRun second(std::move(scope));
  EXPECT_TRUE(std::holds_alternative<Error>(run_arguments(*program, second, evaluating.context)));
  EXPECT_TRUE(second.scope().get("list").items().empty());
}

TEST(Argument, ReadingJsonOutOfATextTakesFuel) {
  const std::string json = R"({"a":")" + std::string(1000, 'x') + R"("})";
  for (const Type type : {Type::KV, Type::KVV, Type::String}) {
    ArgumentSource source;
    source.target = "x";
    source.type = type;
    Running running({with_value(source, Value::text(json))});
    running.evaluating.fuel = Fuel({.operations = 1000, .bytes = ~0ULL});
    const auto runs_dry = [&] {
      return running.results().find("the limit of a step") != std::string::npos;
    };
    EXPECT_EQ(runs_dry(), type != Type::String);
    running.evaluating.fuel = Fuel({.operations = ~0ULL, .bytes = 4000});
    EXPECT_EQ(runs_dry(), type != Type::String);
  }
}

}  // namespace
}  // namespace millrace
