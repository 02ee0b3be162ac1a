// What a script sees, and what becomes of what it returns.

#include "script/running.h"
#include "value/json.h"

namespace millrace {
namespace {

using testing::HasSubstr;

Value text(std::string_view content) { return Value::text(content); }

TEST(ScriptValues, ReachTheScriptAsPlainValues) {
  struct Case {
    Value input;
    std::string source;
    Value expected;
  };
  const std::int64_t large = (std::int64_t{1} << 53) + 1;
  const std::vector<Case> cases{
      {Value::null(), "return input === null", Value::boolean(true)},
      {Value::boolean(true), "return input === true", Value::boolean(true)},
      {Value::integer(-4).with_type(Type::Integer), "return input * 2", Value::integer(-8)},
      {Value::host_int(3), "return input + 1", Value::integer(4)},
      {Value::integer(large), "return typeof input + input", text("bigint9007199254740993")},
      {Value::integer(large), "return input", Value::integer(large)},
      {Value::unsigned_integer(7).with_type(Type::UnsignedInteger), "return input + 1",
       Value::integer(8)},
      {Value::unsigned_integer(~std::uint64_t{0}), "return input",
       Value::unsigned_integer(~std::uint64_t{0})},
      {Value::unsigned_integer(~std::uint64_t{0}).with_type(Type::ID), "return input + '!'",
       text("18446744073709551615!")},
      {Value::floating(0.5), "return input + input", Value::integer(1)},
      {Value::floating(-0.0), "return input", Value::floating(-0.0)},
      {Value::floating(INFINITY), "return input", Value::floating(INFINITY)},
      {text("na\u00efve \U0001F40E"), "return input.length + input",
       text("8na\u00efve \U0001F40E")},
      {text("a\xff"), "return input", text("a\uFFFD")},
      {Value::bytes("a\xff"), "return [input instanceof Uint8Array, input.length, input[1]].join()",
       text("true,2,255")},
      {Value::bytes("a\xff"), "return input", Value::bytes("a\xff")},
      {Value::duration(std::chrono::seconds(2)), "return input / 1e9", Value::integer(2)},
      {Value::instant(Instant{.seconds = 0, .nanos = 5'000'000, .offset_minutes = 120}),
       "return input + ' ' + new Date(input).getTime()", text("1970-01-01T02:00:00.005+02:00 5")},
      {Value::null_instant(), "return input === null", Value::boolean(true)},
      {Value::url("http://a/"), "return input", text("http://a/")},
      {Value::reader(make_ref<TextReader>("line\n")), "return input.trim()", text("line")},
      {Value::array(
           {Value::integer(1).with_type(Type::Integer), text("x").with_type(Type::String)}),
       "return Array.isArray(input) && input.join()", text("1,x")},
      {Value::kv({{"a", text("1")}}), "return input.a", text("1")},
      {Value::kvv({{"a", Value::text_list(std::vector<std::string>{"1", "2"})}}),
       "return input.a[1]", text("2")},
      {Value::vars({{"n", Value::integer(4).with_type(Type::Integer)},
                    {"deep", Value::vars({{"list", Value::list({text("z")})}})}}),
       "return input.n + input.deep.list[0]", text("4z")},
      {Value::vars({{"r", Value::reader(make_ref<TextReader>("there"))}}), "return input.r",
       text("there")},
      {Value::map({{"__proto__", text("mine")}}),
       "return Object.keys(input).join() + Object.getPrototypeOf(input).constructor.name",
       text("__proto__Object")},
  };
  with_scripts([&](Scripts& scripts) -> Task<void> {
    for (const Case& each : cases) {
      auto returned = co_await scripts.run(each.source, each.input);
      EXPECT_TRUE(returned) << each.source << ": " << error_of(returned);
      if (returned) EXPECT_EQ(*returned, each.expected) << each.source;
    }
  });
}

TEST(ScriptValues, ComeBackAsPlainValues) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "null"},
      {"return undefined", "null"},
      {"return 4", "4"},
      {"return 2**53", "9007199254740992"},
      {"return 0.5", "0.5"},
      {"return 5n", "5"},
      {"return [1, , undefined, null]", "[1,null,null,null]"},
      {"return {b: 1, a: {c: [true]}, 7: 'x'}", R"({"7":"x","a":{"c":[true]},"b":1})"},
      {"return {get a() { return 3 }}", R"({"a":3})"},
      {"return [new Number(4), new String('s'), new Boolean(false)]", R"([4,"s",false])"},
      {"class P { constructor() { this.x = 1 } f() {} }; return new P()", R"({"x":1})"},
      {"return new Date(Date.UTC(2021, 2, 4, 5, 6, 7, 80))", R"("2021-03-04T05:06:07.08Z")"},
      {"return new Date(-1)", R"("1969-12-31T23:59:59.999Z")"},
      {"return new Uint8Array([104, 105]).buffer", R"("aGk=")"},
      {"return new Date(0).getHours() + new Date(0).getTimezoneOffset()", "0"},
      {"return 'é\\0€'", "\"é\\u0000€\""},
      {"return '\\ud800'", "\"\uFFFD\""},
      {"return new Promise(done => done(4))", "4"},
      {"return (async () => { const a = await 2; return a * 2 })()", "4"},
      {"let o = {}; Promise.resolve(1).then(n => o.later = n); return o", R"({"later":1})"},
  };
  with_scripts([&](Scripts& scripts) -> Task<void> {
    for (const auto& [source, expected] : cases) {
      auto returned = co_await scripts.run(source);
      EXPECT_TRUE(returned) << source << ": " << error_of(returned);
      if (!returned) continue;
      const auto json = to_json(*returned);
      EXPECT_EQ(std::get<std::string>(json), expected) << source;
    }
  });
}

TEST(ScriptValues, WhatIsNoValueIsRefused) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"return () => 1", "a function: call it"},
      {"return {a: [Math.max]}", "a function: call it"},
      {"return Symbol('s')", "a Symbol"},
      {"return 2n ** 64n", "more than 64 bits"},
      {"return new Map()", "Object.fromEntries"},
      {"return new Set()", "Array.from(set)"},
      {"return new Float64Array(2)", "Array.from(array)"},
      {"return new Error('x')", "throw it"},
      {"return /x/", "a RegExp"},
      {"return new Proxy([1, 2], {})", "a Proxy"},
      {"return new Date(NaN)", "no date"},
      {"return [Promise.resolve(1)]", "await it first"},
      {"return new Promise(() => {})", "nothing settles"},
      {"let a = []; a[0] = a; return a", "contains itself"},
      {"let a = []; for (let i = 0; i < 501; ++i) a = [a]; return a", "nests too deep"},
  };
  with_scripts([&](Scripts& scripts) -> Task<void> {
    for (const auto& [source, expected] : cases) {
      auto returned = co_await scripts.run(source);
      EXPECT_FALSE(returned) << source;
      if (returned) continue;
      EXPECT_EQ(returned.error().kind(), ErrorKind::invalid) << source;
      EXPECT_THAT(returned.error().message(), HasSubstr(expected)) << source;
    }
    EXPECT_EQ(scripts.pool.processes(), 1U);  // none of them cost a process
  });
}

TEST(ScriptValues, WhatItThrowsSaysWhatAndWhere) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"return scope.n * 2", "line 1, column 1: ReferenceError: scope is not defined"},
      {"let a = 1;\n  null.x;", "line 2, column 3: TypeError: null has no properties"},
      {"let a = 1;\nlet b = @;", "line 2, column 9: SyntaxError: illegal character U+0040"},
      {"if (input) {\n", "line 2, column 1: SyntaxError: missing } after function body"},
      {"}; boom(); {", "line 1, column 2: SyntaxError"},
      {"throw new RangeError('no \u00e9')", "line 1, column 7: RangeError: no \u00e9"},
      {"throw 'plain'", "it threw plain"},
      {"throw {code: 7}", R"(it threw {"code":7})"},
      {"throw undefined", "it threw undefined"},
      {"throw null", "it threw null"},
      {"throw () => 1", "an object that is no Error"},
      {"return Promise.reject(new TypeError('later'))", "TypeError: later"},
      {"return (async () => { await null; throw new Error('later') })()", "Error: later"},
      {"return {get a() { throw new Error('got') }}", "Error: got"},
      {"return import('fs')", "import"},
      {"\xff", "line 1"},
  };
  with_scripts([&](Scripts& scripts) -> Task<void> {
    for (const auto& [source, expected] : cases) {
      auto returned = co_await scripts.run(source);
      EXPECT_FALSE(returned) << source;
      if (returned) continue;
      EXPECT_EQ(returned.error().kind(), ErrorKind::invalid) << source;
      EXPECT_THAT(returned.error().to_line(), HasSubstr(expected)) << source;
    }
    auto returned = co_await scripts.run("throw new Error('x'.repeat(1e6))");
    EXPECT_LE(error_of(returned).size(), 5000U);
    EXPECT_EQ(scripts.pool.processes(), 1U);
  });
}

}  // namespace
}  // namespace millrace
