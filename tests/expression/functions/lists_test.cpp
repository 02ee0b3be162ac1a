#include <gtest/gtest.h>

#include "expression/functions/result_of.h"

namespace millrace {
namespace {

constexpr std::string_view kScope = R"({
  "i": {"@type": "Integer", "@value": 1},
  "id": {"@type": "ID", "@value": "7"},
  "nul": null,
  "bytes": {"@type": "Bytes", "@value": "aGVsbG8="},
  "empty": {"@type": "Array", "@value": []},
  "handles": {"@type": "Array", "@value": [{"@type": "ID", "@value": "7"},
    {"@type": "Handle", "@value": "two"}]},
  "kv": {"@type": "KV", "@value": {"a": "1"}},
  "ints": {"@type": "Array", "@value": [{"@type": "Integer", "@value": 3},
    {"@type": "Integer", "@value": 1}, {"@type": "Integer", "@value": 2}]}})";

std::string text(std::string_view source) { return text_of(source, kScope); }

TEST(Lists, Count) {
  EXPECT_EQ(text("count(\"žx\")"), "3");
  EXPECT_EQ(text("count(\"ababa\", \"aba\", \"b\")"), "3");
  EXPECT_EQ(text("count(\"ž\", \"\", 1)"), "2");
  EXPECT_EQ(text("count([1, 1, 2], 1, 2, 3)"), "2");
  EXPECT_EQ(text("count(ints)"), "3");
  EXPECT_EQ(text("count(ints, 1)"), "0");
  EXPECT_EQ(text("count(ints, int(1))"), "1");
  EXPECT_EQ(text("count(bytes)"), "5");
  EXPECT_EQ(text("count(split(\"a,b\", \",\"), \"b\")"), "1");
  EXPECT_TRUE(fails("count(kv)", kScope));
  EXPECT_TRUE(fails("count(nul)", kScope));
}

TEST(Lists, Find) {
  EXPECT_EQ(text("find([1, \"a\", nul, true], true)"), "3");
  EXPECT_EQ(text("find([nul], nul)"), "0");
  EXPECT_EQ(text("find(ints, 2)"), "-1");
  EXPECT_EQ(text("find(ints, int(2))"), "2");
  EXPECT_EQ(text("find(bytes, bytes[1])"), "1");
  EXPECT_EQ(text("find([0/0], 0/0)"), "-1");
  EXPECT_EQ(text("find([1], ints)"), "-1");
  EXPECT_TRUE(fails("find([1], [1])"));
  EXPECT_TRUE(fails("find(\"abc\", \"b\")"));
}

TEST(Lists, Has) {
  EXPECT_EQ(text("has(kv, \"q\", \"a\")"), "true");
  EXPECT_EQ(text("has(kv, \"a\", 1)"), "true");
  EXPECT_TRUE(fails("has(kv, 1)", kScope));
  EXPECT_EQ(text("has([1])"), "true");
  EXPECT_EQ(text("has([])"), "false");
  EXPECT_EQ(text("has(\"abc\", \"b\")"), "true");
  EXPECT_TRUE(fails("has(nul, 1)", kScope));
  EXPECT_EQ(text("hasAll([1, 2], 1, 2)"), "true");
  EXPECT_EQ(text("hasAll([1, 2])"), "false");
  EXPECT_EQ(text("hasAll([])"), "true");
  EXPECT_TRUE(fails("hasAll(\"abc\", \"b\")"));
}

TEST(Lists, Push) {
  EXPECT_EQ(text("push([1], \"a\", [2])"), "[1 a [2]]");
  EXPECT_EQ(text("push(nul, 1)"), "[1]");
  EXPECT_EQ(typed_of("push(empty, i, \"x\")", kScope),
            R"({"@type":"Array","@value":[{"@type":"Integer","@value":1},)"
            R"({"@type":"String","@value":"x"}]})");
  EXPECT_EQ(text("push(split(\"a\", \",\"), \"b\")"), "[a b]");
  EXPECT_TRUE(fails("push(split(\"a\", \",\"), 1)"));
  EXPECT_TRUE(fails("push(bytes, 1)", kScope));
  EXPECT_TRUE(fails("push(\"a\", 1)"));
  EXPECT_EQ(text("[push(ints, 4), ints]"), "[&{[3 1 2 4]} &{[3 1 2]}]");  // a copy
}

TEST(Lists, PopAndShift) {
  EXPECT_EQ(text("pop(ints)"), "2");
  EXPECT_EQ(text("shift(ints)"), "3");
  EXPECT_EQ(text("pop(bytes)"), "111");
  EXPECT_EQ(text("shift(split(\"a,b\", \",\"))"), "a");
  EXPECT_EQ(typed_of("pop(empty)", kScope), R"({"@type":"Any","@value":null})");
  EXPECT_EQ(typed_of("pop(handles)", kScope), R"({"@type":"Handle","@value":"two"})");
  EXPECT_EQ(typed_of("trim(pop(handles))", kScope), R"({"@type":"String","@value":"two"})");
  EXPECT_EQ(typed_of("pop(handles) + 1", kScope), R"({"@type":"String","@value":"two1"})");
  EXPECT_EQ(typed_of("coalesce(shift(handles), 1)", kScope), R"({"@type":"ID","@value":"7"})");
  EXPECT_EQ(text("toJSON(shift(handles))"), "7");
  EXPECT_TRUE(fails("pop(nul)", kScope));
  EXPECT_TRUE(fails("shift(kv)", kScope));
}

TEST(Lists, Splice) {
  EXPECT_EQ(text("splice(ints, 1, 2)"), "&{[1]}");
  EXPECT_EQ(text("splice([1, 2, 3], 1, -1)"), "[2 3]");
  EXPECT_EQ(text("splice([1, 2, 3], 1.9, 99)"), "[2 3]");
  EXPECT_EQ(text("splice([1, 2], 5, 0)"), "[1 2]");
  EXPECT_EQ(text("splice([], 0, 0)"), "[]");
  EXPECT_EQ(text("splice([1], 0, 0)"), "[]");
  EXPECT_EQ(text("splice(bytes, 1, 3)"), "[101 108]");
  EXPECT_EQ(text("splice(\"abc\", 0, 1)"), "<nil>");
  EXPECT_TRUE(fails("splice([1, 2], -1, 1)"));
  EXPECT_TRUE(fails("splice([1, 2], 1, 0)"));
  EXPECT_TRUE(fails("splice([1, 2], 0, -2)"));
}

TEST(Sort, ByTheTypeOfTheLaterItem) {
  EXPECT_EQ(text("sort(ints, false)"), "&{[1 2 3]}");
  EXPECT_EQ(text("sort(ints, true)"), "&{[3 2 1]}");
  EXPECT_EQ(text("sort(push(empty, 10, \"9\"), false)"), "&{[10 9]}");  // as texts
  EXPECT_EQ(text("sort(push(empty, \"9\", 10, 3), false)"), "&{[3 9 10]}");
  EXPECT_TRUE(fails("sort(push(empty, \"x\", true), false)", kScope));
  EXPECT_TRUE(fails("sort(push(empty, 1, 0/0), false)", kScope));
  EXPECT_TRUE(fails("sort(push(empty, kv, kv), false)", kScope));
  EXPECT_EQ(text("sort(push(empty, kv), false)"), "&{[&{map[a:1]}]}");
}

TEST(Sort, OtherLists) {
  EXPECT_EQ(text("sort(split(\"b,a,c\", \",\"), true)"), "[c b a]");
  EXPECT_EQ(text("sort([1], true)"), "[1]");
  EXPECT_TRUE(fails("sort([2, 1], true)"));
  EXPECT_TRUE(fails("sort(bytes, true)", kScope));
  EXPECT_TRUE(fails("sort(\"ba\", true)"));
}

TEST(Sort, LongArraysStayStable) {
  Value::Items items;
  for (int i = 0; i < 2'000; ++i) {
    items.push_back(Value::integer((i * 7'919) % 50).with_type(Type::Integer));
  }
  const Outcome sorted =
      Trial{}.outcome("sort(push(list, \"25\"), false)", {{"list", Value::array(items)}});
  const auto result = std::get<Value>(sorted).items();
  ASSERT_EQ(result.size(), 2'001U);
  for (std::size_t i = 1; i < result.size(); ++i) {
    ASSERT_LE(std::stoi(std::string(std::get<Value>(operator_text(result[i - 1])).as_text())),
              std::stoi(std::string(std::get<Value>(operator_text(result[i])).as_text())));
  }
}

}  // namespace
}  // namespace millrace
