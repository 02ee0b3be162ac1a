#include "value/path.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "value/generate.h"
#include "value/json.h"

namespace millrace {
namespace {

Value text(std::string_view content) { return Value::text(content).with_type(Type::String); }
Value integer(std::int64_t n) { return Value::integer(n).with_type(Type::Integer); }

std::vector<Segment> path(std::string_view target) { return parse_target(target)->segments; }

std::string keys(std::string_view target) {
  std::string all;
  for (const Segment& segment : path(target))
    all.append(all.empty() ? "" : "|").append(segment.key);
  return all;
}

// What stands after the assignment, as typed JSON; or the error's message.
std::string after(Value container, std::string_view target, Value value) {
  const Value before = container;
  const std::string as_it_was = *to_typed_json(before);
  const auto done = assign(container, path(target), std::move(value));
  EXPECT_EQ(*to_typed_json(before), as_it_was);
  if (const Error* error = std::get_if<Error>(&done)) {
    EXPECT_EQ(*to_typed_json(container), as_it_was);
    return error->message();
  }
  const Attempt<std::string> plain = to_json(container);
  return std::get<std::string>(plain);
}

TEST(ParseTarget, CutsAtDotsAndBrackets) {
  EXPECT_EQ(keys("a.b c[0][\"x\"].d"), "a|b c|0|\"x\"|d");
  EXPECT_EQ(keys("kvv.x[]"), "kvv|x|");
  EXPECT_EQ(parse_target("list[0]")->base(), "list");
  EXPECT_EQ(parse_target("list[0]")->below_base().size(), 1U);
}

TEST(ParseTarget, BracketsNeedNotMatch) {
  EXPECT_EQ(keys("kv.a]"), "kv|a");
  EXPECT_EQ(keys("nested.tags[0"), "nested|tags|0");
  EXPECT_EQ(keys("a]"), "a");
  EXPECT_EQ(keys("a].b"), "a|b");
  EXPECT_EQ(keys("a][0]"), "a|0");
  EXPECT_EQ(keys("a[b.c]"), "a|b|c");
  EXPECT_EQ(keys("a[b[c]"), "a|b|c");
  EXPECT_EQ(keys("a..b"), "a||b");
  EXPECT_EQ(keys("a.[0]"), "a||0");
  EXPECT_EQ(keys("a[0]..b"), "a|0||b");
  EXPECT_EQ(keys("a[][0]"), "a||0");
  EXPECT_EQ(parse_target("list[0")->base(), "list");
}

TEST(ParseTarget, RefusesWhatIsNone) {
  for (const char* bad : {"", ".", "[", "]", "a.", "a[", "a[0].", "a[0][", ".a", "[0]", "].a",
                          "a]b", "a[0]b", "a]]", "a[b[c]]"}) {
    const auto target = parse_target(bad);
    ASSERT_FALSE(target) << bad;
    EXPECT_EQ(target.error().kind(), ErrorKind::invalid);
  }
}

TEST(Assign, SetsKeysOfVars) {
  const Value vars = Value::vars({{"a", Value::vars({{"b", integer(1)}})}});
  EXPECT_EQ(after(vars, "a.b", text("x")), R"({"a":{"b":"x"}})");
  EXPECT_EQ(after(vars, "a[\"b\"]", text("x")), R"({"a":{"\"b\"":"x","b":1}})");
  EXPECT_EQ(after(vars, "new", text("x")), R"({"a":{"b":1},"new":"x"})");
  EXPECT_NE(after(vars, "no.b", text("x")).find("there is no \"no\""), std::string::npos);
  EXPECT_NE(after(vars, "a.b.c", text("x")).find("nothing can be put below"), std::string::npos);
}

TEST(Assign, StoresTextsInKv) {
  const Value kv = Value::kv({{"a", Value::text("1")}});
  EXPECT_EQ(after(kv, "a", integer(42)), R"({"a":"42"})");
  EXPECT_EQ(after(kv, "b", Value::null()), R"({"a":"1","b":""})");
  EXPECT_NE(after(kv, "b", Value::list({})).find("cannot make one text"), std::string::npos);
  EXPECT_NE(after(kv, "a.b", text("x")).find("a KV holds texts"), std::string::npos);
}

TEST(Assign, StoresListsInKvv) {
  const Value kvv = Value::kvv({{"x", Value::text_list({Value::text("1"), Value::text("2")})}});
  EXPECT_EQ(after(kvv, "x", text(" a  b ")), R"({"x":["a","b"]})");
  EXPECT_EQ(after(kvv, "y", Value::list({Value::floating(1), Value::list({})})),
            R"({"x":["1","2"],"y":["1",""]})");
  EXPECT_EQ(after(kvv, "x", text("\u2003a\u00a0b\u3000c\u0085d\u00c5\u1680")),
            "{\"x\":[\"a\",\"b\",\"c\",\"d\u00c5\"]}");
  EXPECT_EQ(after(kvv, "x", integer(5)), R"({"x":["5"]})");
  EXPECT_EQ(after(kvv, "x[0]", Value::null()), R"({"x":["","2"]})");
  EXPECT_EQ(after(kvv, "x", Value::list({Value::null()})), R"({"x":[""]})");
  for (const Value& nothing : {Value::null(), Value::null_instant()}) {
    EXPECT_NE(after(kvv, "x", nothing).find("null gives no texts"), std::string::npos);
  }
  EXPECT_NE(after(kvv, "x", Value::array({})).find("cannot make one text"), std::string::npos);
  EXPECT_EQ(after(kvv, "x[1]", text("Q")), R"({"x":["1","Q"]})");
  EXPECT_EQ(after(kvv, "x[]", text("a b")), R"({"x":["1","2","a b"]})");
  EXPECT_EQ(after(kvv, "x[99]", text("Q")), R"({"x":["1","2","Q"]})");
  EXPECT_EQ(after(kvv, "x[-1]", text("Q")), R"({"x":["1","2","Q"]})");
  EXPECT_EQ(after(kvv, "new[]", text("Q")), R"({"new":["Q"],"x":["1","2"]})");
  EXPECT_NE(after(kvv, "x[y]", text("Q")).find("no index"), std::string::npos);
  EXPECT_NE(after(kvv, "x[0][0]", text("Q")).find("that deep"), std::string::npos);
}

TEST(Assign, CastsToTheTypeOfAnArraysItem) {
  const Value array = Value::array({integer(1), Value::vars({{"n", integer(2)}}), Value::null()});
  EXPECT_EQ(after(array, "a", integer(7)).substr(0, 19), "there is no item \"a");
  const auto at = [&](std::string key, Value value) {
    Value changed = array;
    const std::vector<Segment> item = {{std::move(key)}};
    const auto done = assign(changed, item, std::move(value));
    return std::holds_alternative<Error>(done) ? std::get<Error>(done).message()
                                               : std::get<std::string>(to_json(changed));
  };
  EXPECT_EQ(at("0", text("7")), R"([7,{"n":2},null])");
  EXPECT_EQ(at("2", text("x")), R"([1,{"n":2},"x"])");
  EXPECT_NE(at("0", text("x")).find("cannot cast"), std::string::npos);
  EXPECT_NE(at("3", text("x")).find("there is no item"), std::string::npos);
  EXPECT_NE(at("-1", text("x")).find("there is no item"), std::string::npos);
}

TEST(Assign, GoesOnBelowAnItem) {
  const Value vars = Value::vars({{"a", Value::array({Value::vars({{"n", integer(2)}})})}});
  EXPECT_EQ(after(vars, "a[0].n", integer(3)), R"({"a":[{"n":3}]})");
  EXPECT_NE(after(vars, "a[0].m.x", integer(3)).find("there is no \"m\""), std::string::npos);
}

TEST(Assign, EntersNeitherAnyNorScalars) {
  for (const Value& closed : {Value::map({{"a", Value::null()}}), Value::meta({}), integer(1),
                              Value::list({Value::null()}), Value::vars({}).with_type(Type::Any)}) {
    EXPECT_NE(after(closed, "a", integer(1)).find("nothing can be put below"), std::string::npos);
  }
}

TEST(Assign, ChangesASoleHolderInPlace) {
  Value vars = Value::vars({{"a", Value::array({integer(1)})}});
  const void* outer = vars.identity();
  const void* inner = vars.dict().find("a")->identity();
  assign(vars, path("a[0]"), integer(2));
  EXPECT_EQ(vars.identity(), outer);
  EXPECT_EQ(vars.dict().find("a")->identity(), inner);
}

TEST(Assign, RefusesToNestWithoutEnd) {
  Value vars = Value::vars({{"in", Value::null()}});
  bool was_refused = false;
  for (std::uint32_t i = 0; i < 2 * kMaxNesting && !was_refused; ++i) {
    const Value copy = vars;
    was_refused = !std::holds_alternative<std::monostate>(assign(vars, path("in"), copy));
  }
  EXPECT_TRUE(was_refused);
  EXPECT_LE(vars.nesting(), kMaxNesting + 1);
}

std::string selected(const Value& container, const Value& key) {
  const Outcome outcome = select(container, key);
  const Value* value = std::get_if<Value>(&outcome);
  return value != nullptr ? *to_typed_json(*value) : "error";
}

TEST(Select, TakesKeysOfContainers) {
  const Value vars = Value::vars({{"i", integer(1)}, {"m", Value::meta({{"a", text("x")}})}});
  EXPECT_EQ(selected(vars, Value::text("i")), R"({"@type":"Any","@value":1})");
  EXPECT_EQ(select(vars, "m")->kind(), Value::Kind::map);
  EXPECT_EQ(selected(vars, Value::text("no")), "error");
  EXPECT_EQ(selected(Value::map({}), Value::text("no")), R"({"@type":"Any","@value":null})");
  EXPECT_EQ(selected(Value::kv({{"1", Value::text("one")}}), Value::floating(1)),
            R"({"@type":"Any","@value":"one"})");
}

TEST(Select, SaysWhichKeyWasMeant) {
  const auto missing = select(Value::vars({{"customer", integer(1)}}), "custmer");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message().find("did you mean \"customer\"?"), std::string::npos);
}

TEST(Select, TakesItems) {
  const Value array = Value::array({integer(7), integer(8)});
  EXPECT_EQ(selected(array, Value::floating(1)), R"({"@type":"Any","@value":8})");
  EXPECT_EQ(selected(array, Value::text("0x1")), R"({"@type":"Any","@value":8})");
  for (const Value& key : {Value::floating(2), Value::floating(-1), Value::floating(0.5),
                           Value::text("x"), Value::null()}) {
    EXPECT_EQ(selected(array, key), "error");
  }
  const Value texts = Value::text_list({Value::text("a")});
  EXPECT_EQ(selected(texts, Value::integer(0)), R"({"@type":"Any","@value":"a"})");
  EXPECT_EQ(selected(texts, Value::text("0x0")), "error");
  EXPECT_EQ(selected(Value::bytes("A"), Value::floating(0)), R"({"@type":"Any","@value":65})");
}

TEST(Select, GivesAListItselfForOtherKeys) {
  const Value list = Value::list({Value::floating(7)});
  EXPECT_EQ(selected(list, Value::floating(0)), R"({"@type":"Any","@value":7})");
  EXPECT_EQ(selected(list, Value::text("+0")), R"({"@type":"Any","@value":7})");
  for (const Value& key :
       {Value::floating(1), Value::floating(0.5), Value::text("x"), Value::null()}) {
    EXPECT_EQ(selected(list, key), R"({"@type":"Any","@value":[7]})");
  }
}

TEST(Select, TakesNothingOfScalars) {
  for (const Value& scalar :
       {Value::null(), integer(1), text("x"), Value::instant({}), Value::url("x")}) {
    EXPECT_FALSE(select(scalar, "0"));
  }
}

RC_GTEST_PROP(PathProperty, WhatIsAssignedIsSelected, ()) {
  const Value value = *generate_typed();
  const std::string key = *generate_text();
  Value vars = Value::vars({{"other", integer(1)}});
  const Value before = vars;
  const std::vector<Segment> segments = {{key}};
  RC_ASSERT(std::holds_alternative<std::monostate>(assign(vars, segments, value)));
  RC_ASSERT(*find_in(vars, key) == value);
  RC_ASSERT(*select(vars, key) == value.operand());
  RC_ASSERT(before.dict().size() == 1U);
}

}  // namespace
}  // namespace millrace
