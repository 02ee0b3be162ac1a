// Points in time as values: seconds and nanoseconds of Unix time, with the offset in which people
// see them. Text in and out as the reference (Go) writes and reads it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace {

struct Instant {
  std::int64_t seconds = 0;         // since 1970-01-01T00:00:00Z, may be negative
  std::int32_t nanos = 0;           // 0 to 999,999,999
  std::int16_t offset_minutes = 0;  // east of UTC
  bool null = false;                // a DateTime without a value; the rest does not count then

  // By the point in time; offsets do not count. A null one equals only another null one.
  friend bool operator==(const Instant& a, const Instant& b) {
    if (a.null || b.null) return a.null == b.null;
    return a.seconds == b.seconds && a.nanos == b.nanos;
  }
  // Earlier in time; a null one comes first.
  friend bool operator<(const Instant& a, const Instant& b) {
    if (a.null || b.null) return a.null && !b.null;
    return a.seconds != b.seconds ? a.seconds < b.seconds : a.nanos < b.nanos;
  }
};

// A date of the proleptic Gregorian calendar and a time of day, in the instant's own offset.
struct CivilTime {
  std::int64_t year = 1970;
  int month = 1;    // 1 to 12
  int day = 1;      // 1 to 31
  int hour = 0;     // 0 to 23
  int minute = 0;   // 0 to 59
  int second = 0;   // 0 to 59
  int weekday = 0;  // 0 is Sunday; ignored by from_civil
  int yearday = 0;  // 0 is the first of January; ignored by from_civil
};

CivilTime civil_time(const Instant& instant);

// Fields out of range roll over as in Go's time.Date (month 13 is January of the next year, day 0
// the last of the month before).
Instant from_civil(const CivilTime& civil, std::int32_t nanos, std::int16_t offset_minutes);

// "2021-03-04T05:06:07.5Z", "2021-03-04T05:06:07+02:00": up to nine digits of fraction, none that
// are needless zeros. "" for null.
std::string instant_rfc3339(const Instant& instant);

// "2021-03-04 05:06:07.5 +0000 UTC"; an offset other than zero shows as "+0200 +0200". "<nil>" for
// null.
std::string instant_text(const Instant& instant);

// The layouts of a text that is cast to DateTime (docs/reference/expressions.md, DateTime). UTC
// unless the text has an offset; a zone's name is read and ignored.
Result<Instant> parse_time_text(std::string_view text);

}  // namespace millrace
