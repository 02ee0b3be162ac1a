#include "value/number_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace millrace {
namespace {

// The shortest decimal digits that read back as the number, without sign and point:
// 0.d1d2d3... times ten to the power of `point`.
struct Digits {
  std::array<char, 24> text;
  std::size_t count = 0;
  int point = 0;

  std::string_view view() const { return {text.data(), count}; }
};

Digits shortest_digits(double number) {
  Digits digits;
  if (number == 0) {
    digits.text[0] = '0';
    digits.count = 1;
    digits.point = 1;
    return digits;
  }
  std::array<char, 32> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(number),
                                 std::chars_format::scientific)
                       .ptr;
  const char* at = buffer.data();
  for (; *at != 'e'; ++at) {
    if (*at != '.') digits.text[digits.count++] = *at;
  }
  ++at;
  if (*at == '+') ++at;
  int exponent = 0;
  std::from_chars(at, end, exponent);
  digits.point = exponent + 1;
  return digits;
}

bool append_special(std::string& out, double number) {
  if (std::isnan(number)) {
    out += "NaN";
  } else if (std::isinf(number)) {
    out += number > 0 ? "+Inf" : "-Inf";
  } else {
    return false;
  }
  return true;
}

void append_plain(std::string& out, const Digits& digits) {
  if (digits.point <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-digits.point), '0');
    out += digits.view();
    return;
  }
  const auto whole = static_cast<std::size_t>(digits.point);
  if (whole >= digits.count) {
    out += digits.view();
    out.append(whole - digits.count, '0');
  } else {
    out += digits.view().substr(0, whole);
    out += '.';
    out += digits.view().substr(whole);
  }
}

void append_with_exponent(std::string& out, const Digits& digits, bool short_negative) {
  out += digits.text[0];
  if (digits.count > 1) {
    out += '.';
    out += digits.view().substr(1);
  }
  const int exponent = digits.point - 1;
  const int size = std::abs(exponent);
  out += 'e';
  out += exponent < 0 ? '-' : '+';
  if (size < 10 && !(short_negative && exponent < 0)) out += '0';
  append_integer(out, size);
}

// Whether `_` stands only between digits, a base prefix counting as one.
bool underscores_fit(std::string_view text) {
  char before = '^';  // '0' a digit, '_' an underscore, anything else: neither
  std::size_t i = 0;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  bool is_hexadecimal = false;
  if (text.size() >= 2 && text[0] == '0') {
    const char base = static_cast<char>(text[1] | 0x20);
    if (base == 'b' || base == 'o' || base == 'x') {
      i = 2;
      before = '0';
      is_hexadecimal = base == 'x';
    }
  }
  for (; i < text.size(); ++i) {
    const char c = text[i];
    const char lower = static_cast<char>(c | 0x20);
    if ((c >= '0' && c <= '9') || (is_hexadecimal && lower >= 'a' && lower <= 'f')) {
      before = '0';
    } else if (c == '_') {
      if (before != '0') return false;
      before = '_';
    } else {
      if (before == '_') return false;
      before = '!';
    }
  }
  return before != '_';
}

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

std::optional<double> special_number(std::string_view text) {
  std::string_view rest = text;
  const bool is_negative = !rest.empty() && rest[0] == '-';
  const bool is_signed = is_negative || (!rest.empty() && rest[0] == '+');
  if (is_signed) rest.remove_prefix(1);
  if (equal_ignoring_case(rest, "inf") || equal_ignoring_case(rest, "infinity")) {
    return is_negative ? -HUGE_VAL : HUGE_VAL;
  }
  if (!is_signed && equal_ignoring_case(rest, "nan")) return std::nan("");
  return std::nullopt;
}

// The text without its underscores, in `storage` where there are some; nothing where they are
// wrong.
std::optional<std::string_view> without_underscores(std::string_view text, std::string& storage) {
  if (text.find('_') == std::string_view::npos) return text;
  if (!underscores_fit(text)) return std::nullopt;
  for (const char c : text) {
    if (c != '_') storage += c;
  }
  return storage;
}

// `digits` in `base`, all of it.
std::optional<std::uint64_t> whole_number(std::string_view digits, int base) {
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number, base);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

}  // namespace

void append_float_text(std::string& out, double number, int exponent_from) {
  if (append_special(out, number)) return;
  if (std::signbit(number)) out += '-';
  const Digits digits = shortest_digits(number);
  const int exponent = digits.point - 1;
  if (exponent < -4 || exponent >= exponent_from) {
    append_with_exponent(out, digits, false);
  } else {
    append_plain(out, digits);
  }
}

void append_float_json_text(std::string& out, double number) {
  if (std::signbit(number)) out += '-';
  const double size = std::fabs(number);
  const Digits digits = shortest_digits(number);
  if (size != 0 && (size < 1e-6 || size >= 1e21)) {
    append_with_exponent(out, digits, true);
  } else {
    append_plain(out, digits);
  }
}

std::string float_text(double number, int exponent_from) {
  std::string out;
  append_float_text(out, number, exponent_from);
  return out;
}

std::string float_plain_text(double number) {
  std::string out;
  if (append_special(out, number)) return out;
  if (std::signbit(number)) out += '-';
  append_plain(out, shortest_digits(number));
  return out;
}

std::string float_json_text(double number) {
  std::string out;
  append_float_json_text(out, number);
  return out;
}

void append_integer(std::string& out, std::int64_t number) {
  std::array<char, 24> buffer;
  out.append(buffer.data(), std::to_chars(buffer.begin(), buffer.end(), number).ptr);
}

void append_unsigned(std::string& out, std::uint64_t number) {
  std::array<char, 24> buffer;
  out.append(buffer.data(), std::to_chars(buffer.begin(), buffer.end(), number).ptr);
}

std::optional<double> parse_float_text(std::string_view text) {
  if (const auto special = special_number(text)) return special;
  std::string storage;
  const auto plain = without_underscores(text, storage);
  if (!plain) return std::nullopt;
  std::string_view rest = *plain;
  const bool is_negative = !rest.empty() && rest[0] == '-';
  if (is_negative || (!rest.empty() && rest[0] == '+')) rest.remove_prefix(1);
  const bool is_hexadecimal =
      rest.size() > 2 && rest[0] == '0' && (rest[1] == 'x' || rest[1] == 'X');
  if (is_hexadecimal) {
    rest.remove_prefix(2);
    if (rest.find_first_of("pP") == std::string_view::npos) return std::nullopt;
  }
  // from_chars takes "inf", "nan" and a sign as well: none of them may stand here.
  if (rest.empty() || rest[0] == '-') return std::nullopt;
  if (!is_hexadecimal && (rest[0] | 0x20) >= 'a') return std::nullopt;
  // The library lets two signs pass before a hexadecimal's exponent.
  if (rest.find("+-") != std::string_view::npos) return std::nullopt;
  double number = 0;
  const char* end = rest.data() + rest.size();
  const auto format = is_hexadecimal ? std::chars_format::hex : std::chars_format::general;
  const auto [stop, error] = std::from_chars(rest.data(), end, number, format);
  if (stop != end || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) {  // too small is no error, too large is
    number = std::strtod(std::string(*plain).c_str(), nullptr);
    if (std::isinf(number)) return std::nullopt;
    return number;
  }
  return is_negative ? -number : number;
}

std::optional<std::uint64_t> parse_unsigned_text(std::string_view text) {
  std::string storage;
  const auto plain = without_underscores(text, storage);
  if (!plain || plain->empty()) return std::nullopt;
  std::string_view digits = *plain;
  int base = 10;
  if (digits[0] == '0' && digits.size() > 1) {
    const char prefix = static_cast<char>(digits[1] | 0x20);
    const bool has_prefix = prefix == 'x' || prefix == 'b' || prefix == 'o';
    base = prefix == 'x' ? 16 : prefix == 'b' ? 2 : 8;
    digits.remove_prefix(has_prefix ? 2 : 1);
  }
  return whole_number(digits, base);
}

std::optional<std::int64_t> parse_integer_text(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const bool is_negative = text[0] == '-';
  if (is_negative || text[0] == '+') text.remove_prefix(1);
  const auto size = parse_unsigned_text(text);
  if (!size) return std::nullopt;
  constexpr std::uint64_t kLowest = std::uint64_t{1} << 63;
  if (is_negative) {
    if (*size > kLowest) return std::nullopt;
    return static_cast<std::int64_t>(~*size + 1);
  }
  if (*size >= kLowest) return std::nullopt;
  return static_cast<std::int64_t>(*size);
}

}  // namespace millrace
