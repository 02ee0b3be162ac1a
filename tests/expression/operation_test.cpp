// The rules of the operators, over one value of every kind: the table in docs/compatibility.md as a
// test that does not go by examples.
#include "expression/operation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <vector>

#include "expression/evaluating.h"
#include "value/convert.h"

namespace millrace {
namespace {

std::vector<Value> one_of_each() {
  return {Value::null(),
          Value::boolean(false),
          Value::boolean(true),
          Value::integer(42),
          Value::integer(0),
          Value::unsigned_integer(123456789012345678),
          Value::floating(2.5),
          Value::floating(0),
          Value::floating(std::nan("")),
          Value::host_int(3),
          Value::text(""),
          Value::text("2.5"),
          Value::text("true"),
          Value::text("abc"),
          Value::bytes("abc"),
          Value::instant(Instant{.seconds = 1614834367}),
          Value::null_instant(),
          Value::duration(std::chrono::minutes(90)),
          Value::url("http://a.b"),
          Value::list({Value::floating(1), Value::text("x")}),
          Value::text_list(std::vector<std::string>{"a"}),
          Value::map({{"a", Value::floating(1)}}),
          Value::array({Value::integer(1).with_type(Type::Integer)}),
          Value::kv({{"a", Value::text("1")}}),
          Value::vars({{"a", Value::integer(1).with_type(Type::Integer)}})};
}

template <class Check>
void for_all_pairs(Check check) {
  for (const Value& a : one_of_each()) {
    for (const Value& b : one_of_each()) {
      SCOPED_TRACE(describe(a) + " and " + describe(b));
      check(a, b);
    }
  }
}

std::optional<Value> result(Operator op, const Value& a, const Value& b) {
  const Outcome outcome = operate(op, a, b);
  const auto* value = std::get_if<Value>(&outcome);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

TEST(Operation, ArithmeticTakesNumbersAndNothingElse) {
  for_all_pairs([](const Value& a, const Value& b) {
    const auto x = to_number(a);
    const auto y = to_number(b);
    for (const Operator op : {Operator::subtract, Operator::multiply, Operator::divide,
                              Operator::remainder, Operator::power, Operator::bit_and,
                              Operator::bit_or, Operator::bit_xor, Operator::shift_left}) {
      const auto got = result(op, a, b);
      EXPECT_EQ(got.has_value(), x && y) << operator_symbol(op);
      if (got) EXPECT_TRUE(got->is_float());
    }
  });
}

TEST(Operation, PlusJoinsTextsAddsNumbersAndJoinsTheRestAsText) {
  for_all_pairs([](const Value& a, const Value& b) {
    const auto got = result(Operator::add, a, b);
    const auto x = to_number(a);
    const auto y = to_number(b);
    const bool both_texts = a.is_text() && b.is_text();
    if (!both_texts && x && y) {
      ASSERT_TRUE(got);
      EXPECT_EQ(*got, Value::floating(*x + *y));
    } else if (a.is_null() || b.is_null()) {
      EXPECT_FALSE(got);
    } else {
      ASSERT_TRUE(got);
      const Outcome first = operator_text(a);
      const Outcome second = operator_text(b);
      EXPECT_EQ(got->as_text(), std::string(std::get<Value>(first).as_text()) +
                                    std::string(std::get<Value>(second).as_text()));
    }
  });
}

TEST(Operation, ComparisonsAreOppositesButForNaN) {
  for_all_pairs([](const Value& a, const Value& b) {
    const auto equal = result(Operator::equal, a, b);
    ASSERT_TRUE(equal);
    EXPECT_NE(*equal, *result(Operator::not_equal, a, b));
    EXPECT_EQ(*equal, *result(Operator::equal, b, a));
    const auto less = result(Operator::less, a, b);
    const auto more = result(Operator::greater_equal, a, b);
    EXPECT_EQ(less.has_value(), !a.is_null() && !b.is_null());
    if (!less) return;
    const auto x = to_number(a);
    const auto y = to_number(b);
    const bool nan = x && y && (std::isnan(*x) || std::isnan(*y));
    EXPECT_EQ(*less == *more, nan);
    EXPECT_EQ(*less, *result(Operator::greater, b, a));
    EXPECT_EQ(*more, *result(Operator::less_equal, b, a));
  });
}

TEST(Operation, LogicTakesWhatHasATruth) {
  for_all_pairs([](const Value& a, const Value& b) {
    const auto x = to_bool(a);
    const auto y = to_bool(b);
    const auto both = result(Operator::logical_and, a, b);
    const bool decided = a.is_boolean() && !a.as_boolean();
    EXPECT_EQ(both.has_value(), decided || (x && y));
    if (both) EXPECT_EQ(both->as_boolean(), !decided && *x && *y);
  });
}

TEST(Operation, TheShortWayForNumbersGivesTheSame) {
  for_all_pairs([](const Value& a, const Value& b) {
    for (int op = 0; op < static_cast<int>(Operator::negate); ++op) {
      Value fast;
      if (!operate_numbers(static_cast<Operator>(op), a, b, &fast)) continue;
      EXPECT_EQ(fast, *result(static_cast<Operator>(op), a, b)) << op;
    }
  });
}

TEST(Operation, ShiftsAndBitsAreThoseOf64Bits) {
  Evaluating evaluate(R"({"x": 1, "big": 1e300, "minus": -5.9})");
  EXPECT_EQ(evaluate.json("(x << 62) == 4611686018427387904"), "true");
  EXPECT_EQ(evaluate.json("(x << 63) == -9223372036854775808"), "true");
  EXPECT_EQ(evaluate.json("x << 64"), "0");
  EXPECT_EQ(evaluate.json("x << -1"), "0");
  EXPECT_EQ(evaluate.json("minus >> 1"), "-3");
  EXPECT_EQ(evaluate.json("minus >> 99"), "-1");
  EXPECT_EQ(evaluate.json("(big & -1) == -9223372036854775808"), "true");
  EXPECT_EQ(evaluate.json("~minus"), "4");
  EXPECT_EQ(evaluate.json("5 ^ 3 & 6"), "6");
}

TEST(Operation, MembershipNeedsAListAndTheSameKind) {
  Evaluating evaluate(R"({"list": [1, "1", [2], null],
                          "i": {"@type": "Integer", "@value": 1},
                          "array": {"@type": "Array", "@value": []}})");
  EXPECT_EQ(evaluate.json("1 in list"), "true");
  EXPECT_EQ(evaluate.json("i in list"), "false");
  EXPECT_EQ(evaluate.json("[2] in list"), "true");
  EXPECT_EQ(evaluate.json("list[3] in list"), "true");
  EXPECT_TRUE(evaluate.json("1 in array").starts_with("error: "));
  EXPECT_TRUE(evaluate.json("1 in split(\"1\", \",\")").starts_with("error: "));
}

TEST(Operation, PatternsMayBeMadeAtRunTime) {
  Evaluating evaluate(R"({"s": "hello", "p": "^h.l+o$", "bad": "(", "nul": null})");
  EXPECT_EQ(evaluate.json("s =~ p"), "true");
  EXPECT_EQ(evaluate.json("s !~ p"), "false");
  EXPECT_EQ(evaluate.json("nul =~ \"nil\""), "true");
  EXPECT_EQ(evaluate.json("\"<nil>\" =~ nul"), "true");
  EXPECT_TRUE(evaluate.json("s =~ bad").starts_with("error: this is no regular expression"));
}

TEST(Operation, InstantsCompareByThePointInTime) {
  Evaluating evaluate(R"({"a": {"@type": "DateTime", "@value": "2021-03-04T05:06:07Z"},
                          "b": {"@type": "DateTime", "@value": "2021-03-04T07:06:07+02:00"},
                          "c": {"@type": "DateTime", "@value": "2021-03-04T06:06:07+02:00"}})");
  EXPECT_EQ(evaluate.json("a == b"), "true");
  EXPECT_EQ(evaluate.json("c < a && a <= b && b > c"), "true");
}

}  // namespace
}  // namespace millrace
