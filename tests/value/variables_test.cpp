#include "value/variables.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace millrace {
namespace {

Value number(std::int64_t n) { return Value::integer(n); }

Ref<const Names> names_of(std::initializer_list<std::string_view> list) {
  auto names = make_ref<Names>();
  for (const std::string_view name : list) names->add(name);
  return names;
}

TEST(Names, GivesEachNameOneSlot) {
  Names names;
  EXPECT_EQ(names.add("a"), 0U);
  EXPECT_EQ(names.add("b"), 1U);
  EXPECT_EQ(names.add("a"), 0U);
  EXPECT_EQ(names.find("b"), 1U);
  EXPECT_EQ(names.find("c"), std::nullopt);
  EXPECT_EQ(names.name(1), "b");
  EXPECT_EQ(names.size(), 2U);
}

TEST(Variables, AreUnsetAtFirst) {
  const Variables variables(names_of({"a"}));
  EXPECT_TRUE(variables.get(0U).is_absent());
  EXPECT_TRUE(variables.get("a").is_absent());
  EXPECT_TRUE(variables.get("other").is_absent());
  EXPECT_EQ(variables.size(), 0U);
}

TEST(Variables, ReachTheSameBySlotAndByName) {
  Variables variables(names_of({"a", "b"}));
  variables.set("b", number(1));
  variables.set("made at run time", number(2));
  EXPECT_EQ(variables.get(1U), number(1));
  variables.set(1U, number(3));
  EXPECT_EQ(variables.get("b"), number(3));
  EXPECT_EQ(variables.get("made at run time"), number(2));
  EXPECT_EQ(variables.size(), 2U);
  EXPECT_EQ(variables.to_dict().size(), 2U);
}

TEST(Variables, NeedNoNames) {
  Variables variables;
  variables.set("a", number(1));
  EXPECT_EQ(variables.get("a"), number(1));
  EXPECT_TRUE(variables.get(0U).is_absent());
}

TEST(Variables, ACopyStaysAsItWas) {
  Variables variables(names_of({"a"}));
  variables.set("a", number(1));
  variables.set("x", number(2));
  const Variables copy = variables;
  variables.set("a", number(3));
  variables.set("x", Value::absent());
  EXPECT_EQ(copy.get("a"), number(1));
  EXPECT_EQ(copy.get("x"), number(2));
  EXPECT_TRUE(variables.get("x").is_absent());
}

TEST(Variables, TakingMakesASoleHolder) {
  Variables variables(names_of({"a"}));
  variables.set("a", Value::list({number(1)}));
  variables.set("x", Value::list({number(1)}));
  const Value by_slot = variables.take(0U);
  const Value by_name = variables.take("x");
  EXPECT_TRUE(by_slot.is_sole_holder());
  EXPECT_TRUE(by_name.is_sole_holder());
  EXPECT_EQ(variables.size(), 0U);
  EXPECT_TRUE(variables.take("x").is_absent());
}

TEST(Variables, BecomeVars) {
  Variables variables(names_of({"b", "unset"}));
  variables.set("b", number(1));
  variables.set("a", number(2));
  EXPECT_EQ(variables.to_vars(), Value::vars({{"a", number(2)}, {"b", number(1)}}));
}

// Variables of three plans: two with the same names, one with others.
RC_GTEST_PROP(VariablesProperty, MergeAsMaps, ()) {
  const auto shared = names_of({"a", "b", "c"});
  const auto other = names_of({"c", "d"});
  const std::string keys[] = {"a", "b", "c", "d", "e"};
  const auto fill = [&](Variables& variables, std::map<std::string, Value>& model) {
    const int count = *rc::gen::inRange(0, 6);
    for (int i = 0; i < count; ++i) {
      const std::string key = keys[*rc::gen::inRange(0, 5)];
      const Value value = number(*rc::gen::inRange(0, 100));
      variables.set(key, value);
      model[key] = value;
    }
  };
  const auto pick = [&] { return *rc::gen::element(shared, shared, other, Ref<const Names>()); };
  Variables left(pick());
  Variables right(pick());
  std::map<std::string, Value> left_model;
  std::map<std::string, Value> right_model;
  fill(left, left_model);
  if (*rc::gen::arbitrary<bool>()) {
    right = left;
    right_model = left_model;
  }
  fill(right, right_model);
  const Dict right_before = right.to_dict();
  left.merge(right);
  for (const auto& [key, value] : right_model) left_model[key] = value;
  RC_ASSERT(left.size() == left_model.size());
  for (const auto& [key, value] : left_model) RC_ASSERT(left.get(key) == value);
  RC_ASSERT(Value::vars(right.to_dict()) == Value::vars(right_before));
}

}  // namespace
}  // namespace millrace
