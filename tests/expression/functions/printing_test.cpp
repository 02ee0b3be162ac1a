// Expectations come from Go 1.19's fmt, whose notation these functions follow.
#include "expression/functions/printing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "expression/functions/real_text.h"

namespace millrace {
namespace {

// "%+08.3f" as a Directive.
Directive directive(std::string_view text) {
  Directive out;
  std::size_t at = 1;
  for (; std::string_view("-+# 0").find(text[at]) != std::string_view::npos; ++at) {
    switch (text[at]) {
      case '-': out.minus = true, out.zero = false; break;
      case '+': out.plus = true; break;
      case '#': out.sharp = true; break;
      case ' ': out.space = true; break;
      default: out.zero = !out.minus;
    }
  }
  const auto number = [&] {
    int value = 0;
    for (; text[at] >= '0' && text[at] <= '9'; ++at) value = value * 10 + (text[at] - '0');
    return value;
  };
  if (text[at] >= '1' && text[at] <= '9') out.has_width = true, out.width = number();
  if (text[at] == '.') ++at, out.has_precision = true, out.precision = number();
  out.verb = static_cast<unsigned char>(text[at]);
  return out;
}

std::string real(std::string_view format, double value) {
  std::string out;
  return print_real(out, directive(format), value) ? out : "(refused)";
}

std::string integer(std::string_view format, std::int64_t value, bool is_signed = true) {
  std::string out;
  const IntegerBits bits{static_cast<std::uint64_t>(value), is_signed};
  return print_integer(out, directive(format), bits) ? out : "(refused)";
}

std::string text(std::string_view format, std::string_view value) {
  std::string out;
  return print_text(out, directive(format), value) ? out : "(refused)";
}

TEST(Printing, Reals) {
  EXPECT_EQ(real("%v", 100000), "100000");
  EXPECT_EQ(real("%v", 1e6), "1e+06");
  EXPECT_EQ(real("%v", 123456789), "1.23456789e+08");
  EXPECT_EQ(real("%v", 0.0001), "0.0001");
  EXPECT_EQ(real("%v", 1.5e-5), "1.5e-05");
  EXPECT_EQ(real("%05.2f", 3.14159), "03.14");
  EXPECT_EQ(real("%+08.2f", -3.14159), "-0003.14");
  EXPECT_EQ(real("%-8.2f|", 3.14159), "3.14    ");
  EXPECT_EQ(real("%e", 12345.678), "1.234568e+04");
  EXPECT_EQ(real("%E", 12345.678), "1.234568E+04");
  EXPECT_EQ(real("%.3g", 100000), "1e+05");
  EXPECT_EQ(real("%#g", 1), "1.00000");
  EXPECT_EQ(real("%#.3x", 1), "0x1.000p+00");
  EXPECT_EQ(real("%x", 255), "0x1.fep+07");
  EXPECT_EQ(real("%X", -1e300), "-0X1.7E43C8800759CP+996");
  EXPECT_EQ(real("%.1x", 0x1.f8p4), "0x1.0p+05");
  EXPECT_EQ(real("%x", 0.0), "0x0p+00");
  EXPECT_EQ(real("%x", 5e-324), "0x1p-1074");
  EXPECT_EQ(real("%b", 1), "4503599627370496p-52");
  EXPECT_EQ(real("%d", 5), "(refused)");
}

TEST(Printing, SpecialReals) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(real("%v", kInfinity), "+Inf");
  EXPECT_EQ(real("%08f", -kInfinity), "    -Inf");
  EXPECT_EQ(real("% f", kInfinity), " Inf");
  EXPECT_EQ(real("%+f", std::nan("")), "+NaN");
  EXPECT_EQ(real("%f", std::nan("")), "NaN");
  EXPECT_EQ(real("%v", -0.0), "-0");
}

TEST(Printing, Integers) {
  EXPECT_EQ(integer("%d", std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(integer("%v", -1, false), "18446744073709551615");
  EXPECT_EQ(integer("%+d", 42), "+42");
  EXPECT_EQ(integer("%06d", -42), "-00042");
  EXPECT_EQ(integer("%-6d|", 42), "42    ");
  EXPECT_EQ(integer("%6.4d", 42), "  0042");
  EXPECT_EQ(integer("%.0d", 0), "");
  EXPECT_EQ(integer("%#x", 255), "0xff");
  EXPECT_EQ(integer("%#X", -255), "-0XFF");
  EXPECT_EQ(integer("%O", 8), "0o10");
  EXPECT_EQ(integer("%#o", 8), "010");
  EXPECT_EQ(integer("%#b", 5), "0b101");
  EXPECT_EQ(integer("%c", 0x1F40E), "🐎");
  EXPECT_EQ(integer("%c", -1), "\uFFFD");
  EXPECT_EQ(integer("%q", 39), R"('\'')");
  EXPECT_EQ(integer("%+q", 0x1F40E), R"('\U0001f40e')");
  EXPECT_EQ(integer("%U", 42), "U+002A");
  EXPECT_EQ(integer("%#U", 0x1F40E), "U+1F40E '🐎'");
  EXPECT_EQ(integer("%s", 42), "(refused)");
}

TEST(Printing, Texts) {
  EXPECT_EQ(text("%.3s", "žluť"), "žlu");
  EXPECT_EQ(text("%6s", "žluť"), "  žluť");
  EXPECT_EQ(text("%06s", "ab"), "0000ab");
  EXPECT_EQ(text("%-6s|", "ab"), "ab    ");
  EXPECT_EQ(text("%q", "a\"\n\x01ž"), R"("a\"\n\x01ž")");
  EXPECT_EQ(text("%+q", "ž🐎"), R"("\u017e\U0001f40e")");
  EXPECT_EQ(text("%#q", "a\"b"), "`a\"b`");
  EXPECT_EQ(text("%#q", "a`b"), "\"a`b\"");
  EXPECT_EQ(text("%x", "hi"), "6869");
  EXPECT_EQ(text("%# X", "hi"), "0X68 0X69");
  EXPECT_EQ(text("%.1x", "hi"), "68");
  EXPECT_EQ(text("%d", "hi"), "(refused)");
}

TEST(Printing, NeverPassesItsBound) {
  const std::string controls(50, '\x01');
  for (const std::string_view format : {"%q", "%+q", "%# x", "%300q", "%.40s"}) {
    std::string out;
    ASSERT_TRUE(print_text(out, directive(format), controls));
    EXPECT_LE(out.size(), largest_print(directive(format), controls.size())) << format;
  }
  for (const std::string_view format : {"%f", "%.300f", "%300.200g", "%+.99e", "%b", "%#x"}) {
    std::string out;
    ASSERT_TRUE(print_real(out, directive(format), -std::numeric_limits<double>::max()));
    EXPECT_LE(out.size(), largest_print(directive(format), 0)) << format;
  }
}

TEST(RealText, WritesAsManyDigitsAsAsked) {
  EXPECT_EQ(real_text(0.1, 'f', 60),
            "0.100000000000000005551115123125782702118158340454101562500000");
  EXPECT_EQ(real_text(0.1, 'f', 500).size(), 502U);
  EXPECT_EQ(real_text(1e300, 'f', 0).size(), 301U);
  EXPECT_EQ(real_text(2.5, 'f', 0), "2");
  EXPECT_EQ(real_text(0.3, 'g', kShortest), "0.3");
}

}  // namespace
}  // namespace millrace
