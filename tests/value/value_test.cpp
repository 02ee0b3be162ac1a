#include "value/value.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

using Kind = Value::Kind;

TEST(Value, IsNullAtFirstAndAfterAMove) {
  Value value;
  EXPECT_TRUE(value.is_null());
  Value list = Value::list({Value::boolean(true)});
  value = std::move(list);
  EXPECT_TRUE(list.is_null());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(value.items().size(), 1U);
}

TEST(Value, HoldsScalarsInItsHandle) {
  EXPECT_TRUE(Value::boolean(true).as_boolean());
  EXPECT_EQ(Value::integer(INT64_MIN).as_integer(), INT64_MIN);
  EXPECT_EQ(Value::unsigned_integer(UINT64_MAX).as_unsigned(), UINT64_MAX);
  EXPECT_EQ(Value::floating(-0.5).as_float(), -0.5);
  EXPECT_EQ(Value::host_int(7).as_integer(), 7);
  EXPECT_EQ(Value::duration(Nanos(-5)).as_duration(), Nanos(-5));
  for (const Value& value : {Value::integer(1), Value::text("13 characters"), Value::null()}) {
    EXPECT_EQ(value.identity(), nullptr);
  }
}

TEST(Value, HoldsInstantsInItsHandle) {
  Instant instant;
  instant.seconds = -62'135'596'800;
  instant.nanos = 999'999'999;
  instant.offset_minutes = -690;
  const Instant back = Value::instant(instant).as_instant();
  EXPECT_EQ(back, instant);
  EXPECT_EQ(back.offset_minutes, -690);
  EXPECT_FALSE(back.null);
  EXPECT_TRUE(Value::null_instant().as_instant().null);
}

TEST(Value, HoldsTextsOfAnyLength) {
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string text(size, 'x');
    EXPECT_EQ(Value::text(text).as_text(), text);
    EXPECT_EQ(Value::text(std::string(text)).as_text(), text);
    EXPECT_EQ(Value::bytes(text).as_bytes(), text);
    EXPECT_EQ(Value::joined_text(text, "end").as_text(), text + "end");
  }
}

TEST(Value, CopiesShareAndChangesDoNot) {
  Value list = Value::list({Value::integer(1)});
  const Value copy = list;
  EXPECT_EQ(list.identity(), copy.identity());
  EXPECT_FALSE(list.is_sole_holder());
  list.push_item(Value::integer(2));
  EXPECT_EQ(copy.items().size(), 1U);
  EXPECT_EQ(list.items().size(), 2U);
  EXPECT_TRUE(list.is_sole_holder());
  EXPECT_TRUE(copy.is_sole_holder());
}

TEST(Value, AMapsCopyStaysAsItWas) {
  Value map = Value::map({{"a", Value::integer(1)}});
  const Value copy = map;
  map.dict_for_change().set("b", Value::integer(2));
  EXPECT_EQ(copy.dict().size(), 1U);
  EXPECT_EQ(map.dict().size(), 2U);
}

TEST(Value, AnEmptyMapCanGrow) {
  Value map = Value::map({});
  Value copy = map;
  map.dict_for_change().set("a", Value::integer(1));
  EXPECT_TRUE(copy.dict().empty());
  copy = map;
  EXPECT_EQ(copy.dict().size(), 1U);
  EXPECT_EQ(copy, map);
}

TEST(Value, ATextGrowsInPlaceForItsSoleHolder) {
  Value text = Value::text("short").with_type(Type::String);
  const Value copy = text;
  text.text_for_change() += " and then longer than a handle";
  const void* place = text.identity();
  text.text_for_change() += "!";
  EXPECT_EQ(text.identity(), place);
  EXPECT_EQ(text.as_text(), "short and then longer than a handle!");
  EXPECT_EQ(text.type(), Type::String);
  EXPECT_EQ(copy.as_text(), "short");
}

TEST(Value, IsTypedFromBirthOnlyWhenItIsAContainer) {
  EXPECT_EQ(Value::integer(1).type(), Type::Any);
  EXPECT_EQ(Value::list({}).type(), Type::Any);
  EXPECT_EQ(Value::array({}).type(), Type::Array);
  EXPECT_EQ(Value::kvv({}).type(), Type::KVV);
  EXPECT_EQ(Value::meta({}).type(), Type::Meta);
}

TEST(Value, AsAnOperandIsUntypedAndMetaAMap) {
  EXPECT_EQ(Value::text("x").with_type(Type::Handle).operand().type(), Type::Any);
  const Value meta = Value::meta({{"a", Value::integer(1)}}).operand();
  EXPECT_EQ(meta.kind(), Kind::map);
  EXPECT_EQ(meta.type(), Type::Any);
  EXPECT_EQ(Value::vars({}).operand().type(), Type::Vars);
}

TEST(Value, ComparesKindTypeAndContent) {
  EXPECT_EQ(Value::floating(NAN), Value::floating(NAN));
  EXPECT_FALSE(Value::integer(1) == Value::floating(1));
  EXPECT_FALSE(Value::integer(1) == Value::integer(1).with_type(Type::Integer));
  EXPECT_FALSE(Value::list({Value::null()}) == Value::list({}));
}

// One step of nesting: a list, or a map, by turns.
Value wrapped(Value inner, int step) {
  if (step % 2 == 0) return Value::list({std::move(inner)});
  Dict dict;
  dict.set("in", std::move(inner));
  return Value::map(std::move(dict));
}

TEST(Value, AMillionNestedOnesAreDestroyedWithoutOverflow) {
  Value value;
  for (int i = 0; i < 1'000'000; ++i) value = wrapped(std::move(value), i);
  EXPECT_EQ(value.nesting(), 1'000'000U);
  value = Value::null();
}

TEST(Value, KnowsHowDeepItNests) {
  EXPECT_EQ(Value::integer(1).nesting(), 0U);
  Value list = Value::list({Value::list({})});
  EXPECT_EQ(list.nesting(), 2U);
  list.push_item(wrapped(wrapped(Value::null(), 1), 0));
  EXPECT_EQ(list.nesting(), 3U);
  list.items_for_change().clear();
  EXPECT_EQ(list.nesting(), 1U);
}

TEST(Value, RefusesWhatNestsTooDeep) {
  Value value;
  for (std::uint32_t i = 0; i < kMaxNesting; ++i) value = wrapped(std::move(value), 0);
  EXPECT_TRUE(value.check_nesting());
  value = wrapped(std::move(value), 1);
  const auto refused = value.check_nesting();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::exhausted);
}

TEST(Value, ABoundOnNestingThatIsTooHighIsMended) {
  Value state = Value::map({});
  for (std::uint32_t i = 0; i < 3 * kMaxNesting; ++i) {  // x.last = x, then x.last = null
    Value copy = state;
    state.dict_for_change().set("last", std::move(copy));
    ASSERT_TRUE(state.check_nesting());
    state.dict_for_change().set("last", Value::null());
  }
}

TEST(Value, LooksIntoSharedPartsOnce) {
  Value value = Value::list({});
  for (int i = 0; i < 400; ++i) value = Value::list({value, value});
  EXPECT_TRUE(value.check_nesting());
  EXPECT_LT(value.bytes_held(), 100'000U);
  Value other = Value::list({});
  for (int i = 0; i < 400; ++i) other = Value::list({other, other});
  EXPECT_EQ(value, other);
}

TEST(Value, CountsTheBytesItHolds) {
  EXPECT_EQ(Value::text("short").bytes_held(), 0U);
  EXPECT_GE(Value::text(std::string(1000, 'x')).bytes_held(), 1000U);
  EXPECT_GE(Value::reader(make_ref<TextReader>(std::string(1000, 'x'))).bytes_held(), 1000U);
}

TEST(Value, HoldsReadersAndOpaqueObjects) {
  const auto reader = make_ref<TextReader>("content");
  const Value value = Value::reader(Ref<Reader>(reader));
  EXPECT_EQ(**value.as_reader()->drained(), "content");
  const Value message = Value::opaque(Type::EmailMessage, Ref<Counted>(reader));
  EXPECT_EQ(message.type(), Type::EmailMessage);
  EXPECT_EQ(message.as_opaque().get(), reader.get());
}

}  // namespace
}  // namespace millrace
