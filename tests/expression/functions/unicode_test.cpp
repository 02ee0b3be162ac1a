#include "expression/functions/unicode.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(Unicode, DecodesWholeCodePoints) {
  EXPECT_EQ(decode_code_point("a", 0).value, U'a');
  EXPECT_EQ(decode_code_point("ž", 0).value, U'ž');
  EXPECT_EQ(decode_code_point("€", 0).bytes, 3U);
  EXPECT_EQ(decode_code_point("🐎", 0).value, U'🐎');
  EXPECT_EQ(decode_last_code_point("a🐎", 5).value, U'🐎');
  EXPECT_EQ(decode_last_code_point("🐎a", 5).value, U'a');
}

TEST(Unicode, TakesBrokenBytesOneByOne) {
  for (const std::string_view broken : {"\xC5", "\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                                        "\xF4\x90\x80\x80", "\xFF", "\xE2\x82"}) {
    EXPECT_TRUE(decode_code_point(broken, 0).is_broken()) << broken.size();
    EXPECT_TRUE(decode_last_code_point(broken, broken.size()).is_broken());
  }
  EXPECT_EQ(without_broken_bytes("a\xE2\x82z"), "a\uFFFD\uFFFDz");
  EXPECT_EQ(count_code_points("a\xE2\x82z"), 4U);
  EXPECT_FALSE(decode_code_point("\uFFFD", 0).is_broken());
}

TEST(Unicode, ChangesCaseCodePointByCodePoint) {
  EXPECT_EQ(upper_case("straße"), "STRAßE");
  EXPECT_EQ(upper_case("žluťoučký kůň 🐎"), "ŽLUŤOUČKÝ KŮŇ 🐎");
  EXPECT_EQ(lower_case("ÀÉİ ABC"), "àéi abc");
  EXPECT_EQ(title_case(U'ǆ'), U'ǅ');
  EXPECT_EQ(title_case(U'ß'), U'ß');
  EXPECT_EQ(upper_case("a\xFFz"), "A\uFFFDZ");
}

TEST(Unicode, KnowsClasses) {
  EXPECT_TRUE(is_letter(U'ň'));
  EXPECT_FALSE(is_letter(U'٣'));
  EXPECT_TRUE(is_digit(U'٣'));
  EXPECT_FALSE(is_digit(U'½'));
  EXPECT_TRUE(is_space(U'\u00A0'));
  EXPECT_FALSE(is_space(U'\u200B'));
  EXPECT_TRUE(is_printable(U'½'));
  EXPECT_FALSE(is_printable(U'\u00A0'));
  EXPECT_FALSE(is_printable(0x110000));
}

TEST(Unicode, TrimsUnicodeSpaces) {
  EXPECT_EQ(trim_spaces(" \t\u2003a b\u0085\u3000"), "a b");
  EXPECT_EQ(trim_spaces("\u2003"), "");
}

}  // namespace
}  // namespace millrace
