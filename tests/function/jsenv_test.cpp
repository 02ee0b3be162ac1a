// jsenvExecute: its arguments, results and limits.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "function/calling.h"
#include "support/measure.h"
#include "support/millrace_binary.h"

namespace millrace {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;

struct Jsenv : Calling {
  Task<Result<Dict>> execute(Dict arguments) { return call("jsenvExecute", std::move(arguments)); }
  Task<Result<Dict>> execute(std::string source, Value scope = Value::null()) {
    return execute({{"source", Value::text(std::move(source))}, {"scope", std::move(scope)}});
  }
  Task<std::string> error(Dict arguments) {
    auto results = co_await execute(std::move(arguments));
    co_return results ? "no error" : results.error().to_line();
  }
};

void with_jsenv(const std::function<Task<void>(Jsenv&)>& main, ScriptLimits limits = {}) {
  FunctionOptions options;
  options.script = {.limits = limits, .program = MILLRACE_BINARY};
  calling(
      [&](Calling& here) -> Task<void> {
        Jsenv jsenv{here};
        co_await main(jsenv);
      },
      std::move(options));
  EXPECT_THAT(support::children(), testing::IsEmpty());
}

// "string|int|bool|any" as JSON would show them.
std::string shown(const Dict& results) {
  return fmt::format("{}|{}|{}|{}", results.find("resultString")->as_text(),
                     results.find("resultInt")->as_integer(),
                     results.find("resultBool")->as_boolean(),
                     static_cast<int>(results.find("resultAny")->kind()));
}

TEST(Jsenv, EachResultIsForOneTypeAndTheLastForAll) {
  using Kind = Value::Kind;
  const std::vector<std::tuple<std::string, std::string, Kind>> cases{
      {"return 'abc'", "abc|0|false", Kind::text},   {"return 42", "|42|false", Kind::integer},
      {"return 84 / 2", "|42|false", Kind::integer}, {"return 42.69", "|0|false", Kind::floating},
      {"return true", "|0|true", Kind::boolean},     {"return '42'", "42|0|false", Kind::text},
      {"return null", "|0|false", Kind::null},       {"", "|0|false", Kind::null},
      {"return [1]", "|0|false", Kind::list},        {"return {a: 1}", "|0|false", Kind::map},
  };
  with_jsenv([&](Jsenv& jsenv) -> Task<void> {
    for (const auto& [source, expected, kind] : cases) {
      auto results = co_await jsenv.execute(source);
      EXPECT_TRUE(results) << source << results.error().to_line();
      if (!results) continue;
      EXPECT_EQ(shown(*results), expected + "|" + std::to_string(static_cast<int>(kind))) << source;
      EXPECT_EQ(results->find("resultInt")->type(), Type::Integer);
      EXPECT_EQ(results->find("resultString")->type(), Type::String);
      EXPECT_EQ(results->find("resultBool")->type(), Type::Boolean);
    }
  });
}

TEST(Jsenv, ReadersReachTheScriptAsTheirContent) {
  with_jsenv([](Jsenv& jsenv) -> Task<void> {
    const Value reader = Value::reader(make_ref<TextReader>(R"({"n": 41})"));
    auto results = co_await jsenv.execute("return JSON.parse(input).n + 1", reader);
    EXPECT_TRUE(results);
    if (results) EXPECT_EQ(results->find("resultInt")->as_integer(), 42);
    const Value twice = Value::vars({{"a", reader}, {"b", Value::list({reader})}});
    results = co_await jsenv.execute("return input.a === input.b[0] && input.a.length", twice);
    EXPECT_TRUE(results);
    if (results) EXPECT_EQ(results->find("resultInt")->as_integer(), 9);
  });
}

TEST(Jsenv, ErrorsSayWhichArgumentAndWhereInIt) {
  with_jsenv([](Jsenv& jsenv) -> Task<void> {
    EXPECT_EQ(co_await jsenv.error({{"source", Value::text("let a;\nreturn b")}}),
              "argument \"source\" of step 7, line 2, column 1: ReferenceError: b is not defined");
    EXPECT_EQ(co_await jsenv.error({{"source", Value::text("return new Map()")}}),
              "argument \"source\" of step 7: the script returned a Map: return "
              "Object.fromEntries(map)");
    EXPECT_THAT(co_await jsenv.error({{"scope", Value::null()}}),
                HasSubstr("argument \"source\" of step 7: it is missing"));
    const Value request = Value::opaque(Type::HttpRequest, make_ref<TextReader>(""));
    EXPECT_THAT(co_await jsenv.error({{"source", Value::text("")}, {"scope", request}}),
                AllOf(HasSubstr("argument \"scope\" of step 7"), HasSubstr("HttpRequest")));
    EXPECT_THAT(co_await jsenv.error(
                    {{"source", Value::text("")}, {"timeout", Value::duration(milliseconds(-1))}}),
                HasSubstr("argument \"timeout\" of step 7: it is negative"));
  });
}

TEST(Jsenv, ItsLimitIsTheArgumentsOrTheSettings) {
  with_jsenv(
      [](Jsenv& jsenv) -> Task<void> {
        const Value endless = Value::text("for (;;);");
        EXPECT_THAT(co_await jsenv.error({{"source", endless}}),
                    AllOf(HasSubstr("deadline of 300ms"), HasSubstr("setting script.timeout")));
        EXPECT_THAT(
            co_await jsenv.error({{"source", endless}, {"timeout", Value::text("200ms")}}),
            AllOf(HasSubstr("deadline of 200ms"), HasSubstr("argument \"timeout\" of step 7"),
                  HasSubstr("while running the script")));
        auto longer = co_await jsenv.execute(
            {{"source",
              Value::text("const end = Date.now() + 500; while (Date.now() < end); return 1")},
             {"timeout", Value::text("0s")}});
        EXPECT_TRUE(longer) << longer.error().to_line();
      },
      ScriptLimits{.timeout = milliseconds(300)});
}

}  // namespace
}  // namespace millrace
