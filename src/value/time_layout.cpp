#include "value/time_layout.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace millrace {
namespace {

enum class Part {
  literal,
  long_year,
  year,
  zero_month,
  month_name,
  zero_day,
  padded_day,
  day,
  long_weekday,
  weekday,
  hour,
  hour12,
  zero_minute,
  zero_second,
  half,
  fraction,
  zone_z_colon,
  zone_z,
  zone_colon,
  zone,
  zone_name,
};

struct Spelling {
  std::string_view text;
  Part part;
};

// A longer spelling stands before one that begins it.
constexpr std::array kSpellings = {
    Spelling{"2006", Part::long_year}, Spelling{"Monday", Part::long_weekday},
    Spelling{"Mon", Part::weekday},    Spelling{"Jan", Part::month_name},
    Spelling{"MST", Part::zone_name},  Spelling{"Z07:00", Part::zone_z_colon},
    Spelling{"Z0700", Part::zone_z},   Spelling{"-07:00", Part::zone_colon},
    Spelling{"-0700", Part::zone},     Spelling{".999999999", Part::fraction},
    Spelling{"01", Part::zero_month},  Spelling{"02", Part::zero_day},
    Spelling{"04", Part::zero_minute}, Spelling{"05", Part::zero_second},
    Spelling{"06", Part::year},        Spelling{"15", Part::hour},
    Spelling{"PM", Part::half},        Spelling{"_2", Part::padded_day},
    Spelling{"2", Part::day},          Spelling{"3", Part::hour12},
};

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};

bool is_digit(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

bool begins_with_fraction(std::string_view text) {
  return text.size() >= 2 && (text[0] == '.' || text[0] == ',') && is_digit(text, 1);
}

int days_in(int month, std::int64_t year) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// One text against one layout.
class Reading {
 public:
  explicit Reading(std::string_view text) : rest_(text) {}

  bool follow(std::string_view layout);
  bool is_possible() const { return is_possible_; }  // false: it fits, but is no date
  Instant result(NamedOffset named_offset) const;

 private:
  bool take(Part part, std::string_view layout_after);
  bool take_literal(char c, std::string_view layout);
  bool take_number(int& into, bool two_digits);
  bool take_year(bool is_long);
  bool take_name(std::span<const std::string_view> names, std::size_t letters, int& into);
  bool take_fraction(std::size_t most);
  bool take_half();
  bool take_offset(bool has_colon);
  bool take_zone_name();
  void demand(bool possible) { is_possible_ = is_possible_ && possible; }
  bool complete();

  std::string_view rest_;
  CivilTime civil_{.year = 0};
  std::int32_t nanos_ = 0;
  std::optional<int> offset_minutes_;
  int named_offset_minutes_ = 0;
  std::optional<bool> afternoon_;
  bool is_possible_ = true;
};

bool Reading::follow(std::string_view layout) {
  while (!layout.empty()) {
    const auto* spelling =
        std::find_if(kSpellings.begin(), kSpellings.end(),
                     [&](const Spelling& candidate) { return layout.starts_with(candidate.text); });
    if (spelling == kSpellings.end()) {
      if (!take_literal(layout[0], layout)) return false;
      layout.remove_prefix(1);
      if (rest_.empty()) continue;
    } else {
      layout.remove_prefix(spelling->text.size());
      if (!take(spelling->part, layout)) return false;
    }
  }
  return rest_.empty() && complete();
}

bool Reading::take_literal(char c, std::string_view layout) {
  if (c == ' ') {  // any number of blanks for a run of them; none only at the end of the text
    if (!rest_.empty() && rest_[0] != ' ') return false;
    const bool is_last = layout.size() < 2 || layout[1] != ' ';
    while (is_last && !rest_.empty() && rest_[0] == ' ') rest_.remove_prefix(1);
    return true;
  }
  if (rest_.empty() || rest_[0] != c) return false;
  rest_.remove_prefix(1);
  return true;
}

bool Reading::take(Part part, std::string_view layout_after) {
  int weekday = 0;
  switch (part) {
    case Part::literal: return false;
    case Part::long_year: return take_year(true);
    case Part::year: return take_year(false);
    case Part::zero_month: return take_number(civil_.month, true);
    case Part::month_name:
      if (!take_name(kMonths, 3, civil_.month)) return false;
      ++civil_.month;
      return true;
    case Part::zero_day: return take_number(civil_.day, true);
    case Part::padded_day:
      if (!rest_.empty() && rest_[0] == ' ') rest_.remove_prefix(1);
      return take_number(civil_.day, false);
    case Part::day: return take_number(civil_.day, false);
    case Part::long_weekday: return take_name(kDays, 9, weekday);
    case Part::weekday: return take_name(kDays, 3, weekday);
    case Part::hour: return take_number(civil_.hour, false);
    case Part::hour12:
      if (!take_number(civil_.hour, false)) return false;
      demand(civil_.hour <= 12);
      return true;
    case Part::zero_minute: return take_number(civil_.minute, true);
    case Part::zero_second:
      if (!take_number(civil_.second, true)) return false;
      if (begins_with_fraction(rest_) && !layout_after.starts_with(".9")) {
        return take_fraction(std::string_view::npos);
      }
      return true;
    case Part::fraction: return !begins_with_fraction(rest_) || take_fraction(9);
    case Part::half: return take_half();
    case Part::zone_z_colon:
    case Part::zone_z:
      if (rest_.starts_with('Z')) {
        rest_.remove_prefix(1);
        offset_minutes_ = 0;
        return true;
      }
      return take_offset(part == Part::zone_z_colon);
    case Part::zone_colon: return take_offset(true);
    case Part::zone: return take_offset(false);
    case Part::zone_name: return take_zone_name();
  }
  return false;
}

bool Reading::take_number(int& into, bool two_digits) {
  if (!is_digit(rest_, 0)) return false;
  into = rest_[0] - '0';
  const bool has_second = is_digit(rest_, 1);
  if (two_digits && !has_second) return false;
  if (has_second) into = into * 10 + (rest_[1] - '0');
  rest_.remove_prefix(has_second ? 2 : 1);
  return true;
}

bool Reading::take_year(bool is_long) {
  int century = 0;
  int year = 0;
  if (is_long && !take_number(century, true)) return false;
  if (!take_number(year, true)) return false;
  if (!is_long) century = year >= 69 ? 19 : 20;
  civil_.year = century * 100 + year;
  return true;
}

// One of the names, or its first letters, in any case.
bool Reading::take_name(std::span<const std::string_view> names, std::size_t letters, int& into) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string_view name = names[i].substr(0, letters);
    const bool fits = rest_.size() >= name.size() &&
                      std::equal(name.begin(), name.end(), rest_.begin(),
                                 [](char a, char b) { return (a | 0x20) == (b | 0x20); });
    if (!fits) continue;
    rest_.remove_prefix(name.size());
    into = static_cast<int>(i);
    return true;
  }
  return false;
}

bool Reading::take_fraction(std::size_t most) {
  rest_.remove_prefix(1);
  nanos_ = 0;
  std::int32_t unit = 100'000'000;
  for (std::size_t taken = 0; taken < most && is_digit(rest_, 0); ++taken) {
    nanos_ += (rest_[0] - '0') * unit;
    unit /= 10;
    rest_.remove_prefix(1);
  }
  return true;
}

bool Reading::take_half() {
  if (!rest_.starts_with("AM") && !rest_.starts_with("PM")) return false;
  afternoon_ = rest_[0] == 'P';
  rest_.remove_prefix(2);
  return true;
}

bool Reading::take_offset(bool has_colon) {
  if (rest_.empty() || (rest_[0] != '+' && rest_[0] != '-')) return false;
  const bool is_west = rest_[0] == '-';
  rest_.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!take_number(hours, true)) return false;
  if (has_colon) {
    if (!rest_.starts_with(':')) return false;
    rest_.remove_prefix(1);
  }
  if (!take_number(minutes, true)) return false;
  demand(hours <= 24 && minutes <= 60);
  offset_minutes_ = (is_west ? -1 : 1) * (hours * 60 + minutes);
  return true;
}

// "+05" after GMT or for a zone without a name: its length, 0 when it is none.
std::size_t signed_hours(std::string_view text, int& hours) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return 0;
  constexpr int kTooMany = 1000;
  std::size_t length = 1;
  int number = 0;
  for (; is_digit(text, length); ++length) {
    number = std::min(number * 10 + (text[length] - '0'), kTooMany);
  }
  if (length == 1 || number > 23) return 0;
  hours = text[0] == '-' ? -number : number;
  return length;
}

// Three to five capital letters as zones have them.
bool Reading::take_zone_name() {
  std::size_t length = 0;
  int hours = 0;
  if (rest_.starts_with("UTC")) {
    length = 3;
  } else if (rest_.starts_with("ChST") || rest_.starts_with("MeST")) {
    length = 4;
  } else if (rest_.starts_with("GMT")) {
    length = 3 + signed_hours(rest_.substr(3), hours);
    named_offset_minutes_ = hours * 60;
  } else if (rest_.size() >= 3 && (rest_[0] == '+' || rest_[0] == '-')) {
    length = signed_hours(rest_, hours);
  } else {
    const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    while (length < rest_.size() && length < 6 && is_capital(rest_[length])) ++length;
    const bool ends_in_t = length > 0 && rest_[length - 1] == 'T';
    const bool fits = length == 3 || (length == 4 && (ends_in_t || rest_.starts_with("WITA"))) ||
                      (length == 5 && ends_in_t);
    if (!fits) return false;
  }
  rest_.remove_prefix(length);
  return length > 0;
}

bool Reading::complete() {
  if (afternoon_ && *afternoon_ && civil_.hour < 12) civil_.hour += 12;
  if (afternoon_ && !*afternoon_ && civil_.hour == 12) civil_.hour = 0;
  demand(civil_.month >= 1 && civil_.month <= 12);
  if (is_possible_) demand(civil_.day >= 1 && civil_.day <= days_in(civil_.month, civil_.year));
  demand(civil_.hour <= 23 && civil_.minute <= 59 && civil_.second <= 59);
  return true;
}

Instant Reading::result(NamedOffset named_offset) const {
  Instant instant =
      from_civil(civil_, nanos_, static_cast<std::int16_t>(offset_minutes_.value_or(0)));
  if (offset_minutes_) return instant;
  if (named_offset == NamedOffset::shown) {
    instant.offset_minutes = static_cast<std::int16_t>(named_offset_minutes_);
  } else {
    instant.seconds += named_offset_minutes_ * 60;
  }
  return instant;
}

}  // namespace

Result<Instant> parse_time(std::string_view text, std::span<const std::string_view> layouts,
                           NamedOffset named_offset) {
  bool was_impossible = false;
  for (const std::string_view layout : layouts) {
    Reading reading(text);
    if (!reading.follow(layout)) continue;
    if (reading.is_possible()) return reading.result(named_offset);
    was_impossible = true;
  }
  std::string message = "\"" + std::string(text.substr(0, 60)) + "\" ";
  message += was_impossible ? "is no possible date or time"
                            : "is no date or time: write it as 2021-03-04T05:06:07Z";
  return Error(ErrorKind::invalid, std::move(message));
}

}  // namespace millrace
