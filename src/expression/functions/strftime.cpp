#include "expression/functions/strftime.h"

#include <array>
#include <cstdlib>

namespace millrace {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

void append_padded(std::string& out, std::int64_t value, std::size_t width, char fill = '0') {
  const std::string digits = std::to_string(value < 0 ? -value : value);
  if (value < 0) out.push_back('-');
  if (digits.size() < width) out.append(width - digits.size(), fill);
  out.append(digits);
}

std::string_view weekday_name(const CivilTime& time) {
  return kWeekdays[static_cast<std::size_t>(time.weekday)];
}

std::string_view month_name(const CivilTime& time) {
  return kMonths[static_cast<std::size_t>(time.month - 1)];
}

int twelve_hour(const CivilTime& time) { return (time.hour + 11) % 12 + 1; }

// "+0200"
void append_offset(std::string& out, int offset_minutes) {
  out.push_back(offset_minutes < 0 ? '-' : '+');
  const int minutes = std::abs(offset_minutes);
  append_padded(out, minutes / 60, 2);
  append_padded(out, minutes % 60, 2);
}

bool is_leap_year(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

// The week belongs to the year that its Thursday is in. 1 to 53.
int iso_week(const CivilTime& time) {
  const int from_monday = (time.weekday + 6) % 7;
  const int thursday = time.yearday - from_monday + 3;
  if (thursday < 0) return (thursday + (is_leap_year(time.year - 1) ? 366 : 365)) / 7 + 1;
  return thursday >= (is_leap_year(time.year) ? 366 : 365) ? 1 : thursday / 7 + 1;
}

// Weeks begin on `first_day` (0 is Sunday). Not C's rule where the day of the year equals the days
// since the week began: the reference's library counts that as week 1.
void append_week(std::string& out, const CivilTime& time, int first_day) {
  const int into_week = (time.weekday - first_day + 7) % 7;
  const int day = time.yearday + 1;
  append_padded(out, day < into_week ? 0 : (day - into_week) / 7 + 1, 2);
}

// What a verb stands for, as a pattern of simpler ones; empty where it is simple.
std::string_view composed(char verb) {
  switch (verb) {
    case 'c': return "%a %h %e %H:%M:%S %Y";
    case 'D':
    case 'x': return "%m/%d/%y";
    case 'F': return "%Y-%m-%d";
    case 'R': return "%H:%M";
    case 'r': return "%I:%M:%S %p";
    case 'T':
    case 'X': return "%H:%M:%S";
    case 'v': return "%e-%h-%Y";
    default: return {};
  }
}

bool append_pattern(std::string& out, std::string_view pattern, const CivilTime& time,
                    const Instant& instant);

bool append_verb(std::string& out, char verb, const CivilTime& time, const Instant& instant) {
  switch (verb) {
    case 'A': out.append(weekday_name(time)); break;
    case 'a': out.append(weekday_name(time).substr(0, 3)); break;
    case 'B': out.append(month_name(time)); break;
    case 'h': out.append(month_name(time).substr(0, 3)); break;
    case 'b': append_padded(out, instant.nanos / 1'000'000, 3); break;
    case 'L': out.append(std::to_string(instant.seconds)); break;
    case 'C': append_padded(out, time.year / 100, 2); break;
    case 'Y': append_padded(out, time.year, 4); break;
    case 'y': append_padded(out, time.year < 0 ? 0 : time.year % 100, 2); break;
    case 'm': append_padded(out, time.month, 2); break;
    case 'd': append_padded(out, time.day, 2); break;
    case 'e': append_padded(out, time.day, 2, ' '); break;
    case 'j': append_padded(out, time.yearday + 1, 3); break;
    case 'H': append_padded(out, time.hour, 2); break;
    case 'k': append_padded(out, time.hour, 2, ' '); break;
    case 'I': append_padded(out, twelve_hour(time), 2); break;
    case 'l': append_padded(out, twelve_hour(time), 2, ' '); break;
    case 'M': append_padded(out, time.minute, 2); break;
    case 'S': append_padded(out, time.second, 2); break;
    case 'p': out.append(time.hour < 12 ? "AM" : "PM"); break;
    case 'u': append_padded(out, time.weekday == 0 ? 7 : time.weekday, 1); break;
    case 'w': append_padded(out, time.weekday, 1); break;
    case 'V': append_padded(out, iso_week(time), 2); break;
    case 'U': append_week(out, time, 0); break;
    case 'W': append_week(out, time, 1); break;
    case 'Z':
      if (instant.offset_minutes == 0) {
        out.append("UTC");
        break;
      }
      [[fallthrough]];
    case 'z': append_offset(out, instant.offset_minutes); break;
    case 'n': out.push_back('\n'); break;
    case 't': out.push_back('\t'); break;
    case '%': out.push_back('%'); break;
    default: {
      const std::string_view pattern = composed(verb);
      return !pattern.empty() && append_pattern(out, pattern, time, instant);
    }
  }
  return true;
}

bool append_pattern(std::string& out, std::string_view pattern, const CivilTime& time,
                    const Instant& instant) {
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '%') {
      out.push_back(pattern[at]);
      continue;
    }
    if (++at == pattern.size() || !append_verb(out, pattern[at], time, instant)) return false;
  }
  return true;
}

}  // namespace

std::string strftime_text(std::string_view pattern, const Instant& instant) {
  std::string out;
  if (!append_pattern(out, pattern, civil_time(instant), instant)) return {};
  return out;
}

}  // namespace millrace
