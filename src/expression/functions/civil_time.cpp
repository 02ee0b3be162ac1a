#include "expression/functions/civil_time.h"

namespace millrace {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

}  // namespace

bool is_leap_year(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

// The year is taken to begin in March, so that the leap day is its last; eras have 400 years.
std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
  year += floor_div(month - 1, 12);
  month = (month - 1) - floor_div(month - 1, 12) * 12 + 1;
  if (month <= 2) --year;
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month_from_march = (month + 9) % 12;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

CivilTime civil_time(std::int64_t unix_seconds, int nanosecond, int offset) {
  const std::int64_t local = unix_seconds + offset;
  const std::int64_t days = floor_div(local, kSecondsPerDay);
  const auto second_of_day = static_cast<int>(local - days * kSecondsPerDay);

  const std::int64_t shifted = days + 719'468;  // from 0000-03-01
  const std::int64_t era = floor_div(shifted, 146'097);
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;

  CivilTime time;
  time.month = static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  time.day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  time.year = year_of_era + era * 400 + (time.month <= 2 ? 1 : 0);
  time.hour = second_of_day / 3'600;
  time.minute = second_of_day / 60 % 60;
  time.second = second_of_day % 60;
  time.nanosecond = nanosecond;
  time.weekday = static_cast<int>((days + 4) - floor_div(days + 4, 7) * 7);
  time.year_day = static_cast<int>(days - days_from_civil(time.year, 1, 1)) + 1;
  time.offset = offset;
  time.unix_seconds = unix_seconds;
  return time;
}

// The week belongs to the year that its Thursday is in.
int iso_week(const CivilTime& time) {
  const int from_monday = (time.weekday + 6) % 7;
  const int thursday = time.year_day - from_monday + 3;
  if (thursday < 1) {
    return (thursday + (is_leap_year(time.year - 1) ? 366 : 365) - 1) / 7 + 1;
  }
  const int length = is_leap_year(time.year) ? 366 : 365;
  return thursday > length ? 1 : (thursday - 1) / 7 + 1;
}

}  // namespace millrace
