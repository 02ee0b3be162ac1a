#include <gtest/gtest.h>

#include "expression/functions/result_of.h"

namespace millrace {
namespace {

constexpr std::string_view kScope = R"({
  "d": {"@type": "DateTime", "@value": "2021-03-04T05:06:07.5+02:00"},
  "none": {"@type": "DateTime", "@value": null},
  "dur": {"@type": "Duration", "@value": "1h30m"},
  "nul": null, "t": true,
  "i": {"@type": "Integer", "@value": -1}})";

// RFC 3339, or what went wrong.
std::string time(std::string_view source) {
  return text_of("toJSON(" + std::string(source) + ")", kScope);
}

TEST(Times, Now) { EXPECT_EQ(time("now()"), R"("2021-03-04T05:06:07.000000005Z")"); }

TEST(Times, Parsing) {
  EXPECT_EQ(time("parseISOTime(\"2021-03-04T05:06:07,5+02:00\")"),
            R"("2021-03-04T05:06:07.5+02:00")");
  for (const std::string_view source :
       {"parseISOTime(\"2021-03-04\")", "parseISOTime(\"2021-03-04T05:06:07\")",
        "parseISOTime(\"2021-03-04T05:06:07+0200\")", "parseISOTime(\"2021-02-30T05:06:07Z\")",
        "date(\"2021-02-30\")", "date(\"2021-03-04T05:06:07\")", "date(d)", "date()"}) {
    EXPECT_TRUE(fails(source, kScope)) << source;
  }
  EXPECT_EQ(time("date(\"2021-03-04\")"), R"("2021-03-04T00:00:00Z")");
  EXPECT_EQ(time("date(\"2021-03-04 05:06\")"), R"("2021-03-04T05:06:00Z")");
  EXPECT_EQ(time("date(\"2021-03-04 05:06:07\")"), R"("2021-03-04T05:06:07Z")");
  EXPECT_EQ(time("date(\"2021-03-04 05:06:07+02:00\")"), R"("2021-03-04T05:06:07+02:00")");
  EXPECT_EQ(time("date(\"2021-03-04T05Z\")"), R"("2021-03-04T05:00:00Z")");
  EXPECT_EQ(time("date(\"2021-03-04T05:06-0130\")"), R"("2021-03-04T05:06:00-01:30")");
  EXPECT_EQ(time("date(\"Thu Mar  4 05:06:07 2021\")"), R"("2021-03-04T05:06:07Z")");
  EXPECT_EQ(time("date(\"Thu Mar  4 05:06:07 CET 2021\")"), R"("2021-03-04T05:06:07Z")");
  EXPECT_EQ(time("date(\"Thu Mar  4 05:06:07 GMT+3 2021\")"), R"("2021-03-04T08:06:07+03:00")");
  EXPECT_EQ(time("date(\"Thu Mar  4 05:06:07 GMT-11 2021\")"), R"("2021-03-03T18:06:07-11:00")");
  EXPECT_EQ(time("date(\"Thu Mar 04 05:06:07 +0200 2021\")"), R"("2021-03-04T05:06:07+02:00")");
}

TEST(Times, Durations) {
  EXPECT_EQ(text_of("parseDuration(\"-1.5h\")"), "-1h30m0s");
  EXPECT_TRUE(fails("parseDuration(\"1d\")"));
  EXPECT_TRUE(fails("parseDuration(\"\")"));
  EXPECT_EQ(time("modTime(d, \"-500ms\")"), R"("2021-03-04T05:06:07+02:00")");
  EXPECT_EQ(time("modTime(d, \"-501ms\")"), R"("2021-03-04T05:06:06.999+02:00")");
  EXPECT_EQ(time("modTime(d, dur)"), R"("2021-03-04T06:36:07.5+02:00")");
  EXPECT_EQ(time("modTime(d, 5)"), R"("2021-03-04T05:06:07.5+02:00")");
  EXPECT_EQ(time("modTime(d, nul)"), R"("2021-03-04T05:06:07.5+02:00")");
  EXPECT_TRUE(fails("modTime(d, \"x\")", kScope));
}

TEST(Times, Calendar) {
  EXPECT_EQ(time("modMonth(\"2021-01-31\", 1)"), R"("2021-03-03T00:00:00Z")");
  EXPECT_EQ(time("modMonth(\"2024-01-31\", 1)"), R"("2024-03-02T00:00:00Z")");
  EXPECT_EQ(time("modMonth(d, -15)"), R"("2019-12-04T05:06:07.5+02:00")");
  EXPECT_EQ(time("modYear(\"2024-02-29\", -1)"), R"("2023-03-01T00:00:00Z")");
  EXPECT_EQ(time("modDate(d, \"0x10\")"), R"("2021-03-20T05:06:07.5+02:00")");
  EXPECT_EQ(time("modDate(d, i)"), R"("2021-03-03T05:06:07.5+02:00")");
  EXPECT_EQ(time("modDate(d, t)"), R"("2021-03-05T05:06:07.5+02:00")");
  EXPECT_EQ(time("modDate(d, -1.9)"), R"("2021-03-03T05:06:07.5+02:00")");
  EXPECT_EQ(time("modWeek(d, 52)"), R"("2022-03-03T05:06:07.5+02:00")");
  for (const std::string_view source :
       {"modDate(d, \"1.5\")", "modDate(d, \"\")", "modDate(d, nul)", "modDate(d, dur)",
        "modYear(d, 1e15)", "modDate(d, 0/0)", "modDate(none, 1)", "modDate(1, 1)"}) {
    EXPECT_TRUE(fails(source, kScope)) << source;
  }
}

TEST(Times, Comparing) {
  EXPECT_EQ(time("earliest(d, \"2021-03-04T03:06:07.5Z\")"), R"("2021-03-04T05:06:07.5+02:00")");
  EXPECT_EQ(time("latest(\"2021-03-04T03:06:07.5Z\", d)"), R"("2021-03-04T03:06:07.5Z")");
  EXPECT_TRUE(fails("earliest(d, nul)", kScope));
  EXPECT_TRUE(fails("earliest(none)", kScope));
  EXPECT_EQ(text_of("sub(\"2021-03-04T00:00:01Z\", \"2021-03-04T00:00:00.0005Z\")"), "999");
  EXPECT_EQ(text_of("sub(\"2021-03-04\", \"1021-03-04\")"), "9223372036854");
  EXPECT_TRUE(fails("sub(d, d)", kScope));
}

TEST(Times, Predicates) {
  EXPECT_EQ(text_of("isLeapYear(\"2000-01-01\")"), "true");
  EXPECT_EQ(text_of("isLeapYear(\"1900-01-01\")"), "false");
  EXPECT_EQ(text_of("isWeekDay(\"2021-03-06T23:00:00Z\")"), "false");
  EXPECT_EQ(text_of("isWeekDay(\"2021-03-05T23:00:00Z\")"), "true");
  EXPECT_EQ(text_of("strftime(d, \"%F %z\")", kScope), "2021-03-04 +0200");
  EXPECT_EQ(text_of("strftime(d, \"%q\")", kScope), "");
  EXPECT_TRUE(fails("strftime(none, \"%F\")", kScope));
  EXPECT_TRUE(fails("strftime(i, \"%F\")", kScope));
}

}  // namespace
}  // namespace millrace
