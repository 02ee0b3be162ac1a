#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "expression/functions/arithmetic.h"
#include "expression/functions/result_of.h"

namespace millrace {
namespace {

constexpr std::string_view kScope = R"({
  "i": {"@type": "Integer", "@value": -7},
  "u": {"@type": "UnsignedInteger", "@value": 18446744073709551615},
  "dur": {"@type": "Duration", "@value": "1h"},
  "nul": null, "t": true})";

std::string text(std::string_view source) { return text_of(source, kScope); }

TEST(Numbers, MinAndMaxSeeNumbersOnly) {
  EXPECT_EQ(text("min(3, i, \"-9\", nul, dur, [1])"), "-7");
  EXPECT_EQ(text("max(count([1, 2]), 1)"), "2");
  EXPECT_EQ(text("max(\"5\")"), "0");
  EXPECT_EQ(text("min()"), "0");
  EXPECT_EQ(text("min(1, 0/0)"), "NaN");
  EXPECT_EQ(text("min(0/0, -1/0)"), "-Inf");
  EXPECT_EQ(text("max(0/0, 1/0)"), "+Inf");
  EXPECT_EQ(text("1 / min(0, -0)"), "-Inf");
  EXPECT_EQ(text("1 / max(-0, 0)"), "+Inf");
}

TEST(Numbers, SumsCastWhatTheyCan) {
  EXPECT_EQ(text("sum(1, \"2.5\", t, nul, dur, [1], \"x\", \" \")"), "4.5");
  EXPECT_EQ(text("average(\"\", 4)"), "2");
  EXPECT_EQ(text("average(nul, 4)"), "4");
  EXPECT_EQ(text("average()"), "NaN");
  EXPECT_EQ(text("sum(u)"), "1.8446744073709552e+19");
}

TEST(Numbers, Rounding) {
  EXPECT_EQ(text("round(-2.5, 0)"), "-3");
  EXPECT_EQ(text("round(1.005, 2)"), "1");
  EXPECT_EQ(text("round(1234, -2)"), "1200");
  EXPECT_EQ(text("round(1, 400)"), "NaN");
  EXPECT_EQ(text("floor(-1.5)"), "-2");
  EXPECT_EQ(text("ceil(-1.5)"), "-1");
  EXPECT_EQ(text("sqrt(-1)"), "NaN");
  EXPECT_EQ(text("log(0)"), "-Inf");
}

// What Go's math.Pow gives on amd64, to the last digit.
TEST(Numbers, PowersOfFractionsAreTheReferences) {
  struct Case {
    double base;
    double exponent;
    double result;
  };
  for (const Case& c : {Case{3.5, 2.5, 22.91765149399039},
                        {3.5, -2.5, 0.043634488475497855},
                        {12, 0.1, 1.2820888539868156},
                        {7, 1.25, 11.386035931884502},
                        {0.1, 2.5, 0.00316227766016838},
                        {2.5, 3.5, 24.705294220065465},
                        {1.0001, 1234.5, 1.1313864504172109},
                        {1e-300, 0.75, 9.999999999999941e-226},
                        {123456.789, 0.333, 49.59917895329567},
                        {10, -0.3, 0.5011872336272722},
                        {2, 0.5, 1.4142135623730951},
                        {9, 1.5, 27.000000000000004},
                        {5, 0.75, 3.34370152488211}}) {
    EXPECT_EQ(power(c.base, c.exponent), c.result) << c.base << " ** " << c.exponent;
  }
}

TEST(Numbers, IntNeverFails) {
  EXPECT_EQ(typed_of("int(\"0x1f\")"), R"({"@type":"Integer","@value":31})");
  for (const std::string_view zero :
       {"int(nul)", "int(\"\")", "int(\" 4\")", "int(\"2.5\")", "int([1])", "int(dur)"}) {
    EXPECT_EQ(text(zero), "0") << zero;
  }
  EXPECT_EQ(text("int(-3.9)"), "-3");
  EXPECT_EQ(text("int(1/0)"), "-9223372036854775808");
  EXPECT_EQ(text("int(u)"), "-1");
  EXPECT_EQ(text("int(count([1]))"), "1");
}

TEST(Numbers, FloatFails) {
  EXPECT_EQ(text("float(i)"), "-7");
  EXPECT_EQ(text("float(nul)"), "0");
  EXPECT_EQ(text("float(t)"), "1");
  EXPECT_EQ(text("float(\"0x1p4\")"), "16");
  for (const std::string_view source :
       {"float(\"\")", "float(\" 1\")", "float(dur)", "float([1])", "float(\"x\")"}) {
    EXPECT_TRUE(fails(source, kScope)) << source;
  }
}

TEST(Numbers, Random) {
  EXPECT_EQ(text("random(0)"), "0");
  EXPECT_EQ(text("random(3, 3)"), "3");
  EXPECT_EQ(text("random(2, 4) >= 2 && random(2, 4) < 4"), "true");
  EXPECT_TRUE(fails("random(-1)"));
  EXPECT_TRUE(fails("random(1, -1)"));
  EXPECT_TRUE(fails("random(1, 2, 3)"));
}

// From Go 1.19's math.Pow and math.Log10; the C library differs in the last bit of some.
TEST(Arithmetic, ComesOutAsInTheReference) {
  EXPECT_EQ(power(1.1, 10), 2.593742460100002);
  EXPECT_EQ(power(10, -23), 1.0000000000000001e-23);
  EXPECT_EQ(power(2, 1023), std::ldexp(1.0, 1023));
  EXPECT_EQ(power(-2, 3), -8);
  EXPECT_EQ(power(2, -1074), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(power(2, 1e300), std::numeric_limits<double>::infinity());
  EXPECT_EQ(power(-1, 1e300), 1);
  EXPECT_TRUE(std::isnan(power(-8, 1.0 / 3)));
  EXPECT_EQ(power(0, -1), std::numeric_limits<double>::infinity());
  EXPECT_EQ(power(9, 0.5), 3);
  EXPECT_EQ(decimal_logarithm(1000), 3);
  EXPECT_EQ(decimal_logarithm(0.1), -0.9999999999999999);
}

}  // namespace
}  // namespace millrace
