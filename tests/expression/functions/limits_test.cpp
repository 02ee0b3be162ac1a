// Functions spend fuel before they make anything, and change in place what nobody else holds.
#include <gtest/gtest.h>

#include <chrono>

#include "expression/functions/call.h"
#include "expression/functions/result_of.h"

namespace millrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(Limits, NothingHugeIsMade) {
  const Trial trial{.scope = "{}", .limits = {.operations = 50'000'000, .bytes = 1'000'000}};
  for (const std::string_view source :
       {"repeat(\"x\", 1e12)", "repeat(\"xy\", 9e18)", "repeat(repeat(\"x\", 1e5), 1e8)",
        "replace(repeat(\"x\", 1e4), \"\", repeat(\"y\", 1e4), -1)",
        "format(repeat(\"%999999[1]d\", 1000), int(1))", "format(\"%.9999999f\", 1)",
        "format(repeat(\"%9999999[1]v\", 100), [1, 2, 3, 4])",
        "join(split(repeat(\"x\", 1e4), \"\"), repeat(\"y\", 1e4))", "toJSON(repeat(\"<\", 4e5))",
        "base64encode(repeat(\"x\", 8e5))", "split(repeat(\"x\", 2e5), \"\")",
        "strftime(\"2021-03-04\", repeat(\"%c\", 1e5))"}) {
    const Outcome outcome = trial.outcome(source);
    const auto* error = std::get_if<Error>(&outcome);
    ASSERT_NE(error, nullptr) << source;
    EXPECT_EQ(error->kind(), ErrorKind::exhausted) << source;
  }
}

TEST(Limits, SmallFuelStopsEveryFunctionOnManyItems) {
  const Trial trial{.scope = "{}", .limits = {.operations = 3'000, .bytes = 200'000}};
  for (const std::string_view source :
       {"count(split(repeat(\"x\", 2000), \"\"), \"y\", \"z\")", "toUpper(repeat(\"x\", 150000))",
        "hasSubstring(repeat(\"x\", 150000), \"y\", false)",
        "replace(repeat(\"x\", 5000), \"x\", \"y\", -1)",
        "sort(split(repeat(\"x\", 2000), \"\"), true)", "title(repeat(\"x\", 150000))",
        "toJSON(split(repeat(\"x\", 2000), \"\"))"}) {
    const Outcome outcome = trial.outcome(source);
    const auto* error = std::get_if<Error>(&outcome);
    ASSERT_NE(error, nullptr) << source;
    EXPECT_EQ(error->kind(), ErrorKind::exhausted) << source;
  }
}

// Calls a function as the evaluator does when a variable's last use is the first argument.
Value call(std::string_view name, std::vector<Value> arguments) {
  Fuel fuel{FuelLimits{}};
  const VirtualClock clock;
  Random random(1);
  EvaluationContext context{fuel, clock, random};
  Outcome outcome = call_function(*find_function(name), context, arguments);
  return std::get<Value>(std::move(outcome));
}

std::vector<Value> arguments(Value first, Value second) {
  std::vector<Value> out;
  out.push_back(std::move(first));
  out.push_back(std::move(second));
  return out;
}

TEST(InPlace, PushingManyTakesLinearTime) {
  const auto start = steady_clock::now();
  Value list = Value::list({});
  Value array = Value::array({});
  for (int i = 0; i < 100'000; ++i) {
    list = call("push", arguments(std::move(list), Value::floating(i)));
    array = call("push", arguments(std::move(array), Value::floating(i)));
  }
  EXPECT_EQ(list.items().size(), 100'000U);
  EXPECT_EQ(array.items()[99'999].type(), Type::Float);
  EXPECT_LT(steady_clock::now() - start, milliseconds(5'000));
}

TEST(InPlace, AHolderElsewhereSeesNoChange) {
  Value list = Value::list({Value::floating(1)});
  const Value held = list;
  EXPECT_EQ(call("push", arguments(std::move(list), Value::floating(2))).items().size(), 2U);
  EXPECT_EQ(held.items().size(), 1U);

  Value kv = Value::kv({{"a", Value::text("1")}, {"b", Value::text("2")}});
  const Value held_kv = kv;
  EXPECT_EQ(call("omit", arguments(std::move(kv), Value::text("a"))).dict().size(), 1U);
  EXPECT_EQ(held_kv.dict().size(), 2U);

  Value texts = Value::text_list(Value::Items{Value::text("b"), Value::text("a")});
  const Value held_texts = texts;
  call("sort", arguments(std::move(texts), Value::boolean(false)));
  EXPECT_EQ(held_texts.items()[0].as_text(), "b");
}

}  // namespace
}  // namespace millrace
