#include "value/instant.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "value/generate.h"
#include "value/time_layout.h"

namespace millrace {
namespace {

Instant at(std::string_view text) {
  const auto instant = parse_time_text(text);
  EXPECT_TRUE(instant) << text;
  return instant ? *instant : Instant{};
}

TEST(InstantText, IsThatOfTheReference) {
  EXPECT_EQ(instant_text(at("2021-03-04T05:06:07.5Z")), "2021-03-04 05:06:07.5 +0000 UTC");
  EXPECT_EQ(instant_text(at("2021-03-04T05:06:07+02:00")), "2021-03-04 05:06:07 +0200 +0200");
  EXPECT_EQ(instant_text(at("2021-03-04T05:06:07-03:30")), "2021-03-04 05:06:07 -0330 -0330");
  Instant none;
  none.null = true;
  EXPECT_EQ(instant_text(none), "<nil>");
}

TEST(InstantRfc3339, ShowsOffsetAndFraction) {
  EXPECT_EQ(instant_rfc3339(at("2021-03-04T05:06:07Z")), "2021-03-04T05:06:07Z");
  EXPECT_EQ(instant_rfc3339(at("2021-03-04T05:06:07.120-03:30")), "2021-03-04T05:06:07.12-03:30");
  EXPECT_EQ(instant_rfc3339(at("0001-01-01")), "0001-01-01T00:00:00Z");
}

TEST(CivilTime, KnowsWeekdayAndDayOfYear) {
  const CivilTime civil = civil_time(at("2024-12-31T23:30:00-01:00"));
  EXPECT_EQ(civil.year, 2024);
  EXPECT_EQ(civil.hour, 23);
  EXPECT_EQ(civil.weekday, 2);
  EXPECT_EQ(civil.yearday, 365);
  EXPECT_EQ(civil_time(at("1969-12-31")).weekday, 3);
}

TEST(CivilTime, RollsOverFieldsOutOfRange) {
  EXPECT_EQ(from_civil({.year = 2021, .month = 13, .day = 1}, 0, 0), at("2022-01-01"));
  EXPECT_EQ(from_civil({.year = 2021, .month = 2, .day = 31}, 0, 0), at("2021-03-03"));
  EXPECT_EQ(from_civil({.year = 2021, .month = 3, .day = 0}, 0, 0), at("2021-02-28"));
  EXPECT_EQ(from_civil({.year = 2021, .month = -11, .day = 1}, 0, 0), at("2020-01-01"));
}

TEST(CivilTime, BearsTheEndsOfTime) {
  for (const std::int64_t seconds : {INT64_MIN, INT64_MAX}) {
    Instant instant;
    instant.seconds = seconds;
    instant.offset_minutes = 60;
    EXPECT_FALSE(instant_text(instant).empty());
  }
  EXPECT_NE(from_civil({.year = INT64_MAX, .month = INT_MAX, .day = INT_MAX}, 0, 0).seconds, 0);
}

struct Layout {
  const char* text;
  const char* rfc3339;
};

TEST(ParseTimeText, TakesTheLayoutsOfTheReference) {
  for (const Layout& layout : {
           Layout{"2021-03-04T05:06:07", "2021-03-04T05:06:07Z"},
           {"2021-03-04T05:06:07+02:00", "2021-03-04T05:06:07+02:00"},
           {"2021-03-04T05:06:07-0330", "2021-03-04T05:06:07-03:30"},
           {"2021-03-04 5:06:07,25", "2021-03-04T05:06:07.25Z"},
           {"2021-03-04 05:06:07+0200", "2021-03-04T05:06:07+02:00"},
           {"2021-03-04 05:06:07 +02:00", "2021-03-04T05:06:07+02:00"},
           {"2021-03-04 05:06:07.5 +0200 CEST", "2021-03-04T05:06:07.5+02:00"},
           {"2021-03-04", "2021-03-04T00:00:00Z"},
           {"04 Mar 2021", "2021-03-04T00:00:00Z"},
           {"Thu, 04 Mar 2021 05:06:07 GMT", "2021-03-04T05:06:07Z"},
           {"Thu, 04 Mar 2021 05:06:07 GMT+3", "2021-03-04T08:06:07Z"},
           {"Thu, 04 Mar 2021 05:06:07 GMT-11", "2021-03-03T18:06:07Z"},
           {"Thu, 04 Mar 2021 05:06:07 +05", "2021-03-04T05:06:07Z"},
           {"Thu Mar  4 05:06:07 GMT+3 2021", "2021-03-04T08:06:07Z"},
           {"2021-03-04 05:06:07 +0200 GMT+3", "2021-03-04T05:06:07+02:00"},
           {"thu, 04 mar 2021 05:06:07 +0100", "2021-03-04T05:06:07+01:00"},
           {"04 Mar 68 05:06 CET", "2068-03-04T05:06:00Z"},
           {"04 Mar 69 05:06 -0700", "1969-03-04T05:06:00-07:00"},
           {"Thursday, 04-Mar-21 05:06:07 UTC", "2021-03-04T05:06:07Z"},
           {"Thu Mar  4 05:06:07 2021", "2021-03-04T05:06:07Z"},
           {"Thu Mar 4 05:06:07 WITA 2021", "2021-03-04T05:06:07Z"},
           {"Thu Mar 04 05:06:07 -0700 2021", "2021-03-04T05:06:07-07:00"},
           {"3:04PM", "0000-01-01T15:04:00Z"},
           {"12:30AM", "0000-01-01T00:30:00Z"},
           {"Mar  4 05:06:07.123456789", "0000-03-04T05:06:07.123456789Z"},
           {"2020-02-29", "2020-02-29T00:00:00Z"},
       }) {
    EXPECT_EQ(instant_rfc3339(at(layout.text)), layout.rfc3339) << layout.text;
  }
}

TEST(ParseTimeText, TakesNothingElse) {
  for (const char* text : {"", "now", "2021-03-04 05:06", "2021-3-4", "2021-02-29", "1900-02-29",
                           "2021-13-01", "2021-03-04 24:00:00", "2021-03-04T05:06:60Z", "13:00PM",
                           "2021-03-04Z", "2021-03-04T05:06:07+99:00", " 2021-03-04",
                           "2021-03-04 x", "Thu, 04 Mar 2021 05:06:07 GMT+24"}) {
    const auto instant = parse_time_text(text);
    ASSERT_FALSE(instant) << text;
    EXPECT_EQ(instant.error().kind(), ErrorKind::invalid);
  }
}

TEST(ParseTime, TellsTheImpossibleFromTheUnreadable) {
  const std::string_view layouts[] = {"2006-01-02"};
  EXPECT_NE(parse_time("2021-02-30", layouts).error().message().find("possible"),
            std::string::npos);
  EXPECT_NE(parse_time("2021", layouts).error().message().find("write it as"), std::string::npos);
}

RC_GTEST_PROP(InstantProperty, TextsComeBack, ()) {
  const Instant instant = *generate_instant();
  const auto parsed = parse_time_text(instant_rfc3339(instant));
  const bool has_four_digits = civil_time(instant).year >= 0 && civil_time(instant).year <= 9999;
  RC_PRE(has_four_digits);
  RC_ASSERT(static_cast<bool>(parsed));
  RC_ASSERT(*parsed == instant);
  RC_ASSERT(parsed->offset_minutes == instant.offset_minutes);
  RC_ASSERT(from_civil(civil_time(instant), instant.nanos, instant.offset_minutes) == instant);
}

}  // namespace
}  // namespace millrace
