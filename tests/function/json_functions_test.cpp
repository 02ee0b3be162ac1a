// jsonParserParse, jsonParserStringify, jsonParserTemplate: a row for each thing they do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "function/calling.h"
#include "function/json/json_template.h"
#include "function/json/object_literal.h"
#include "value/json.h"

namespace millrace {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string shown(const Dict& results, std::string_view name = "result") {
  const Value* result = results.find(name);
  return result == nullptr ? *to_typed_json(results) : *to_typed_json(*result);
}

struct Row {
  std::string_view given;
  std::string_view result;
};

std::string parsed(std::string_view json) {
  return shown(results_of("jsonParserParse", {{"jsonText", Value::text(json)}}));
}

std::string parse_error(std::string_view json) {
  const Dict results = results_of("jsonParserParse", {{"jsonText", Value::text(json)}});
  EXPECT_TRUE(results.contains("error")) << *to_typed_json(results);
  if (!results.contains("error")) return "";
  EXPECT_TRUE(results.find("result")->is_null());
  return text_of(results, "error");
}

TEST(JsonParse, GivesPlainValues) {
  constexpr Row kRows[] = {
      {R"({"a": [1, 2.5, "x", null, true]})",
       R"({"@type":"Any","@value":{"a":[1,2.5,"x",null,true]}})"},
      {"4", R"({"@type":"Any","@value":4})"},
      {" \n\t[ ]\xC2\xA0", R"({"@type":"Any","@value":[]})"},
      {R"({"a":1,"a":2})", R"({"@type":"Any","@value":{"a":2}})"},
      {"9007199254740993", R"({"@type":"Any","@value":9007199254740992})"},
      {"\"a\xFFz\"", "{\"@type\":\"Any\",\"@value\":\"a\xEF\xBF\xBDz\"}"},
      {"null", R"({"@type":"Any","@value":null})"},
  };
  for (const Row& row : kRows) EXPECT_EQ(parsed(row.given), row.result) << row.given;
}

TEST(JsonParse, NumbersAreFloat) {
  const Dict results = results_of("jsonParserParse", {{"jsonText", Value::text("[1]")}});
  EXPECT_TRUE(results.find("result")->items()[0].is_float());
  EXPECT_EQ(results.find("error")->type(), Type::String);
  EXPECT_EQ(text_of(results, "error"), "");
}

TEST(JsonParse, WhatIsWrongDoesNotFailTheStep) {
  constexpr Row kRows[] = {
      {"", "jsonText is empty"},
      {"  ", "bad JSON at line 1, column 1: it ends too early"},
      {"{\"a\":\n 1,,}", "bad JSON at line 2, column 4: the character ',' is not expected here"},
      {"1 2", "bad JSON at line 1, column 3: something follows after the end of the value"},
      {"1e999", "bad JSON at line 1, column 6: the number is too large"},
      {"[\"a", "bad JSON at line 1, column 4: it ends too early"},
      {"\xFF", "bad JSON at line 1, column 1: the character '\xEF' is not expected here"},
  };
  for (const Row& row : kRows) EXPECT_EQ(parse_error(row.given), row.result) << row.given;
}

TEST(JsonParse, DepthIsLimited) {
  EXPECT_THAT(parse_error(std::string(100'000, '[')), HasSubstr("it nests deeper than is allowed"));
}

std::string stringified(Value value, FunctionOptions options = {}) {
  const Dict results =
      results_of("jsonParserStringify", {{"jsonObject", std::move(value)}}, std::move(options));
  if (!results.contains("result")) return text_of(results, "failed");
  const std::string error = text_of(results, "error");
  return error.empty() ? text_of(results, "result") : "error: " + error;
}

TEST(JsonStringify, WritesPlainJson) {
  const Value typed = *from_typed_json(R"({"@type": "Vars", "@value": {
    "id": {"@type": "ID", "@value": "42"},
    "when": {"@type": "DateTime", "@value": "2021-03-04T05:06:07Z"},
    "list": {"@type": "Array", "@value": [{"@type": "Integer", "@value": 9007199254740993}]},
    "kv": {"@type": "KV", "@value": {"a": "<b>"}}}})");
  EXPECT_EQ(stringified(typed), R"({"id":42,"kv":{"a":"\u003cb\u003e"},"list":[9007199254740993],)"
                                R"("when":"2021-03-04T05:06:07Z"})");
  EXPECT_EQ(stringified(Value::map({{"b", Value::floating(1e21)}, {"a", Value::null()}})),
            R"({"a":null,"b":1e+21})");
  EXPECT_EQ(stringified(Value::floating(4)), "4");
  EXPECT_EQ(stringified(Value::boolean(false)), "false");
  EXPECT_EQ(stringified(Value::list({Value::reader(make_ref<TextReader>("x\"y"))})), R"(["x\"y"])");
}

TEST(JsonStringify, ATextThatIsJsonStaysAsItIs) {
  constexpr Row kRows[] = {
      {" {\"b\": 1, \"a\": `no` } ", R"({"b": 1, "a": "no" })"},
      {" {\"b\": 1, \"a\": 2 } ", R"({"b": 1, "a": 2 })"},
      {"{\"a\": \"x`y`z\"}", R"({"a": "x`y`z"})"},
      {"4", "4"},
      {"tea", R"("tea")"},
      {"say \"<tea>\"", R"("say \"\u003ctea\u003e\"")"},
      {"{not json", R"("{not json")"},
      {"{\"path\": \"a\\d\\\\q\"}", R"({"path": "a\\d\\q"})"},
      {"[`a \"b\"\r\n\\d`]", R"(["a \"b\"\n\\d"])"},
      {"", "error: jsonObject is empty"},
      {" \n", "error: jsonObject is empty"},
  };
  for (const Row& row : kRows) EXPECT_EQ(stringified(Value::text(row.given)), row.result);
  EXPECT_EQ(stringified(Value::reader(make_ref<TextReader>("[1]"))), "[1]");
  EXPECT_EQ(stringified(Value::null()), "error: jsonObject is empty");
}

TEST(JsonStringify, SaysWhatCannotBeWritten) {
  EXPECT_THAT(stringified(Value::list({Value::floating(std::nan(""))})),
              HasSubstr("error: JSON has no form for a number that is not finite"));
  EXPECT_THAT(stringified(Value::text(std::string(1000, '['))), HasSubstr("nests deeper"));
  // A small value with a text of 2^40 bytes.
  Value bomb = Value::text(std::string(1024, 'x'));
  for (int i = 0; i < 30; ++i) bomb = Value::list({bomb, bomb});
  FunctionOptions options;
  options.fuel.bytes = 1 << 20;
  EXPECT_THAT(stringified(bomb, options),
              StartsWith("exhausted: this makes values of more than 1048576 bytes"));
  EXPECT_THAT(stringified(Value::text(std::string(2 << 20, 'x')), options),
              StartsWith("exhausted"));
}

TEST(ObjectLiteral, AnyTextIsMended) {
  EXPECT_EQ(mend_object_literal("`"), "\"\"");
  EXPECT_EQ(mend_object_literal("\\"), "\\\\");
  EXPECT_EQ(mend_object_literal("\"\\\"`\""), "\"\\\"`\"");
  EXPECT_EQ(mend_object_literal("`\\`"), "\"\\\\\"");
  EXPECT_EQ(mend_object_literal("{a: 1}"), "{a: 1}");
}

const Dict& variables() {
  static const Dict kVariables = *from_json_input(R"({
    "name": "Ann", "n": {"@type": "Integer", "@value": 4000000}, "f": 1000000, "none": null,
    "user": {"@type": "Vars", "@value": {"name": {"@type": "String", "@value": "Bob"}}},
    "plain": {"deep": {"er": true}, "list": [1, "b"]},
    "kv": {"@type": "KV", "@value": {"k": "v"}}, "bad": "a\"b\\c\nd\re\tf\u0001", "": "empty"})");
  return kVariables;
}

std::string filled(std::string_view text) {
  Fuel fuel{FuelLimits{}};
  auto result = fill_template(fuel, text, variables());
  return result ? *result : "failed: " + result.error().message();
}

TEST(JsonTemplate, PutsValuesIn) {
  constexpr Row kRows[] = {
      {"${var.name}", "Ann"},
      {"${anything.name}", "Ann"},
      {"${name}", "Ann"},
      {"${var.user.name} ${var.plain.deep.er}", "Bob true"},
      {"${var.n} ${var.f}", "4000000 1e+06"},
      {"${var.plain.list} ${var.plain.deep} ${var.kv} ${var.kv.k}",
       "[1 b] map[er:true] map[k:v] v"},
      {"\"${var.bad}\"", R"("a\"b\\c\nde\tf\u0001")"},
      {"${}${var.}", "emptyempty"},
      {"", ""},
      {"a ${b", "a ${b"},
      {"$ {name} $${name}$", "$ {name} $Ann$"},
  };
  for (const Row& row : kRows) EXPECT_EQ(filled(row.given), row.result) << row.given;
}

TEST(JsonTemplate, LeavesWhatNamesNothing) {
  for (const std::string_view text :
       {"${var.no}", "${user.name.more}", "${var.none}", "${var.user.no}", "${ name }", "${var..}",
        "${var.name.}", "${a.b.c.d}", "${var.plain.list.0}", "${${name}}"}) {
    EXPECT_EQ(filled(text), text);
  }
}

TEST(JsonTemplate, ABombRunsOutOfFuel) {
  Fuel fuel{FuelLimits{.operations = 1'000'000, .bytes = 1 << 20}};
  const Dict vars = {{"x", Value::text(std::string(10'000, '"'))}};
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "${x}";
  auto result = fill_template(fuel, text, vars);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind(), ErrorKind::exhausted);
}

TEST(JsonTemplate, AsAFunction) {
  const Value text = Value::text("{\"a\": \"${v.a}\"}");
  const Dict results = results_of(
      "jsonParserTemplate", {{"template", text}, {"vars", Value::map({{"a", Value::text("\"")}})}});
  EXPECT_EQ(text_of(results, "result"), "{\"a\": \"\\\"\"}");
  EXPECT_EQ(text_of(results, "error"), "");
  EXPECT_EQ(text_of(results_of("jsonParserTemplate", {{"template", text}}), "result"),
            "{\"a\": \"${v.a}\"}");
  EXPECT_EQ(text_of(results_of("jsonParserTemplate", {{"template", Value::text("")}}), "error"),
            "template is empty");
}

}  // namespace
}  // namespace millrace
