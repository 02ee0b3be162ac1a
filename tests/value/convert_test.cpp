#include "value/convert.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "value/generate.h"

namespace millrace {
namespace {

// A reader that has not been drained yet.
class WaitingReader final : public Reader {
 public:
  std::optional<Result<std::string_view>> drained() const override { return std::nullopt; }
  std::size_t bytes_held() const override { return 0; }
};

class FailedReader final : public Reader {
 public:
  std::optional<Result<std::string_view>> drained() const override {
    return Result<std::string_view>(Error(ErrorKind::deadline, "too late"));
  }
  std::size_t bytes_held() const override { return 0; }
};

std::string text_of(const Outcome& outcome) {
  const Value* value = std::get_if<Value>(&outcome);
  return value != nullptr ? std::string(value->as_text()) : "no text";
}

std::string operator_text_of(const Value& value) { return text_of(operator_text(value)); }

TEST(ToNumber, TakesNumbersDurationsAndFloatLiterals) {
  EXPECT_EQ(to_number(Value::integer(-3)), -3.0);
  EXPECT_EQ(to_number(Value::unsigned_integer(UINT64_MAX)), 0x1p64);
  EXPECT_EQ(to_number(Value::host_int(2)), 2.0);
  EXPECT_EQ(to_number(Value::duration(Nanos(1500))), 1500.0);
  EXPECT_EQ(to_number(Value::text("1.0")), 1.0);
  for (const Value& other :
       {Value::boolean(true), Value::null(), Value::text(""), Value::text("0x1f"), Value::list({}),
        Value::bytes("1"), Value::instant({}), Value::url("1")}) {
    EXPECT_EQ(to_number(other), std::nullopt);
  }
}

TEST(ToBool, TakesTheTextsOfTheReferenceAndNumbers) {
  EXPECT_EQ(to_bool(Value::null()), false);
  EXPECT_EQ(to_bool(Value::text("FALSE")), false);
  EXPECT_EQ(to_bool(Value::text("true")), true);
  EXPECT_EQ(to_bool(Value::text("0")), false);
  EXPECT_EQ(to_bool(Value::text("nan")), true);
  EXPECT_EQ(to_bool(Value::floating(-0.0)), false);
  EXPECT_EQ(to_bool(Value::integer(2)), true);
  for (const Value& other :
       {Value::text(""), Value::text("True"), Value::text("f"), Value::list({}), Value::vars({})}) {
    EXPECT_EQ(to_bool(other), std::nullopt);
  }
}

TEST(OperatorText, SpellsScalars) {
  EXPECT_EQ(operator_text_of(Value::null()), "<nil>");
  EXPECT_EQ(operator_text_of(Value::boolean(true)), "true");
  EXPECT_EQ(operator_text_of(Value::integer(2'000'000)), "2000000");
  EXPECT_EQ(operator_text_of(Value::floating(2'000'000)), "2e+06");
  EXPECT_EQ(operator_text_of(Value::duration(std::chrono::minutes(90))), "1h30m0s");
  EXPECT_EQ(operator_text_of(Value::instant({})), "1970-01-01 00:00:00 +0000 UTC");
  EXPECT_EQ(operator_text_of(Value::null_instant()), "<nil>");
  EXPECT_EQ(operator_text_of(Value::url("http://x")), "http://x");
  EXPECT_EQ(operator_text_of(Value::bytes("hi")), "[104 105]");
}

TEST(OperatorText, SpellsContainers) {
  const Value list = Value::list({Value::floating(1), Value::text("x"), Value::boolean(true)});
  EXPECT_EQ(operator_text_of(list), "[1 x true]");
  EXPECT_EQ(operator_text_of(Value::map({{"b", Value::floating(1)}, {"a", Value::text("x")}})),
            "map[a:x b:1]");
  EXPECT_EQ(operator_text_of(Value::array({Value::integer(3), Value::integer(1)})), "&{[3 1]}");
  EXPECT_EQ(operator_text_of(Value::kv({{"a", Value::text("1")}})), "&{map[a:1]}");
  EXPECT_EQ(operator_text_of(Value::kvv({{"a", Value::text_list({Value::text("1")})}})),
            "&{map[a:[1]]}");
  EXPECT_EQ(operator_text_of(Value::meta({})), "map[]");
}

TEST(OperatorText, AsksForReadersAtAnyDepth) {
  const Value waiting = Value::reader(make_ref<WaitingReader>());
  EXPECT_TRUE(std::holds_alternative<Needs>(operator_text(waiting)));
  const auto within = operator_text(Value::list({Value::map({{"r", waiting}})}));
  ASSERT_TRUE(std::holds_alternative<Needs>(within));
  EXPECT_EQ(std::get<Needs>(within).reader, waiting.as_reader());
  EXPECT_EQ(operator_text_of(Value::reader(make_ref<TextReader>("content"))), "content");
  const auto failed = operator_text(Value::reader(make_ref<FailedReader>()));
  ASSERT_TRUE(std::holds_alternative<Error>(failed));
  EXPECT_EQ(std::get<Error>(failed).kind(), ErrorKind::deadline);
}

TEST(OperatorText, EndsWhereSharedPartsMakeItEndless) {
  Value value = Value::list({Value::text("0123456789")});
  for (int i = 0; i < 100; ++i) value = Value::list({value, value});
  const auto text = operator_text(value);
  ASSERT_TRUE(std::holds_alternative<Error>(text));
  EXPECT_EQ(std::get<Error>(text).kind(), ErrorKind::exhausted);
}

TEST(CastText, IsPlain) {
  EXPECT_EQ(text_of(cast_text(Value::null())), "");
  EXPECT_EQ(text_of(cast_text(Value::null_instant())), "");
  EXPECT_EQ(text_of(cast_text(Value::floating(1e21))), "1000000000000000000000");
  EXPECT_EQ(text_of(cast_text(Value::bytes("hi"))), "hi");
  EXPECT_EQ(text_of(cast_text(Value::unsigned_integer(UINT64_MAX))), "18446744073709551615");
  for (const Value& other : {Value::list({}), Value::map({}), Value::array({}), Value::kv({})}) {
    EXPECT_TRUE(std::holds_alternative<Error>(cast_text(other)));
  }
}

TEST(IsZero, HoldsForScalarsOnly) {
  for (const Value& zero : {Value::null(), Value::boolean(false), Value::integer(0),
                            Value::floating(0), Value::text(""), Value::null_instant(),
                            Value::duration(Nanos(0)), Value::unsigned_integer(0)}) {
    EXPECT_TRUE(is_zero(zero)) << describe(zero);
    EXPECT_TRUE(is_empty(zero)) << describe(zero);
  }
  for (const Value& other :
       {Value::floating(-0.0), Value::floating(NAN), Value::text("false"), Value::text("0"),
        Value::list({}), Value::map({}), Value::array({}), Value::instant({})}) {
    EXPECT_FALSE(is_zero(other)) << describe(other);
  }
}

TEST(IsEmpty, HoldsForContainersWithoutItemsButNotForKv) {
  for (const Value& empty : {Value::list({}), Value::map({}), Value::array({}), Value::vars({}),
                             Value::text_list(Value::Items{})}) {
    EXPECT_TRUE(is_empty(empty)) << describe(empty);
  }
  for (const Value& other : {Value::kv({}), Value::kvv({}), Value::list({Value::null()})}) {
    EXPECT_FALSE(is_empty(other)) << describe(other);
  }
}

TEST(DeepEqual, ComparesKindAndContent) {
  const auto list = [](Value item) { return Value::list({std::move(item)}); };
  EXPECT_TRUE(deep_equal(list(Value::floating(1)), list(Value::floating(1))));
  EXPECT_FALSE(deep_equal(list(Value::floating(1)), list(Value::integer(1))));
  EXPECT_FALSE(deep_equal(Value::null(), Value::text("")));
  EXPECT_FALSE(deep_equal(list(Value::text("a")), Value::text_list({Value::text("a")})));
  EXPECT_FALSE(deep_equal(list(Value::text("a")), Value::array({Value::text("a")})));
  EXPECT_FALSE(deep_equal(Value::map({}), Value::kv({})));
  EXPECT_FALSE(deep_equal(Value::floating(NAN), Value::floating(NAN)));
  EXPECT_TRUE(deep_equal(Value::text("a").with_type(Type::Handle), Value::text("a")));
}

TEST(DeepEqual, ComparesPointsInTime) {
  Instant here;
  here.offset_minutes = 120;
  EXPECT_TRUE(deep_equal(Value::instant(here), Value::instant({})));
  EXPECT_FALSE(deep_equal(Value::instant(here), Value::null_instant()));
}

TEST(Typify, GivesScalarsTheirType) {
  EXPECT_EQ(typify(Value::unsigned_integer(1).with_type(Type::ID)).type(), Type::UnsignedInteger);
  EXPECT_EQ(typify(Value::text("x").with_type(Type::Handle)).type(), Type::String);
  const Value bytes = typify(Value::bytes("x"));
  EXPECT_TRUE(bytes.is_text());
  EXPECT_EQ(bytes.type(), Type::String);
  for (const Value& any : {Value::null(), Value::list({}), Value::host_int(1), Value::url("x")}) {
    EXPECT_EQ(typify(any).type(), Type::Any);
  }
}

TEST(Typify, MakesVarsOfMapsAndLeavesListsWithin) {
  const Value inner = Value::list({Value::map({})});
  const Value vars =
      typify(Value::map({{"m", Value::map({{"n", Value::floating(1)}})}, {"l", inner}}));
  ASSERT_EQ(vars.type(), Type::Vars);
  EXPECT_EQ(vars.dict().find("m")->dict().find("n")->type(), Type::Float);
  EXPECT_EQ(*vars.dict().find("l"), inner);
}

RC_GTEST_PROP(ConvertProperty, AValueEqualsItsCopyBuiltAnew, ()) {
  const Value value = *generate_typed();
  RC_ASSERT(value == value);
  const bool has_nan = !deep_equal(value, value);
  RC_ASSERT(!has_nan || value.nesting() == 0);  // the very same container equals itself
  RC_ASSERT(typify(typify(value)) == typify(value));
}

}  // namespace
}  // namespace millrace
