#include "base/duration.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

namespace millrace {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t nanos;
};

// Longer names first where one is the beginning of another.
constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"\u00b5s", 1'000},
                                      {"\u03bcs", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000}}};

constexpr std::uint64_t kLargest = std::uint64_t{1} << 63;

// `value` over `scale` as a decimal without trailing zeros: 1500/1000 is "1.5".
std::string decimal(std::uint64_t value, std::uint64_t scale) {
  std::string text = fmt::format("{}", value / scale);
  std::uint64_t rest = value % scale;
  if (rest == 0) return text;
  text += '.';
  while (rest != 0) {
    scale /= 10;
    text += static_cast<char>('0' + rest / scale);
    rest %= scale;
  }
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Error not_a_duration(std::string_view text) {
  return {ErrorKind::invalid,
          fmt::format("\"{}\" is not a duration; write numbers with units, such as 1h30m, 1.5s or "
                      "300ms (units: ns us ms s m h)",
                      text)};
}

// The digits of a fraction at the start of `rest`, which is moved past them. Those that do not fit
// any more count for nothing, so that it stays exact as long as it can be.
struct Fraction {
  std::uint64_t digits = 0;
  double scale = 1;
};

Fraction take_fraction(std::string_view& rest) {
  Fraction fraction;
  bool is_full = false;
  for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1)) {
    is_full = is_full || fraction.digits > (kLargest - 1) / 10;
    if (is_full) continue;
    const auto digit = static_cast<std::uint64_t>(rest.front() - '0');
    const std::uint64_t longer = fraction.digits * 10 + digit;
    is_full = longer > kLargest;
    if (is_full) continue;
    fraction.digits = longer;
    fraction.scale *= 10;
  }
  return fraction;
}

// One "number unit" at the start of `rest`, which is moved past it. Empty when malformed or too
// large.
std::optional<std::uint64_t> take_term(std::string_view& rest) {
  std::uint64_t whole = 0;
  std::size_t digits = 0;
  while (digits < rest.size() && is_digit(rest[digits])) {
    if (whole > kLargest / 10) return std::nullopt;
    whole = whole * 10 + static_cast<std::uint64_t>(rest[digits++] - '0');
  }
  rest.remove_prefix(digits);
  Fraction fraction;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    const std::size_t before = rest.size();
    fraction = take_fraction(rest);
    digits += before - rest.size();
  }
  if (digits == 0) return std::nullopt;
  for (const Unit& unit : kUnits) {
    if (!rest.starts_with(unit.name)) continue;
    rest.remove_prefix(unit.name.size());
    if (whole > kLargest / unit.nanos) return std::nullopt;
    const double unit_nanos = static_cast<double>(unit.nanos) / fraction.scale;
    const auto part = static_cast<std::uint64_t>(static_cast<double>(fraction.digits) * unit_nanos);
    const std::uint64_t value = whole * unit.nanos + part;
    if (value > kLargest) return std::nullopt;
    return value;
  }
  return std::nullopt;
}

}  // namespace

std::string format_duration(Nanos duration) {
  const std::int64_t count = duration.count();
  if (count == 0) return "0s";
  const std::string sign = count < 0 ? "-" : "";
  const std::uint64_t nanos =
      count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
  if (nanos < 1'000) return fmt::format("{}{}ns", sign, nanos);
  if (nanos < 1'000'000) return sign + decimal(nanos, 1'000) + "\u00b5s";
  if (nanos < 1'000'000'000) return sign + decimal(nanos, 1'000'000) + "ms";
  const std::uint64_t minutes = nanos / 60'000'000'000;
  const std::string seconds = decimal(nanos % 60'000'000'000, 1'000'000'000) + "s";
  if (minutes == 0) return sign + seconds;
  if (minutes < 60) return fmt::format("{}{}m{}", sign, minutes, seconds);
  return fmt::format("{}{}h{}m{}", sign, minutes / 60, minutes % 60, seconds);
}

Result<Nanos> parse_duration(std::string_view text) {
  std::string_view rest = text;
  bool negative = false;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  if (rest == "0") return Nanos{0};
  if (rest.empty()) return not_a_duration(text);
  std::uint64_t total = 0;
  while (!rest.empty()) {
    const auto term = take_term(rest);
    if (!term) return not_a_duration(text);
    total += *term;
    if (total > kLargest) return not_a_duration(text);
  }
  if (negative) return Nanos{static_cast<std::int64_t>(0 - total)};
  if (total == kLargest) return not_a_duration(text);
  return Nanos{static_cast<std::int64_t>(total)};
}

}  // namespace millrace
