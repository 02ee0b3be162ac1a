// A point in time taken apart on the calendar (proleptic Gregorian), at a fixed offset from UTC.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

struct CivilTime {
  std::int64_t year = 1970;
  int month = 1;  // 1-12
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int nanosecond = 0;
  int weekday = 4;   // 0 is Sunday
  int year_day = 1;  // from 1
  int offset = 0;    // seconds east of UTC
  std::int64_t unix_seconds = 0;
};

CivilTime civil_time(std::int64_t unix_seconds, int nanosecond, int offset);

// Days from 1970-01-01. A month beyond 1-12 counts into other years, a day beyond the month's end into
// other months.
std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day);

bool is_leap_year(std::int64_t year);
int iso_week(const CivilTime& time);  // 1-53

// POSIX strftime, with the verbs and the peculiarities of docs/compatibility.md. Empty when the
// pattern has an unknown verb or ends in a lone "%".
std::string strftime_text(std::string_view pattern, const CivilTime& time);

}  // namespace millrace
