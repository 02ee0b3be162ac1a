#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>

#include "base/duration.h"
#include "expression/functions/arguments.h"
#include "expression/functions/declare.h"
#include "expression/functions/families.h"
#include "expression/functions/strftime.h"
#include "value/instant.h"
#include "value/number_text.h"
#include "value/time_layout.h"

namespace millrace {
namespace {

constexpr std::array<std::string_view, 1> kIsoLayout = {"2006-01-02T15:04:05Z07:00"};

// What date() reads, first that fits.
constexpr std::array<std::string_view, 12> kDateLayouts = {"Mon Jan _2 15:04:05 2006",
                                                           "Mon Jan _2 15:04:05 MST 2006",
                                                           "Mon Jan 02 15:04:05 -0700 2006",
                                                           "3:04PM",
                                                           "2006-01-02T15:04:05Z07:00",
                                                           "2006-01-02",
                                                           "2006-01-02 15:04",
                                                           "2006-01-02 15:04:05",
                                                           "2006-01-02 15:04:05-07:00",
                                                           "2006-01-02T15Z0700",
                                                           "2006-01-02T15:04Z0700",
                                                           "2006-01-02T15:04:05Z0700"};

Result<Instant> as_time(std::string_view parameter, const Value& value) {
  if (value.kind() == Kind::instant && !value.as_instant().null) return value.as_instant();
  if (!value.is_text()) return wrong_argument(parameter, "DateTime or text", value);
  auto time = parse_time_text(value.as_text());
  if (time) return time;
  return invalid(std::string(parameter) + ": " + time.error().message());
}

Outcome to_outcome(const Result<Instant>& time) {
  if (!time) return time.error();
  return Value::instant(*time);
}

Outcome now(EvaluationContext& context, Arguments) {
  const std::int64_t nanos = context.clock.wall().time_since_epoch().count();
  constexpr std::int64_t kSecond = 1'000'000'000;
  std::int64_t seconds = nanos / kSecond;
  if (nanos % kSecond < 0) --seconds;
  return Value::instant(
      {.seconds = seconds, .nanos = static_cast<std::int32_t>(nanos - seconds * kSecond)});
}

Outcome parse_iso_time(EvaluationContext&, Arguments arguments) {
  return to_outcome(parse_time(arguments[0].as_text(), kIsoLayout));
}

Outcome date(EvaluationContext&, Arguments arguments) {
  return to_outcome(parse_time(arguments[0].as_text(), kDateLayouts));
}

Outcome to_duration(EvaluationContext&, Arguments arguments) {
  MILLRACE_TRY_ASSIGN(duration, parse_duration(arguments[0].as_text()));
  return Value::duration(duration);
}

template <bool kLatest>
Outcome extreme(EvaluationContext&, Arguments arguments) {
  MILLRACE_TRY_ASSIGN(chosen, as_time("time", arguments[0]));
  for (const Value& argument : arguments.subspan(1)) {
    MILLRACE_TRY_ASSIGN(other, as_time("others", argument));
    if (kLatest ? chosen < other : other < chosen) chosen = other;
  }
  return Value::instant(chosen);
}

// Seconds that a DateTime may have: a few hundred million years each way, so that calendar
// arithmetic stays within 64 bits.
constexpr std::int64_t kFarthest = std::int64_t{1} << 53;

Outcome moved(Instant time) {
  if (time.seconds > kFarthest || time.seconds < -kFarthest) {
    return invalid("the result is too far away for a DateTime");
  }
  return Value::instant(time);
}

Outcome mod_time(EvaluationContext&, Arguments arguments) {
  MILLRACE_TRY_ASSIGN(time, as_time("time", arguments[0]));
  Nanos by{0};
  if (arguments[1].kind() == Kind::duration) {
    by = arguments[1].as_duration();
  } else if (arguments[1].is_text()) {
    MILLRACE_TRY_ASSIGN(parsed, parse_duration(arguments[1].as_text()));
    by = parsed;
  }
  constexpr std::int64_t kSecond = 1'000'000'000;
  time.seconds += by.count() / kSecond;
  time.nanos += static_cast<std::int32_t>(by.count() % kSecond);
  if (time.nanos < 0) time.nanos += kSecond, --time.seconds;
  if (time.nanos >= kSecond) time.nanos -= kSecond, ++time.seconds;
  return moved(time);
}

std::optional<std::int64_t> as_amount(const Value& value) {
  switch (value.kind()) {
    case Kind::floating: return truncated(value.as_float());
    case Kind::integer:
    case Kind::host_int: return value.as_integer();
    case Kind::unsigned_integer: return static_cast<std::int64_t>(value.as_unsigned());
    case Kind::boolean: return value.as_boolean() ? 1 : 0;
    case Kind::text: return parse_integer_text(value.as_text());
    default: return std::nullopt;
  }
}

// Adds so many times the unit on the calendar; a day past the month's end rolls over.
template <int kYears, int kMonths, int kDays>
Outcome mod_calendar(EvaluationContext&, Arguments arguments) {
  constexpr std::int64_t kMost = 10'000'000'000;  // days, so that nothing overflows below
  MILLRACE_TRY_ASSIGN(time, as_time("time", arguments[0]));
  const std::optional<std::int64_t> amount = as_amount(arguments[1]);
  if (!amount) return wrong_argument("amount", "a whole number", arguments[1]);
  constexpr int kDaysOfUnit = kYears * 366 + kMonths * 31 + kDays;
  if (*amount > kMost / kDaysOfUnit || *amount < -kMost / kDaysOfUnit) {
    return invalid("the result is too far away for a DateTime");
  }
  CivilTime civil = civil_time(time);
  civil.year += kYears * *amount;
  // from_civil counts months and days in an int.
  const std::int64_t months = civil.month - 1 + kMonths * *amount;
  civil.year += months / 12;
  civil.month = static_cast<int>(months % 12) + 1;
  Instant result = from_civil(civil, time.nanos, time.offset_minutes);
  result.seconds += kDays * *amount * 86'400;
  return moved(result);
}

Outcome is_leap_year(EvaluationContext&, Arguments arguments) {
  MILLRACE_TRY_ASSIGN(time, as_time("time", arguments[0]));
  const std::int64_t year = civil_time(time).year;
  return Value::boolean(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

Outcome is_week_day(EvaluationContext&, Arguments arguments) {
  MILLRACE_TRY_ASSIGN(time, as_time("time", arguments[0]));
  const int weekday = civil_time(time).weekday;
  return Value::boolean(weekday >= 1 && weekday <= 5);
}

// The reference subtracts nanoseconds in 64 bits, so that 292 years are the most that comes out.
Outcome sub(EvaluationContext&, Arguments arguments) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 1'000'000;
  MILLRACE_TRY_ASSIGN(later, as_time("later", arguments[0]));
  MILLRACE_TRY_ASSIGN(earlier, as_time("earlier", arguments[1]));
  if (!(earlier < later)) return invalid("the first time must be later than the second");
  const std::int64_t seconds = later.seconds - earlier.seconds;
  const std::int64_t nanos = later.nanos - earlier.nanos;
  if (seconds > kMost / 1'000) return Value::integer(kMost);
  const std::int64_t whole = nanos < 0 ? (nanos - 999'999) / 1'000'000 : nanos / 1'000'000;
  return Value::integer(std::min(kMost, seconds * 1'000 + whole));
}

Outcome strftime(EvaluationContext& context, Arguments arguments) {
  MILLRACE_TRY_ASSIGN(time, as_time("time", arguments[0]));
  constexpr std::size_t kGrowth = 16;  // "%c" gives 24 bytes and more
  const std::string_view pattern = arguments[1].as_text();
  if (!pay_for_text(context, kGrowth * pattern.size())) return context.fuel.exhausted();
  return text(strftime_text(pattern, time));
}

constexpr std::string_view kFamily = "times";
constexpr Parameter kText[] = {{"text", ParameterKind::text}};
constexpr Parameter kTime[] = {{"time", ParameterKind::time}};
constexpr Parameter kTimes[] = {{"time", ParameterKind::time}, {"others", ParameterKind::time}};
constexpr Parameter kShift[] = {{"time", ParameterKind::time},
                                {"duration", ParameterKind::anything}};
constexpr Parameter kAmount[] = {{"time", ParameterKind::time},
                                 {"amount", ParameterKind::anything}};
constexpr Parameter kTwo[] = {{"later", ParameterKind::time}, {"earlier", ParameterKind::time}};
constexpr Parameter kPattern[] = {{"time", ParameterKind::time}, {"pattern", ParameterKind::text}};

constexpr Function kFunctions[] = {
    declare(kFamily, "now", none(), "DateTime", now, {"The present time, in UTC.", "now()", ""}),
    declare(kFamily, "parseISOTime", all_of(kText), "DateTime", parse_iso_time,
            {"The text read as RFC 3339, with its offset.",
             "parseISOTime(\"2021-03-04T05:06:07Z\")", "2021-03-04 05:06:07 +0000 UTC"}),
    declare(
        kFamily, "date", all_of(kText), "DateTime", date,
        {"The text read as a date, a date with a time (with seconds or without, with an offset or "
         "in UTC), RFC 3339, `Mon Jan 2 15:04:05 2006` or `3:04PM`.",
         "date(\"2021-03-04 05:06\")", "2021-03-04 05:06:00 +0000 UTC"}),
    declare(kFamily, "parseDuration", all_of(kText), "Duration", to_duration,
            {"The text read as a duration: numbers with ns, us, ms, s, m or h, a sign before them.",
             "parseDuration(\"1h30m\")", "1h30m0s"}),
    declare(kFamily, "earliest", repeating(kTimes), "DateTime", extreme<false>,
            {"The earliest of the times; the first of equals.",
             "earliest(\"2021-03-04\", \"2020-01-01\")", "2020-01-01 00:00:00 +0000 UTC"}),
    declare(kFamily, "latest", repeating(kTimes), "DateTime", extreme<true>,
            {"The latest of the times; the first of equals.",
             "latest(\"2021-03-04\", \"2020-01-01\")", "2021-03-04 00:00:00 +0000 UTC"}),
    declare(kFamily, "modTime", all_of(kShift), "DateTime", mod_time,
            {"The time plus a Duration, or a text that is one; any other value adds nothing.",
             "modTime(\"2021-03-04\", \"-90m\")", "2021-03-03 22:30:00 +0000 UTC"}),
    declare(kFamily, "modDate", all_of(kAmount), "DateTime", mod_calendar<0, 0, 1>,
            {"The time so many days later, earlier when negative.", "modDate(\"2021-03-04\", -4)",
             "2021-02-28 00:00:00 +0000 UTC"}),
    declare(kFamily, "modWeek", all_of(kAmount), "DateTime", mod_calendar<0, 0, 7>,
            {"The time so many weeks later.", "modWeek(\"2021-03-04\", 1)",
             "2021-03-11 00:00:00 +0000 UTC"}),
    declare(kFamily, "modMonth", all_of(kAmount), "DateTime", mod_calendar<0, 1, 0>,
            {"The same day so many months later; a day past the month's end counts into the next.",
             "modMonth(\"2021-01-31\", 1)", "2021-03-03 00:00:00 +0000 UTC"}),
    declare(kFamily, "modYear", all_of(kAmount), "DateTime", mod_calendar<1, 0, 0>,
            {"The same day so many years later.", "modYear(\"2024-02-29\", 1)",
             "2025-03-01 00:00:00 +0000 UTC"}),
    declare(kFamily, "isLeapYear", all_of(kTime), "Boolean", is_leap_year,
            {"Whether the time's year has 366 days.", "isLeapYear(\"2024-01-01\")", "true"}),
    declare(kFamily, "isWeekDay", all_of(kTime), "Boolean", is_week_day,
            {"Whether the time is on a Monday to Friday, in its own offset.",
             "isWeekDay(\"2021-03-06\")", "false"}),
    declare(kFamily, "sub", all_of(kTwo), "Integer", sub,
            {"The milliseconds from the second time to the first, which must be later.",
             "sub(\"2021-03-04\", \"2021-03-03\")", "86400000"}),
    declare(
        kFamily, "strftime", all_of(kPattern), "text", strftime,
        {"The time written by a POSIX pattern, with two own verbs: %b is the milliseconds, %L the "
         "seconds since 1970. An unknown verb makes the whole text empty.",
         "strftime(\"2021-03-04\", \"%d.%m.%Y\")", "04.03.2021"}),
};

}  // namespace

std::span<const Function> time_functions() { return kFunctions; }

}  // namespace millrace
