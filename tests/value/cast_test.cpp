// What the vectors (cast_vectors_test.cpp) leave open.
#include "value/cast.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "value/convert.h"
#include "value/generate.h"
#include "value/json.h"

namespace millrace {
namespace {

Value stored(const Value& value, Type type) {
  Outcome outcome = cast(value, type);
  if (const Error* error = std::get_if<Error>(&outcome)) ADD_FAILURE() << error->message();
  return std::holds_alternative<Value>(outcome) ? std::get<Value>(outcome) : Value::absent();
}

std::string refusal(const Value& value, Type type) {
  const Outcome outcome = cast(value, type);
  const Error* error = std::get_if<Error>(&outcome);
  return error != nullptr ? error->message() : "no error";
}

bool refuses(const Value& value, Type type) {
  return std::holds_alternative<Error>(cast(value, type));
}

TEST(Cast, SaysWhatCannotBeCastToWhat) {
  EXPECT_EQ(refusal(Value::text("x"), Type::Integer),
            "cannot cast text \"x\" to Integer: it is no whole number of 64 bits");
  EXPECT_EQ(refusal(Value::list({}), Type::Float), "cannot cast a list to Float");
  EXPECT_EQ(refusal(Value::text("abc"), Type::Duration),
            "cannot cast text \"abc\" to Duration: it has no unit; write it as 1h30m");
  EXPECT_EQ(refusal(Value::text(std::string(100, 'x')), Type::DateTime).substr(0, 20),
            "cannot cast text \"xx");
}

TEST(Cast, KeepsAll64Bits) {
  EXPECT_EQ(stored(Value::text("9223372036854775807"), Type::Integer).as_integer(), INT64_MAX);
  EXPECT_EQ(stored(Value::unsigned_integer(UINT64_MAX), Type::ID).as_unsigned(), UINT64_MAX);
  EXPECT_EQ(stored(Value::integer(INT64_MAX), Type::UnsignedInteger).as_unsigned(),
            static_cast<std::uint64_t>(INT64_MAX));
  EXPECT_EQ(stored(Value::unsigned_integer(UINT64_MAX), Type::Integer).as_integer(), -1);
}

TEST(Cast, TruncatesFloats) {
  EXPECT_EQ(stored(Value::floating(-1.9), Type::Integer).as_integer(), -1);
  EXPECT_EQ(stored(Value::floating(NAN), Type::Integer).as_integer(), INT64_MIN);
  EXPECT_EQ(stored(Value::floating(1e300), Type::Integer).as_integer(), INT64_MIN);
  EXPECT_EQ(stored(Value::floating(NAN), Type::ID).as_unsigned(), std::uint64_t{1} << 63);
  EXPECT_EQ(stored(Value::floating(0x1p63), Type::ID).as_unsigned(), std::uint64_t{1} << 63);
  EXPECT_TRUE(refuses(Value::floating(-0.5), Type::UnsignedInteger));
  EXPECT_EQ(stored(Value::floating(-0.0), Type::UnsignedInteger).as_unsigned(), 0U);
}

TEST(Cast, ReadsIntegersByTheirPrefix) {
  EXPECT_EQ(stored(Value::text("010"), Type::Integer).as_integer(), 8);
  EXPECT_EQ(stored(Value::text("-0x10"), Type::Integer).as_integer(), -16);
  for (const char* text : {"2.5", "1e2", " 4"})
    EXPECT_TRUE(refuses(Value::text(text), Type::Integer));
  EXPECT_TRUE(refuses(Value::text("+4"), Type::UnsignedInteger));
}

TEST(Cast, TakesBlankTextAsNothing) {
  const Value blank = Value::text(" \t\xC2\xA0\xE2\x80\x83");
  EXPECT_EQ(stored(blank, Type::Integer).as_integer(), 0);
  EXPECT_EQ(stored(blank, Type::Float).as_float(), 0);
  EXPECT_FALSE(stored(blank, Type::Boolean).as_boolean());
  EXPECT_EQ(stored(blank, Type::Duration).as_duration(), Nanos(0));
  EXPECT_TRUE(refuses(blank, Type::DateTime));
  EXPECT_TRUE(refuses(blank, Type::KV));
}

TEST(Cast, ReadsDurations) {
  EXPECT_EQ(stored(Value::text("1.9"), Type::Duration).as_duration(), Nanos(1));
  EXPECT_EQ(stored(Value::text("-2"), Type::Duration).as_duration(), Nanos(-2));
  EXPECT_EQ(stored(Value::text("1\xC2\xB5s"), Type::Duration).as_duration(), Nanos(1000));
  EXPECT_EQ(stored(Value::floating(2.9), Type::Duration).as_duration(), Nanos(2));
  EXPECT_EQ(stored(Value::integer(5), Type::Duration).as_duration(), Nanos(5));
  for (const Value& other :
       {Value::null(), Value::boolean(true), Value::instant({}), Value::text("1d")}) {
    EXPECT_TRUE(refuses(other, Type::Duration));
  }
}

TEST(Cast, ReadsDateTimes) {
  EXPECT_EQ(stored(Value::host_int(60), Type::DateTime).as_instant().seconds, 60);
  EXPECT_TRUE(stored(Value::null(), Type::DateTime).as_instant().null);
  EXPECT_TRUE(refuses(Value::floating(60), Type::DateTime));
  EXPECT_TRUE(refuses(Value::text("2021-03-04 05:06"), Type::DateTime));
}

TEST(Cast, ChecksHandles) {
  for (const char* good : {"", "ab", "a1", "a_-.b", "true"}) {
    EXPECT_EQ(stored(Value::text(good), Type::Handle).type(), Type::Handle) << good;
  }
  for (const char* bad : {"a", "1a", "a-", "a b", "_a", "ab.", "\xC3\xA9\xC3\xA9"}) {
    EXPECT_TRUE(refuses(Value::text(bad), Type::Handle)) << bad;
  }
}

TEST(Cast, MakesKvOfMapsAndJsonTexts) {
  const Value map = Value::map({{"n", Value::floating(1e21)}, {"l", Value::list({})}});
  const Value kv = stored(map, Type::KV);
  EXPECT_EQ(kv.dict().find("n")->as_text(), "1000000000000000000000");
  EXPECT_EQ(kv.dict().find("l")->as_text(), "");
  EXPECT_EQ(stored(Value::text(R"({"a": "b", "c": null})"), Type::KV).dict().size(), 2U);
  EXPECT_TRUE(stored(Value::text("null"), Type::KV).dict().empty());
  for (const char* text : {"", "x", "[]", R"({"a": 1})"}) {
    EXPECT_TRUE(refuses(Value::text(text), Type::KV)) << text;
  }
  EXPECT_TRUE(refuses(Value::kvv({}), Type::KV));
  EXPECT_TRUE(refuses(Value::vars({}), Type::KV));
}

TEST(Cast, MakesKvvOfMapsAndJsonTexts) {
  const Value map = Value::map({{"l", Value::list({Value::floating(1), Value::map({})})},
                                {"a", Value::array({Value::integer(1)})},
                                {"t", Value::text("a b")}});
  const Value kvv = stored(map, Type::KVV);
  EXPECT_EQ(*kvv.dict().find("l"), Value::text_list({Value::text("1"), Value::text("")}));
  EXPECT_EQ(*kvv.dict().find("a"), Value::text_list({Value::text("")}));
  EXPECT_EQ(*kvv.dict().find("t"), Value::text_list({Value::text("a b")}));
  EXPECT_EQ(
      stored(Value::kv({{"a", Value::text("b c")}}), Type::KVV).dict().find("a")->items().size(),
      1U);
  EXPECT_EQ(
      stored(Value::text(R"({"a": ["b", null]})"), Type::KVV).dict().find("a")->items().size(), 2U);
  EXPECT_TRUE(refuses(Value::text(R"({"a": "b"})"), Type::KVV));
}

TEST(Cast, TypifiesTheItemsOfArrays) {
  const Value array = stored(Value::list({Value::floating(1), Value::map({})}), Type::Array);
  EXPECT_EQ(array.items()[0].type(), Type::Float);
  EXPECT_EQ(array.items()[1].type(), Type::Vars);
  EXPECT_EQ(stored(Value::bytes("\x01"), Type::Array).items()[0],
            Value::unsigned_integer(1).with_type(Type::UnsignedInteger));
  EXPECT_TRUE(stored(Value::integer(5), Type::Array).items().empty());
}

TEST(Cast, AsksForAReadersContent) {
  class Waiting final : public Reader {
   public:
    std::optional<Result<std::string_view>> drained() const override { return std::nullopt; }
    std::size_t bytes_held() const override { return 0; }
  };
  const Value waiting = Value::reader(make_ref<Waiting>());
  for (const Type type : {Type::String, Type::Bytes, Type::Handle}) {
    EXPECT_TRUE(std::holds_alternative<Needs>(cast(waiting, type)));
  }
  EXPECT_TRUE(std::holds_alternative<Needs>(cast(Value::map({{"r", waiting}}), Type::KV)));
  EXPECT_TRUE(std::holds_alternative<Value>(cast(waiting, Type::Reader)));
  EXPECT_EQ(stored(Value::reader(make_ref<TextReader>("body")), Type::Bytes).as_bytes(), "body");
}

TEST(TypeResult, KeepsATypedArrayWhateverIsAsked) {
  const Value array = Value::array({Value::integer(1)});
  EXPECT_EQ(std::get<Value>(type_result(array, Type::String, std::nullopt)), array);
  EXPECT_TRUE(std::holds_alternative<Error>(
      type_result(Value::list({Value::integer(1)}), Type::String, std::nullopt)));
}

TEST(TypeResult, UnderAnyFollowsWhatTheStepSetBefore) {
  EXPECT_EQ(std::get<Value>(type_result(Value::floating(1), Type::Any, Type::Integer)).type(),
            Type::Integer);
  EXPECT_EQ(std::get<Value>(type_result(Value::floating(1), Type::Any, std::nullopt)).type(),
            Type::Float);
  EXPECT_EQ(std::get<Value>(type_result(Value::kv({}), Type::Any, Type::Vars)).type(), Type::KV);
}

RC_GTEST_PROP(CastProperty, CastingToTheSameTypeChangesNothing, ()) {
  const Value value = *generate_typed();
  const Outcome again = cast(value, value.type());
  RC_ASSERT(std::holds_alternative<Value>(again));
  RC_ASSERT(std::get<Value>(again) == value);
}

RC_GTEST_PROP(CastProperty, ScalarsComeBackFromTheirText, ()) {
  const Value value = *generate_typed_scalar();
  const Outcome text = cast(value, Type::String);
  RC_ASSERT(std::holds_alternative<Value>(text));
  const Outcome back = cast(std::get<Value>(text), value.type());
  if (value.type() == Type::DateTime) return;  // its text has a zone, and years of any length
  RC_ASSERT(std::holds_alternative<Value>(back));
  RC_ASSERT(std::get<Value>(back) == value);
}

RC_GTEST_PROP(CastProperty, NeverChangesItsInputNorFailsOtherThanByError, ()) {
  const Value value = *generate_typed();
  const auto before = to_typed_json(value);  // a copy would share what changes
  const auto type = static_cast<Type>(*rc::gen::inRange(0, 20));
  const Outcome outcome = cast(value.operand(), type);
  RC_ASSERT(before.has_value());
  RC_ASSERT(*to_typed_json(value) == *before);
  if (const Value* result = std::get_if<Value>(&outcome)) RC_ASSERT(result->type() == type);
}

}  // namespace
}  // namespace millrace
