// Expressions from a seed, for property tests and fuzzing: mostly well formed, over a scope that
// holds a value of every type.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"
#include "expression/function.h"

namespace millrace {

// The variables that generated expressions read, as typed JSON.
inline constexpr std::string_view kGeneratedScope = R"({
  "nul": {"@type": "Any", "@value": null},
  "t": {"@type": "Boolean", "@value": true},
  "i": {"@type": "Integer", "@value": 42},
  "u": {"@type": "UnsignedInteger", "@value": 7},
  "f": {"@type": "Float", "@value": 3.5},
  "s": {"@type": "String", "@value": "hello world"},
  "e": {"@type": "String", "@value": ""},
  "num": {"@type": "String", "@value": "12"},
  "bytes": {"@type": "Bytes", "@value": "aGVsbG8="},
  "d": {"@type": "DateTime", "@value": "2021-03-04T05:06:07Z"},
  "dur": {"@type": "Duration", "@value": "1h30m"},
  "url": {"@type": "Url", "@value": "http://a.b/c"},
  "list": {"@type": "Any", "@value": [1, "two", null, [3]]},
  "map": {"@type": "Any", "@value": {"a": 1, "b": {"c": [2]}}},
  "ints": {"@type": "Array", "@value": [{"@type": "Integer", "@value": 3},
                                        {"@type": "Integer", "@value": 1}]},
  "mix": {"@type": "Array", "@value": [{"@type": "Vars", "@value": {
            "a": {"@type": "Integer", "@value": 1}}}, {"@type": "Boolean", "@value": true}]},
  "kv": {"@type": "KV", "@value": {"a": "1", "b": "two"}},
  "kvv": {"@type": "KVV", "@value": {"x": ["1", "2"]}},
  "v": {"@type": "Vars", "@value": {"a": {"@type": "Integer", "@value": 1},
                                    "kv": {"@type": "KV", "@value": {"a": "1"}}}},
  "meta": {"@type": "Meta", "@value": {"a": 1}},
  "body": {"@type": "Reader", "@value": "content"}
})";

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::size_t pick(std::size_t n) { return static_cast<std::size_t>(random_.below(n)); }
  template <class Items>
  auto one_of(const Items& items) {
    return items[pick(items.size())];
  }

  std::string expression(int depth) {
    if (depth == 0) return pick(4) == 0 ? path(0) : leaf();
    switch (pick(12)) {
      case 0: return leaf();
      case 1: return std::string(one_of(kPrefix)) + expression(depth - 1);
      case 2: return "(" + expression(depth - 1) + ")";
      case 3: return "[" + items(depth - 1) + "]";
      case 4: return "{" + entries(depth - 1) + "}";
      case 5:
      case 6: return call(depth - 1);
      case 7: return path(depth - 1);
      case 8:
        return expression(depth - 1) + " ? " + expression(depth - 1) + " : " +
               expression(depth - 1);
      default:
        return expression(depth - 1) + " " + std::string(one_of(kInfix)) + " " +
               expression(depth - 1);
    }
  }

  std::string change() {
    static constexpr std::array<std::string_view, 14> kChanges = {
        "(s + ",      "(s + \"x\" + ",    "push(list, ",      "push(ints, ",
        "push(mix, ", "set(v, \"a\", ",   "set(kv, \"a\", ",  "set(map, \"a\", ",
        "merge(v, ",  "merge(kv, ",       "set(kvv, \"x\", ", "merge(kvv, ",
        "push(nul, ", "set(v, \"kv.a\", "};
    if (pick(4) == 0) return expression(2);
    return std::string(one_of(kChanges)) + expression(pick(3)) + ")";
  }

  std::string target() {
    static constexpr std::array<std::string_view, 15> kTargets = {
        "s",   "list", "ints",    "mix",     "v",        "kv",     "kvv",   "map",
        "v.a", "kv.c", "kvv.x[]", "ints[0]", "mix[0].a", "v.kv.a", "gone.x"};
    return std::string(one_of(kTargets));
  }

 private:
  static constexpr std::array<std::string_view, 22> kNames = {
      "nul", "t",    "i",   "u",    "f",   "s",  "e",   "num", "bytes", "d",    "dur",
      "url", "list", "map", "ints", "mix", "kv", "kvv", "v",   "meta",  "body", "missing"};
  static constexpr std::array<std::string_view, 23> kInfix = {
      "??", "||", "&&", "==", "!=", "<", "<=", ">", ">=", "=~", "!~", "in",
      "^",  "&",  "|",  "<<", ">>", "+", "-",  "*", "/",  "%",  "**"};
  static constexpr std::array<std::string_view, 14> kConstants = {
      "1",   "0",    "2.5", ".5e3",    "\"a\"", "\"12\"", "'x'",
      "`r`", "\"\"", "1e6", "\"x y\"", "true",  "false",  "\"b\""};
  static constexpr std::array<std::string_view, 3> kPrefix = {"-", "!", "~"};

  std::string leaf() { return std::string(pick(2) == 0 ? one_of(kNames) : one_of(kConstants)); }
  std::string path(int depth) {
    std::string text(one_of(kNames));
    for (std::size_t i = pick(3); i > 0; --i) {
      switch (pick(3)) {
        case 0: text += ".a"; break;
        case 1: text += "[" + std::to_string(pick(3)) + "]"; break;
        default: text += "[" + expression(depth) + "]"; break;
      }
    }
    return text;
  }
  std::string items(int depth) {
    std::string text;
    for (std::size_t i = pick(4); i > 0; --i) {
      text += expression(depth) + (i > 1 || pick(5) == 0 ? ", " : "");
    }
    return text;
  }
  std::string entries(int depth) {
    std::string text;
    for (std::size_t i = pick(3); i > 0; --i) {
      text += expression(depth) + ": " + expression(depth) + (i > 1 ? ", " : "");
    }
    return text;
  }
  std::string call(int depth) {
    const Function& function = *one_of(all_functions());
    std::string text = std::string(function.name) + "(";
    const std::size_t most = function.parameters.size() + (function.variadic ? 2 : 0);
    const std::size_t count =
        pick(8) == 0 ? pick(5) : function.required + pick(most - function.required + 1);
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) text += ", ";
      text += expression(depth);
    }
    return text + ")";
  }

  Random random_;
};

inline std::string generate_expression(std::uint64_t seed) { return Generator(seed).expression(4); }

// A target that may or may not exist in that scope, and an expression that changes something there.
inline std::string generate_target(std::uint64_t seed) { return Generator(seed).target(); }
inline std::string generate_change(std::uint64_t seed) { return Generator(~seed).change(); }

}  // namespace millrace
