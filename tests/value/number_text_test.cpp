#include "value/number_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "value/generate.h"

namespace millrace {
namespace {

TEST(FloatText, HasAnExponentFromAMillionOn) {
  EXPECT_EQ(float_text(100'000), "100000");
  EXPECT_EQ(float_text(999'999), "999999");
  EXPECT_EQ(float_text(1'000'000), "1e+06");
  EXPECT_EQ(float_text(1'234'567.5), "1.2345675e+06");
  EXPECT_EQ(float_text(0.0001), "0.0001");
  EXPECT_EQ(float_text(0.000015), "1.5e-05");
  EXPECT_EQ(float_text(1e100), "1e+100");
  EXPECT_EQ(float_text(1e20, 21), "100000000000000000000");
}

TEST(FloatText, SpellsWhatIsNotFinite) {
  EXPECT_EQ(float_text(HUGE_VAL), "+Inf");
  EXPECT_EQ(float_text(-HUGE_VAL), "-Inf");
  EXPECT_EQ(float_text(NAN), "NaN");
  EXPECT_EQ(float_plain_text(-HUGE_VAL), "-Inf");
}

TEST(FloatText, KeepsTheSignOfZero) {
  EXPECT_EQ(float_text(-0.0), "-0");
  EXPECT_EQ(float_plain_text(0.0), "0");
  EXPECT_EQ(float_json_text(-0.0), "-0");
}

TEST(FloatPlainText, NeverHasAnExponent) {
  EXPECT_EQ(float_plain_text(1e21), "1000000000000000000000");
  EXPECT_EQ(float_plain_text(1e23), "100000000000000000000000");
  EXPECT_EQ(float_plain_text(1.5e-7), "0.00000015");
  EXPECT_EQ(float_plain_text(-12.25), "-12.25");
}

TEST(FloatJsonText, HasAnExponentOnlyFarOut) {
  EXPECT_EQ(float_json_text(1e20), "100000000000000000000");
  EXPECT_EQ(float_json_text(1e21), "1e+21");
  EXPECT_EQ(float_json_text(0.000001), "0.000001");
  EXPECT_EQ(float_json_text(1e-7), "1e-7");
  EXPECT_EQ(float_json_text(1.5e-10), "1.5e-10");
}

TEST(ParseFloatText, TakesFloatLiterals) {
  EXPECT_EQ(parse_float_text("1.5"), 1.5);
  EXPECT_EQ(parse_float_text("+.5"), 0.5);
  EXPECT_EQ(parse_float_text("5."), 5.0);
  EXPECT_EQ(parse_float_text("-1e+2"), -100.0);
  EXPECT_EQ(parse_float_text("0x1p-2"), 0.25);
  EXPECT_EQ(parse_float_text("1_000.5"), 1000.5);
  EXPECT_EQ(parse_float_text("-Infinity"), -HUGE_VAL);
  EXPECT_EQ(parse_float_text("iNf"), HUGE_VAL);
  EXPECT_TRUE(std::isnan(*parse_float_text("NaN")));
  EXPECT_EQ(parse_float_text("1e-400"), 0.0);
}

TEST(ParseFloatText, TakesNothingElse) {
  for (const char* text :
       {"",    " 1",   "1 ", "0x1f", "1e400", "-1e400", "_1",      "1_",      "1__0", "+-1",
        "--1", "+nan", "e5", ".",    "1e",    "0b1",    "infinit", "0x1p+-2", "1,5",  "\xC2\xB2"}) {
    EXPECT_EQ(parse_float_text(text), std::nullopt) << text;
  }
}

TEST(ParseIntegerText, FollowsTheBaseThatThePrefixNames) {
  EXPECT_EQ(parse_integer_text("42"), 42);
  EXPECT_EQ(parse_integer_text("-0x1F"), -31);
  EXPECT_EQ(parse_integer_text("0o17"), 15);
  EXPECT_EQ(parse_integer_text("0b101"), 5);
  EXPECT_EQ(parse_integer_text("010"), 8);
  EXPECT_EQ(parse_integer_text("+7"), 7);
  EXPECT_EQ(parse_integer_text("1_000"), 1000);
  EXPECT_EQ(parse_integer_text("0_7"), 7);
  EXPECT_EQ(parse_integer_text("0x_ff"), 255);
}

TEST(ParseIntegerText, TakesAllOf64BitsAndNoMore) {
  EXPECT_EQ(parse_integer_text("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parse_integer_text("9223372036854775808"), std::nullopt);
  EXPECT_EQ(parse_integer_text("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(parse_integer_text("-9223372036854775809"), std::nullopt);
  EXPECT_EQ(parse_unsigned_text("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(parse_unsigned_text("18446744073709551616"), std::nullopt);
}

TEST(ParseIntegerText, TakesNothingElse) {
  for (const char* text :
       {"", "-", "2.5", "1e2", " 4", "08", "0x", "0b2", "1__0", "_1", "1_", "--1", "x"}) {
    EXPECT_EQ(parse_integer_text(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_unsigned_text("+5"), std::nullopt);
  EXPECT_EQ(parse_unsigned_text("-0"), std::nullopt);
}

RC_GTEST_PROP(NumberTextProperty, FloatsComeBack, ()) {
  const double number = *generate_float();
  for (const std::string& text : {float_text(number), float_plain_text(number)}) {
    const auto back = parse_float_text(text);
    RC_ASSERT(back.has_value());
    RC_ASSERT(Value::floating(*back) == Value::floating(number));
  }
}

RC_GTEST_PROP(NumberTextProperty, IntegersComeBack, (std::int64_t number)) {
  std::string text;
  append_integer(text, number);
  RC_ASSERT(parse_integer_text(text) == number);
}

}  // namespace
}  // namespace millrace
