#include "expression/literal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace millrace {
namespace {

std::string text(std::string_view spelling) {
  const auto decoded = decode_text(spelling);
  return decoded ? *decoded : "error: " + decoded.error().message();
}

bool is_error(std::string_view spelling) { return !decode_number(spelling); }

TEST(Literal, NumbersAreDecimalsOrHexadecimalFloats) {
  EXPECT_EQ(*decode_number("8"), 8);
  EXPECT_EQ(*decode_number(".25"), 0.25);
  EXPECT_EQ(*decode_number("1."), 1);
  EXPECT_EQ(*decode_number("2e3"), 2000);
  EXPECT_EQ(*decode_number("1.e2"), 100);
  EXPECT_EQ(*decode_number("010"), 10);
  EXPECT_EQ(*decode_number("09"), 9);
  EXPECT_EQ(*decode_number("1_000"), 1000);
  EXPECT_EQ(*decode_number("0x1Fp0"), 31);
  EXPECT_EQ(*decode_number("0x1.8p1"), 3);
  EXPECT_EQ(*decode_number("0X_1Fp-1"), 15.5);
  EXPECT_EQ(*decode_number("1e-400"), 0);
  EXPECT_GT(*decode_number("4.9e-324"), 0);
}

TEST(Literal, WhatLooksLikeANumberAndIsNone) {
  for (const char* spelling : {"0x1F", "0b1", "0o7", "1e", "1e+", "1p3", "1__0", "1_", "1_.5",
                               "1._5", "1_e3", "0xp1", "1e400", "0x1p2000", "0_x1p1"}) {
    EXPECT_TRUE(is_error(spelling)) << spelling;
  }
}

TEST(Literal, EscapesAreGos) {
  EXPECT_EQ(text(R"("\a\b\f\n\r\t\v\\\"")"), "\a\b\f\n\r\t\v\\\"");
  EXPECT_EQ(text(R"("\101\x41\u00e9\U0001F40E")"), "AA\u00e9\U0001F40E");
  EXPECT_EQ(text(R"("\xff")"), "\xff");
  for (const char* spelling : {R"("\'")", R"("\400")", R"("\18")", R"("\x4")", R"("\ud800")",
                               R"("\U00110000")", R"("\q")", R"("\u12")"}) {
    EXPECT_TRUE(text(spelling).starts_with("error: ")) << spelling;
  }
}

TEST(Literal, RawTextsKeepEverythingButCarriageReturns) {
  EXPECT_EQ(text("`a\\n\r\nb`"), "a\\n\nb");
}

TEST(Literal, SingleQuotesHoldOneCharacterOrNone) {
  EXPECT_EQ(text("''"), "");
  EXPECT_EQ(text("'a'"), "a");
  EXPECT_EQ(text("'\u00e9'"), "\u00e9");
  EXPECT_EQ(text("'\"'"), "\"");
  EXPECT_EQ(text(R"('\'')"), "'");
  EXPECT_EQ(text(R"('\n')"), "\n");
  EXPECT_TRUE(text("'ab'").starts_with("error: "));
  EXPECT_TRUE(text(R"('\"')").starts_with("error: "));
  EXPECT_TRUE(text(R"('\nn')").starts_with("error: "));
}

TEST(Literal, WhatIsEncodedDecodesToTheSame) {
  for (const std::string content : {"", "plain", "\"\\\n\t\r", "\x01\x7f", "\u017elut\u00fd"}) {
    EXPECT_EQ(text(encode_text(content)), content);
  }
  for (const double number : {0.0, 1.5, 1e21, 1e-7, 5e-324, 1.7976931348623157e308}) {
    EXPECT_EQ(*decode_number(encode_number(number)), number);
  }
  EXPECT_EQ(encode_number(-2), "(-2)");
  EXPECT_EQ(encode_number(std::numeric_limits<double>::infinity()), "(1/0)");
  EXPECT_EQ(encode_number(std::nan("")), "(0/0)");
}

}  // namespace
}  // namespace millrace
