#include <gtest/gtest.h>

#include "expression/functions/result_of.h"

namespace millrace {
namespace {

constexpr std::string_view kScope = R"({
  "i": {"@type": "Integer", "@value": 1},
  "kv": {"@type": "KV", "@value": {"a": "1", "b": "two words"}},
  "kvv": {"@type": "KVV", "@value": {"x": ["1", "2"], "y": ["z"]}},
  "nothing": {"@type": "Vars", "@value": {"x": null}},
  "meta": {"@type": "Meta", "@value": {"m": 1}},
  "vars": {"@type": "Vars", "@value": {"n": {"@type": "Float", "@value": 1},
    "deep": {"@type": "Vars", "@value": {"k": {"@type": "String", "@value": "v"}}}}}})";

std::string text(std::string_view source) { return text_of(source, kScope); }

TEST(Set, PutsAtAPathWithoutTouchingTheOriginal) {
  EXPECT_EQ(text("set(kv, \"c\", 1.5)"), "&{map[a:1 b:two words c:1.5]}");
  EXPECT_EQ(text("set(kvv, \"y\", \"a b\")"), "&{map[x:[1 2] y:[a b]]}");
  EXPECT_EQ(text("set(kvv, \"x[]\", \"q\")"), "&{map[x:[1 2 q] y:[z]]}");
  EXPECT_EQ(text("set(vars, \"deep.k\", 2)"), "&{map[deep:&{map[k:2]} n:1]}");
  EXPECT_EQ(text("[set(vars, \"n\", 2), vars]"),
            "[&{map[deep:&{map[k:v]} n:2]} &{map[deep:&{map[k:v]} n:1]}]");
}

TEST(Set, MakesVarsOfMaps) {
  EXPECT_EQ(typed_of("set({\"a\": 1}, \"b\", i)", kScope),
            R"({"@type":"Vars","@value":{"a":{"@type":"Float","@value":1},)"
            R"("b":{"@type":"Integer","@value":1}}})");
  EXPECT_EQ(text("set(meta, \"n\", 2)"), "&{map[m:1 n:2]}");
}

TEST(Set, RefusesWhatCannotBeSet) {
  for (const std::string_view source :
       {"set(i, \"a\", 1)", "set(\"a\", \"a\", 1)", "set([1], \"0\", 1)", "set(kv, \"a.b\", 1)",
        "set(kv, \"a\", [1])", "set(vars, \"none.k\", 1)", "set(vars, \"\", 1)",
        "set(vars, \"a.\", 1)"}) {
    EXPECT_TRUE(fails(source, kScope)) << source;
  }
}

TEST(Merge, TheFirstDecides) {
  EXPECT_EQ(text("merge(kv)"), "&{map[a:1 b:two words]}");
  EXPECT_EQ(text("merge(vars, kv)"), "&{map[a:1 b:two words deep:&{map[k:v]} n:1]}");
  EXPECT_EQ(text("merge(vars, kvv, set({}, \"n\", 9))"),
            "&{map[deep:&{map[k:v]} n:9 x:[1 2] y:[z]]}");
  EXPECT_EQ(text("merge(kv, set({}, \"a\", 2.5))"), "&{map[a:2.5 b:two words]}");
  EXPECT_EQ(text("merge(kvv, kvv)"), "&{map[x:[1 2 1 2] y:[z z]]}");
  EXPECT_EQ(text("merge(kv, nothing)"), "&{map[a:1 b:two words x:]}");
  EXPECT_EQ(text("merge(kvv, kv)"), "&{map[a:[1] b:[two words] x:[1 2] y:[z]]}");
  EXPECT_EQ(text("[merge(kvv, kvv), kvv]"), "[&{map[x:[1 2 1 2] y:[z z]]} &{map[x:[1 2] y:[z]]}]");
}

TEST(Merge, ValuesKeepTheirTypes) {
  const std::string_view ids =
      R"({"ids": {"@type": "Vars", "@value": {"id": {"@type": "ID", "@value": "7"}}}})";
  const std::string_view whole = R"({"@type":"Vars","@value":{"id":{"@type":"ID","@value":"7"},)"
                                 R"("x":{"@type":"Float","@value":1}}})";
  EXPECT_EQ(typed_of("merge(set({}, \"x\", 1), ids)", ids), whole);
  EXPECT_EQ(typed_of("merge(ids, set({}, \"x\", 1))", ids), whole);
}

TEST(Merge, RefusesOtherKinds) {
  for (const std::string_view source :
       {"merge({}, kv)", "merge(kv, {})", "merge(kv, meta)", "merge(\"a\")", "merge(kv, kvv)",
        "merge(kv, vars)", "merge(kvv, vars)", "merge(kvv, nothing)"}) {
    EXPECT_TRUE(fails(source, kScope)) << source;
  }
}

TEST(FilterAndOmit, KeepAndDropKeys) {
  EXPECT_EQ(text("filter(kv, \"a\", \"zz\", \"a\")"), "&{map[a:1]}");
  EXPECT_EQ(text("filter(vars)"), "&{map[]}");
  EXPECT_EQ(text("filter(kvv, \"x\")"), "&{map[x:[1 2]]}");
  EXPECT_EQ(text("omit(kv, \"a\", \"zz\")"), "&{map[b:two words]}");
  EXPECT_EQ(text("[omit(kv, \"a\"), kv]"), "[&{map[b:two words]} &{map[a:1 b:two words]}]");
  EXPECT_TRUE(fails("filter({\"a\": 1}, \"a\")"));
  EXPECT_TRUE(fails("omit(kv, 1)", kScope));
}

}  // namespace
}  // namespace millrace
