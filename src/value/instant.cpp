#include "value/instant.h"

#include <array>
#include <limits>

#include "value/number_text.h"
#include "value/time_layout.h"

namespace millrace {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

std::int64_t floor_divide(std::int64_t number, std::int64_t by) {
  return number / by - (number % by < 0 ? 1 : 0);
}

std::int64_t floor_remainder(std::int64_t number, std::int64_t by) {
  const std::int64_t remainder = number % by;
  return remainder < 0 ? remainder + by : remainder;
}

// Days since 1970-01-01 of a date of the proleptic Gregorian calendar, and back, in 64 bits
// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"); std::chrono ends at year 32767.
// Eras are of 400 years, years begin in March.
std::int64_t days_from_date(std::int64_t year, int month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = floor_divide(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468 + (day - 1);
}

void date_from_days(std::int64_t days, CivilTime& civil) {
  days += 719'468;
  const std::int64_t era = floor_divide(days, 146'097);
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  civil.day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  civil.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  civil.year = year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0);
}

void append_padded(std::string& out, std::int64_t number, std::size_t width) {
  std::string digits;
  append_integer(digits, number < 0 ? -number : number);
  if (number < 0) out += '-';
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

void append_date(std::string& out, const CivilTime& civil) {
  append_padded(out, civil.year, 4);
  out += '-';
  append_padded(out, civil.month, 2);
  out += '-';
  append_padded(out, civil.day, 2);
}

void append_clock(std::string& out, const CivilTime& civil, std::int32_t nanos) {
  append_padded(out, civil.hour, 2);
  out += ':';
  append_padded(out, civil.minute, 2);
  out += ':';
  append_padded(out, civil.second, 2);
  if (nanos == 0) return;
  out += '.';
  append_padded(out, nanos, 9);
  out.erase(out.find_last_not_of('0') + 1);
}

void append_offset(std::string& out, int minutes, std::string_view separator) {
  out += minutes < 0 ? '-' : '+';
  const int size = minutes < 0 ? -minutes : minutes;
  append_padded(out, size / 60, 2);
  out += separator;
  append_padded(out, size % 60, 2);
}

}  // namespace

CivilTime civil_time(const Instant& instant) {
  CivilTime civil;
  std::int64_t days = floor_divide(instant.seconds, kDaySeconds);
  const std::int64_t in_utc_day = floor_remainder(instant.seconds, kDaySeconds);
  const std::int64_t shifted = in_utc_day + std::int64_t{instant.offset_minutes} * 60;
  days += floor_divide(shifted, kDaySeconds);
  const auto in_day = static_cast<int>(floor_remainder(shifted, kDaySeconds));
  date_from_days(days, civil);
  civil.hour = in_day / 3'600;
  civil.minute = in_day / 60 % 60;
  civil.second = in_day % 60;
  civil.weekday = static_cast<int>((days % 7 + 11) % 7);  // 1970-01-01 was a Thursday
  civil.yearday = static_cast<int>(days - days_from_date(civil.year, 1, 1));
  return civil;
}

Instant from_civil(const CivilTime& civil, std::int32_t nanos, std::int16_t offset_minutes) {
  // Beyond this the count of seconds would not fit; nobody's calendar reaches there.
  constexpr std::int64_t kMaxYear = 200'000'000'000;
  const std::int64_t months = std::int64_t{civil.month} - 1;
  std::int64_t year = civil.year;
  if (year > kMaxYear) year = kMaxYear;
  if (year < -kMaxYear) year = -kMaxYear;
  year += floor_divide(months, 12);
  const int month = static_cast<int>(floor_remainder(months, 12)) + 1;
  Instant instant;
  instant.seconds = days_from_date(year, month, civil.day) * kDaySeconds +
                    std::int64_t{civil.hour} * 3'600 + std::int64_t{civil.minute} * 60 +
                    civil.second - std::int64_t{offset_minutes} * 60;
  instant.nanos = nanos;
  instant.offset_minutes = offset_minutes;
  return instant;
}

std::string instant_rfc3339(const Instant& instant) {
  if (instant.null) return "";
  const CivilTime civil = civil_time(instant);
  std::string out;
  append_date(out, civil);
  out += 'T';
  append_clock(out, civil, instant.nanos);
  if (instant.offset_minutes == 0) {
    out += 'Z';
  } else {
    append_offset(out, instant.offset_minutes, ":");
  }
  return out;
}

std::string instant_text(const Instant& instant) {
  if (instant.null) return "<nil>";
  const CivilTime civil = civil_time(instant);
  std::string out;
  append_date(out, civil);
  out += ' ';
  append_clock(out, civil, instant.nanos);
  out += ' ';
  append_offset(out, instant.offset_minutes, "");
  if (instant.offset_minutes == 0) {
    out += " UTC";
  } else {
    out += ' ';
    append_offset(out, instant.offset_minutes, "");
  }
  return out;
}

Result<Instant> parse_time_text(std::string_view text) {
  static constexpr std::array<std::string_view, 21> kLayouts = {
      "2006-01-02T15:04:05Z07:00",
      "2006-01-02T15:04:05",
      "Mon, 02 Jan 2006 15:04:05 -0700",
      "Mon, 02 Jan 2006 15:04:05 MST",
      "02 Jan 06 15:04 -0700",
      "02 Jan 06 15:04 MST",
      "Monday, 02-Jan-06 15:04:05 MST",
      "2006-01-02 15:04:05.999999999 -0700 MST",
      "2006-01-02T15:04:05-0700",
      "2006-01-02 15:04:05Z0700",
      "2006-01-02 15:04:05",
      "Mon Jan _2 15:04:05 2006",
      "Mon Jan _2 15:04:05 MST 2006",
      "Mon Jan 02 15:04:05 -0700 2006",
      "2006-01-02 15:04:05Z07:00",
      "2006-01-02",
      "02 Jan 2006",
      "2006-01-02 15:04:05 -07:00",
      "2006-01-02 15:04:05 -0700",
      "3:04PM",
      "Jan _2 15:04:05",
  };
  return parse_time(text, kLayouts, NamedOffset::dropped);
}

}  // namespace millrace
