#include "script/plain_value.h"

#include <gtest/gtest.h>

#include "value/reader.h"

namespace millrace::script {
namespace {

TEST(PlainValue, IsWhatAScriptCanReturn) {
  const Value inner = Value::list({Value::null(), Value::boolean(true), Value::integer(1),
                                   Value::floating(0.5), Value::text("x"), Value::bytes("y"),
                                   Value::instant(Instant{}), Value::unsigned_integer(7)});
  EXPECT_TRUE(is_plain(inner, 9));
  EXPECT_TRUE(is_plain(Value::map({{"a", inner}}), 10));
  EXPECT_FALSE(is_plain(inner, 8));
}

TEST(PlainValue, IsNothingElse) {
  for (const Value& value :
       {Value::absent(), Value::duration(Nanos{1}), Value::url("http://a/"), Value::host_int(1),
        Value::reader(make_ref<TextReader>("")), Value::vars({}), Value::kv({}), Value::array({}),
        Value::integer(1).with_type(Type::String)}) {
    EXPECT_FALSE(is_plain(value, 100));
    EXPECT_FALSE(is_plain(Value::list({value}), 100));
    EXPECT_FALSE(is_plain(Value::map({{"a", value}}), 100));
  }
}

// Small as bytes, since what is shared is written once.
TEST(PlainValue, MayNotBeMoreThanItWasSent) {
  Value value = Value::list({});
  for (int i = 0; i < 60; ++i) value = Value::list({value, value});
  EXPECT_FALSE(is_plain(value, 1000));
  Value deep = Value::null();
  for (std::uint32_t i = 0; i < kMaxNesting + 1; ++i) deep = Value::list({deep});
  EXPECT_FALSE(is_plain(deep, 1000));
}

}  // namespace
}  // namespace millrace::script
