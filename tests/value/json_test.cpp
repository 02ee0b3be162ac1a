#include "value/json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "value/generate.h"

namespace millrace {
namespace {

std::string plain(const Value& value) {
  const Attempt<std::string> json = to_json(value);
  const std::string* text = std::get_if<std::string>(&json);
  return text != nullptr ? *text : "no JSON";
}

std::string error_of(std::string_view text, const JsonLimits& limits = {}) {
  const auto value = parse_json(text, limits);
  return value ? "no error" : value.error().message();
}

TEST(ParseJson, GivesUntypedValues) {
  const auto value = parse_json(R"( {"a": [1, -0, 2.5e3, "x", null, true], "b": {}} )");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->kind(), Value::Kind::map);
  const auto items = value->dict().find("a")->items();
  EXPECT_EQ(items[0], Value::floating(1));
  EXPECT_EQ(items[1], Value::floating(-0.0));
  EXPECT_EQ(items[2], Value::floating(2500));
  EXPECT_EQ(items[3], Value::text("x"));
}

TEST(ParseJson, TakesTheLastOfEqualKeys) {
  EXPECT_EQ(plain(*parse_json(R"({"a": 1, "b": 2, "a": 3})")), R"({"a":3,"b":2})");
}

TEST(ParseJson, ReadsNumbersExactly) {
  EXPECT_EQ(*parse_json("0.1"), Value::floating(0.1));
  EXPECT_EQ(*parse_json("9007199254740993"), Value::floating(9007199254740992.0));
  EXPECT_EQ(*parse_json("123456789012345678901234567890"),
            Value::floating(123456789012345678901234567890.0));
  EXPECT_EQ(*parse_json("2.2250738585072011e-308"), Value::floating(2.2250738585072011e-308));
  EXPECT_EQ(*parse_json("1e-400"), Value::floating(0));
  EXPECT_EQ(*parse_exact_json("9223372036854775807"), Value::integer(INT64_MAX));
  EXPECT_EQ(*parse_exact_json("18446744073709551615"), Value::unsigned_integer(UINT64_MAX));
}

TEST(ParseJson, ReadsEscapes) {
  EXPECT_EQ(parse_json(R"("a\n\"\\\/\u00e9\ud83d\udc0e")")->as_text(),
            "a\n\"\\/\xC3\xA9\xF0\x9F\x90\x8E");
  const std::string long_key(50, 'k');
  EXPECT_NE(parse_json("{\"" + long_key + "\\u0041\": 1}")->dict().find(long_key + "A"), nullptr);
}

TEST(ParseJson, SaysWhereItIsBad) {
  EXPECT_EQ(error_of("{\"a\": 1,\n \"\xC3\xA9\": x}"),
            "bad JSON at line 2, column 7: the character 'x' is not expected here");
  EXPECT_EQ(error_of("[1, 2"), "bad JSON at line 1, column 6: it ends too early");
  EXPECT_EQ(error_of("[1] 2"),
            "bad JSON at line 1, column 5: something follows after the end of the value");
  EXPECT_NE(error_of("[1e999]").find("too large"), std::string::npos);
  EXPECT_NE(error_of("").find("ends too early"), std::string::npos);
}

TEST(ParseJson, RefusesWhatIsNoJson) {
  for (const char* bad : {"nul",
                          "01",
                          "+1",
                          ".5",
                          "1.",
                          "'x'",
                          "[1,]",
                          "{\"a\":1,}",
                          "{a:1}",
                          "{1:2}",
                          "[",
                          "\"\\x\"",
                          "\"\\ud83d\"",
                          "\"a\nb\"",
                          "//c\n1",
                          "NaN",
                          "Infinity",
                          "0x10",
                          "1 2",
                          "\xEF\xBB\xBF"
                          "1",
                          "{\"a\"}",
                          "[1 2]",
                          "\"",
                          "-",
                          "tru",
                          "]",
                          "\x01"}) {
    EXPECT_FALSE(parse_json(bad)) << bad;
  }
}

TEST(ParseJson, HasLimits) {
  const std::string deep(100'000, '[');
  const auto too_deep = parse_json(deep);
  ASSERT_FALSE(too_deep);
  EXPECT_EQ(too_deep.error().kind(), ErrorKind::exhausted);
  EXPECT_TRUE(parse_json("[[1]]", {.depth = 2}));
  EXPECT_FALSE(parse_json("[[[1]]]", {.depth = 2}));
  const auto too_long = parse_json("[1, 2, 3]", {.bytes = 8});
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().kind(), ErrorKind::exhausted);
}

TEST(ToJson, DropsTypes) {
  const Value id = Value::unsigned_integer(UINT64_MAX).with_type(Type::ID);
  Instant instant;
  instant.nanos = 500'000'000;
  const Value vars = Value::vars({{"a", Value::array({id, Value::boolean(true)})},
                                  {"b", Value::bytes("hi")},
                                  {"d", Value::instant(instant)},
                                  {"du", Value::duration(Nanos(1500))},
                                  {"k", Value::kvv({{"x", Value::text_list({Value::text("1")})}})},
                                  {"r", Value::reader(make_ref<TextReader>("body"))},
                                  {"u", Value::url("http://x")}});
  EXPECT_EQ(plain(vars),
            R"({"a":[18446744073709551615,true],"b":"aGk=","d":"1970-01-01T00:00:00.5Z","du":1500,)"
            R"("k":{"x":["1"]},"r":"body","u":"http://x"})");
}

TEST(ToJson, RefusesWhatJsonLacks) {
  EXPECT_TRUE(std::holds_alternative<Error>(to_json(Value::list({Value::floating(NAN)}))));
  Value large = Value::list({Value::text("0123456789")});
  for (int i = 0; i < 100; ++i) large = Value::list({large, large});
  EXPECT_TRUE(std::holds_alternative<Error>(to_json(large, 1'000'000)));
  EXPECT_FALSE(to_typed_json(large, 1'000'000));
}

TEST(AppendJsonString, EscapesWhatMustBeAndMendsWhatIsBroken) {
  const auto quoted = [](std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
  };
  EXPECT_EQ(quoted("a\"\\\n\x01\x7F/<"), "\"a\\\"\\\\\\n\\u0001\x7F/<\"");
  EXPECT_EQ(quoted("k\xC5\xAF\xF0\x9F\x90\x8E"), "\"k\xC5\xAF\xF0\x9F\x90\x8E\"");
  EXPECT_EQ(quoted("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
  for (const char* broken : {"\xC5", "\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82"}) {
    EXPECT_NE(quoted(broken).find("\xEF\xBF\xBD"), std::string::npos);
  }
}

TEST(TypedJson, SpellsEveryType) {
  EXPECT_EQ(*to_typed_json(Value::unsigned_integer(7).with_type(Type::ID)),
            R"({"@type":"ID","@value":"7"})");
  EXPECT_EQ(*to_typed_json(Value::duration(std::chrono::minutes(90)).with_type(Type::Duration)),
            R"({"@type":"Duration","@value":"1h30m0s"})");
  EXPECT_EQ(*to_typed_json(Value::floating(NAN).with_type(Type::Float)),
            R"({"@type":"Float","@value":"NaN"})");
  EXPECT_EQ(*to_typed_json(Value::null_instant().with_type(Type::DateTime)),
            R"({"@type":"DateTime","@value":null})");
  EXPECT_EQ(*to_typed_json(Dict{{"a", Value::array({Value::null()})}}),
            R"({"a":{"@type":"Array","@value":[{"@type":"Any","@value":null}]}})");
}

TEST(TypedJson, ReadsEveryType) {
  const auto read = [](std::string_view text) { return *from_typed_json(text); };
  EXPECT_EQ(read(R"({"@value": "-Inf", "@type": "Float"})"),
            Value::floating(-HUGE_VAL).with_type(Type::Float));
  EXPECT_EQ(read(R"({"@type": "ID", "@value": 18446744073709551615})").as_unsigned(), UINT64_MAX);
  EXPECT_EQ(read(R"({"@type": "Integer", "@value": -9223372036854775808})").as_integer(),
            INT64_MIN);
  EXPECT_EQ(read(R"({"@type": "Duration", "@value": 1500})").as_duration(), Nanos(1500));
  EXPECT_EQ(read(R"({"@type": "Any", "@value": {"n": [1]}})"),
            Value::map({{"n", Value::list({Value::floating(1)})}}));
  EXPECT_EQ(read(R"({"@type": "Meta", "@value": {"n": 1}})"),
            Value::meta({{"n", Value::floating(1)}}));
  EXPECT_EQ(read(R"({"@type": "Reader", "@value": null})").type(), Type::Reader);
  EXPECT_EQ(read(R"({"@type": "Array", "@value": null})"), Value::array({}));
  EXPECT_EQ(read(R"({"@type": "Array", "@value": [1]})"), Value::array({Value::floating(1)}));
}

TEST(TypedJson, RefusesWhatIsNone) {
  for (const char* bad :
       {"1", "{}", R"({"@type": 1})", R"({"@type": "integer", "@value": 1})",
        R"({"@type": "Integer", "@value": "x"})", R"({"@type": "Bytes", "@value": "x"})",
        R"({"@type": "Vars", "@value": []})", R"({"@type": "Array", "@value": {}})",
        R"({"@type": "HttpRequest", "@value": {}})", R"({"@type": "Url", "@value": ":"})",
        R"({"@type": "Duration", "@value": "1 week"})"}) {
    EXPECT_FALSE(from_typed_json(bad)) << bad;
  }
}

TEST(TypedJson, SaysWhereTheBadValueIs) {
  const auto bad =
      from_json_input(R"({"a": {"@type": "Array", "@value": [1, {"@type": "Flot"}]}})");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().to_line(), "\"a\", item 1: there is no type \"Flot\": did you mean Float?");
}

TEST(JsonInput, TakesTypedAndPlainValues) {
  const auto input =
      from_json_input(R"({"n": {"@type": "Integer", "@value": 4}, "p": {"x": [1]}})");
  ASSERT_TRUE(input);
  EXPECT_EQ(*input->find("n"), Value::integer(4).with_type(Type::Integer));
  EXPECT_EQ(*input->find("p"), Value::map({{"x", Value::list({Value::floating(1)})}}));
  EXPECT_FALSE(from_json_input("[]"));
}

RC_GTEST_PROP(JsonProperty, TypedValuesComeBack, ()) {
  const Value value = *generate_typed();
  const std::string text = *to_typed_json(value);
  const auto back = from_typed_json(text);
  RC_ASSERT(static_cast<bool>(back));
  // Bytes that are not UTF-8 are mended on the way; the generator's texts are all UTF-8.
  RC_ASSERT(*back == value);
  RC_ASSERT(*to_typed_json(*back) == text);
}

RC_GTEST_PROP(JsonProperty, PlainValuesComeBack, ()) {
  const Value value = *generate_plain();
  const auto back = parse_json(plain(value));
  RC_ASSERT(static_cast<bool>(back));
  RC_ASSERT(*back == value);
}

RC_GTEST_PROP(JsonProperty, AnyBytesGiveAValueOrAnError, (const std::string& bytes)) {
  const auto value = from_json_input(bytes);
  RC_ASSERT(value.has_value() || !value.error().message().empty());
}

}  // namespace
}  // namespace millrace
