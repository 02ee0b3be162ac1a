#include "value/pack.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "value/generate.h"
#include "value/variables.h"

namespace millrace {
namespace {

Value again(const Value& value) {
  const PackedValue packed = *pack(value);
  return *unpack(packed.bytes, packed.readers);
}

TEST(Pack, KeepsWhatJsonLoses) {
  for (const Value& value :
       {Value::absent(), Value::host_int(3), Value::integer(INT64_MAX), Value::floating(NAN),
        Value::text("\xFF not UTF-8, and longer than a handle"), Value::null_instant(),
        Value::list({Value::text_list({Value::text("a")}), Value::kv({}), Value::bytes("b")}),
        Value::url("http://x").with_type(Type::Url),
        Value::duration(Nanos(1)).with_type(Type::Any)}) {
    EXPECT_EQ(again(value), value);
  }
}

TEST(Pack, ListsReadersOnce) {
  const auto body = make_ref<TextReader>("body");
  const auto other = make_ref<TextReader>("other");
  const Value value =
      Value::list({Value::reader(Ref<Reader>(body)), Value::reader(Ref<Reader>(other)),
                   Value::reader(Ref<Reader>(body))});
  const PackedValue packed = *pack(value);
  ASSERT_EQ(packed.readers.size(), 2U);
  EXPECT_EQ(*unpack(packed.bytes, packed.readers), value);
  EXPECT_FALSE(unpack(packed.bytes));
}

TEST(Pack, KeepsSharedPartsShared) {
  Value value = Value::list({Value::text("a text that is longer than a handle")});
  for (int i = 0; i < 400; ++i) value = Value::list({value, value});
  const PackedValue packed = *pack(value);
  EXPECT_LT(packed.bytes.size(), 10'000U);
  const Value back = *unpack(packed.bytes);
  EXPECT_EQ(back.items()[0].identity(), back.items()[1].identity());
  EXPECT_EQ(back, value);
}

TEST(Pack, KeepsAMapThatIsHeldAsAnotherKind) {
  const Value meta = Value::meta({{"a", Value::boolean(true)}});
  const Value value = Value::list({meta, meta.operand(), Value::null()});
  EXPECT_EQ(again(value), value);
}

TEST(Pack, RefusesWhatCannotBeStored) {
  const Value message = Value::opaque(Type::EmailMessage, Ref<Counted>(make_ref<Names>()));
  EXPECT_FALSE(pack(Value::list({message})));
  Value deep;
  for (int i = 0; i < 100'000; ++i) deep = Value::list({std::move(deep)});
  EXPECT_FALSE(pack(deep));
}

RC_GTEST_PROP(PackProperty, ComesBackExactly, ()) {
  const Value value = *generate_typed();
  RC_ASSERT(again(value) == value);
}

RC_GTEST_PROP(PackProperty, DamagedBytesGiveAValueOrAnError, ()) {
  std::string bytes = pack(*generate_typed())->bytes;
  const int changes = *rc::gen::inRange(0, 4);
  for (int i = 0; i < changes; ++i) {
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] =
        static_cast<char>(*rc::gen::inRange(0, 256));
  }
  if (*rc::gen::arbitrary<bool>()) bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size()));
  const auto value = unpack(bytes);
  RC_ASSERT(value.has_value() || value.error().kind() == ErrorKind::bug);
}

}  // namespace
}  // namespace millrace
