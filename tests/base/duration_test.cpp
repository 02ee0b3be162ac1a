#include "base/duration.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace millrace {
namespace {

TEST(FormatDuration, IsThatOfTheReference) {
  EXPECT_EQ(format_duration(Nanos(0)), "0s");
  EXPECT_EQ(format_duration(Nanos(1)), "1ns");
  EXPECT_EQ(format_duration(Nanos(1002)), "1.002\xC2\xB5s");
  EXPECT_EQ(format_duration(std::chrono::milliseconds(300)), "300ms");
  EXPECT_EQ(format_duration(std::chrono::milliseconds(1500)), "1.5s");
  EXPECT_EQ(format_duration(std::chrono::minutes(90)), "1h30m0s");
  EXPECT_EQ(format_duration(-std::chrono::seconds(61)), "-1m1s");
  EXPECT_EQ(format_duration(Nanos::min()), "-2562047h47m16.854775808s");
}

TEST(ParseDuration, TakesNumbersWithUnits) {
  EXPECT_EQ(*parse_duration("1h30m"), std::chrono::minutes(90));
  EXPECT_EQ(*parse_duration("-1.5s"), std::chrono::milliseconds(-1500));
  EXPECT_EQ(*parse_duration("+.5h"), std::chrono::minutes(30));
  EXPECT_EQ(*parse_duration("1\xC2\xB5s2ns"), Nanos(1002));
  EXPECT_EQ(*parse_duration("1\xCE\xBCs"), Nanos(1000));
  EXPECT_EQ(*parse_duration("0"), Nanos(0));
  EXPECT_EQ(*parse_duration("-9223372036854775808ns"), Nanos::min());
}

// Digits that 64 bits do not hold count for nothing, as in Go's time.ParseDuration.
TEST(ParseDuration, TakesFractionsOfAnyLength) {
  EXPECT_EQ(*parse_duration("0.3333333333333333333h"), std::chrono::minutes(20));
  EXPECT_EQ(*parse_duration("1.00000000000000000001s"), std::chrono::seconds(1));
  EXPECT_EQ(*parse_duration("0.9223372036854775807h"), Nanos(3320413933267));
  EXPECT_EQ(*parse_duration("0.92233720368547758079h"), Nanos(3320413933267));
  EXPECT_EQ(*parse_duration("0.9223372036854775808s"), Nanos(922337203));
  EXPECT_EQ(*parse_duration("1.9999999999999999999h"), std::chrono::hours(2));
  EXPECT_EQ(*parse_duration("0.000000000000000000000001h"), Nanos(0));
  EXPECT_EQ(*parse_duration("0.1234567890123456789123m"), Nanos(7407407340));
  EXPECT_EQ(*parse_duration("9223372036854775807.5ns"), Nanos::max());
}

TEST(ParseDuration, TakesNothingElse) {
  for (const char* text : {"", "1", "h", "1 s", "1d", ".s", "1h1", "--1s", "9223372036854775808ns",
                           "2562048h", "100000000000000000000h"}) {
    const auto duration = parse_duration(text);
    ASSERT_FALSE(duration) << text;
    EXPECT_EQ(duration.error().kind(), ErrorKind::invalid);
  }
}

RC_GTEST_PROP(DurationProperty, TextsComeBack, (std::int64_t nanos)) {
  RC_ASSERT(*parse_duration(format_duration(Nanos(nanos))) == Nanos(nanos));
}

}  // namespace
}  // namespace millrace
