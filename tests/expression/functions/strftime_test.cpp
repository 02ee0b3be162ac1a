#include "expression/functions/strftime.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

Instant at(std::int64_t year, int month, int day, int hour = 0, int minute = 0, int second = 0,
           int nanos = 0, int offset_minutes = 0) {
  CivilTime civil{.year = year, .month = month, .day = day};
  civil.hour = hour, civil.minute = minute, civil.second = second;
  return from_civil(civil, nanos, static_cast<std::int16_t>(offset_minutes));
}

TEST(Strftime, EveryVerb) {
  const Instant time = at(2021, 3, 4, 5, 6, 7, 89'000'000);
  const auto text = [&time](std::string_view pattern) { return strftime_text(pattern, time); };
  EXPECT_EQ(text("%A %a %B %b %h"), "Thursday Thu March 089 Mar");
  EXPECT_EQ(text("%C %y %Y %m %d|%e"), "20 21 2021 03 04| 4");
  EXPECT_EQ(text("%j %H|%k %I|%l %M %S %p"), "063 05| 5 05| 5 06 07 AM");
  EXPECT_EQ(text("%L %u %w %V %U %W"), "1614834367 4 4 09 09 09");
  EXPECT_EQ(text("%c"), "Thu Mar  4 05:06:07 2021");
  EXPECT_EQ(text("%D %x %F %T %X %R %r|%v"),
            "03/04/21 03/04/21 2021-03-04 05:06:07 05:06:07 05:06 05:06:07 AM| 4-Mar-2021");
  EXPECT_EQ(text("%Z %z%n%t%%"), "UTC +0000\n\t%");
  EXPECT_EQ(text("plain ž"), "plain ž");
  // Each by itself: what stands side by side never makes a layout of Go's.
  EXPECT_EQ(text("%aday _%e%y"), "Thuday _ 421");
}

TEST(Strftime, UnknownVerbsEmptyTheWhole) {
  const Instant time = at(2021, 3, 4);
  EXPECT_EQ(strftime_text("%Y %q", time), "");
  EXPECT_EQ(strftime_text("%Y %", time), "");
}

TEST(Strftime, WeeksOfTheYear) {
  EXPECT_EQ(strftime_text("%V", at(2021, 1, 3)), "53");
  EXPECT_EQ(strftime_text("%V", at(2021, 1, 4)), "01");
  EXPECT_EQ(strftime_text("%V", at(2018, 12, 31)), "01");
  EXPECT_EQ(strftime_text("%V", at(2020, 12, 31)), "53");
  EXPECT_EQ(strftime_text("%U %W", at(2017, 1, 1)), "01 00");
  EXPECT_EQ(strftime_text("%U %W", at(2018, 1, 1)), "01 01");
  EXPECT_EQ(strftime_text("%U %W", at(2021, 1, 1)), "00 00");
  EXPECT_EQ(strftime_text("%U %W", at(2021, 1, 5)), "01 01");
}

TEST(Strftime, Offsets) {
  const Instant time = at(2021, 3, 4, 0, 30, 0, 0, -210);
  EXPECT_EQ(strftime_text("%F %R %z %Z", time), "2021-03-04 00:30 -0330 -0330");
  EXPECT_EQ(strftime_text("%H %I %l %p", at(2021, 3, 4, 0)), "00 12 12 AM");
  EXPECT_EQ(strftime_text("%H %I %l %p", at(2021, 3, 4, 12)), "12 12 12 PM");
}

}  // namespace
}  // namespace millrace
