#include "expression/functions/printing.h"

#include <algorithm>

#include "expression/functions/quoting.h"
#include "expression/functions/unicode.h"

namespace millrace {
namespace {

constexpr std::string_view kLowerDigits = "0123456789abcdef";
constexpr std::string_view kUpperDigits = "0123456789ABCDEF";

void pad(std::string& out, const Directive& directive, std::string_view text, char fill) {
  std::size_t missing = 0;
  if (directive.has_width && directive.width > 0) {
    const std::size_t width = count_code_points(text);
    const auto wanted = static_cast<std::size_t>(directive.width);
    missing = wanted > width ? wanted - width : 0;
  }
  if (!directive.minus) out.append(missing, fill);
  out.append(text);
  if (directive.minus) out.append(missing, fill);
}

// The first `precision` code points, where one is given.
std::string_view truncated(const Directive& directive, std::string_view text) {
  if (!directive.has_precision) return text;
  std::size_t at = 0;
  for (int left = directive.precision; left > 0 && at < text.size(); --left) {
    at += decode_code_point(text, at).bytes;
  }
  return text.substr(0, at);
}

void print_quoted(std::string& out, const Directive& directive, std::string_view text) {
  text = truncated(directive, text);
  std::string quoted;
  if (directive.sharp && can_backquote(text)) {
    quoted.append("`").append(text).append("`");
  } else {
    append_quoted(quoted, text, directive.plus ? QuotingStyle::ascii : QuotingStyle::unicode);
  }
  print_padded(out, directive, quoted);
}

void print_hex_bytes(std::string& out, const Directive& directive, std::string_view text,
                     std::string_view digits, char marker) {
  if (directive.has_precision) {
    text = text.substr(0, static_cast<std::size_t>(directive.precision));
  }
  std::string hex;
  hex.reserve(text.size() * (directive.space ? 5 : 2) + 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (directive.space && i > 0) hex.push_back(' ');
    if (directive.sharp && (directive.space || i == 0)) hex.append({'0', marker});
    const auto byte = static_cast<unsigned char>(text[i]);
    hex.push_back(digits[byte >> 4U]);
    hex.push_back(digits[byte & 0xFU]);
  }
  print_padded(out, directive, hex);
}

struct Magnitude {
  std::uint64_t value;
  bool negative;
};

Magnitude magnitude(IntegerBits value) {
  const bool negative = value.is_signed && static_cast<std::int64_t>(value.bits) < 0;
  return {negative ? 0 - value.bits : value.bits, negative};
}

// Digits of `value`, written to the end of `buffer` of 64 bytes.
std::string_view digits_of(std::uint64_t value, unsigned base, std::string_view digits,
                           char* buffer) {
  char* const end = buffer + 64;
  char* at = end;
  do {
    *--at = digits[value % base];
    value /= base;
  } while (value != 0);
  return {at, static_cast<std::size_t>(end - at)};
}

char sign_of(const Directive& directive, bool negative) {
  if (negative) return '-';
  if (directive.plus) return '+';
  return directive.space ? ' ' : 0;
}

void print_based(std::string& out, const Directive& directive, IntegerBits bits, unsigned base,
                 std::string_view alphabet, bool sharp) {
  const auto [value, negative] = magnitude(bits);
  const char sign = sign_of(directive, negative);
  int least = 0;  // digits
  if (directive.has_precision) {
    least = directive.precision;
    if (least == 0 && value == 0) {
      pad(out, directive, "", ' ');
      return;
    }
  } else if (directive.zero && directive.has_width) {
    least = directive.width - (sign != 0 ? 1 : 0);
  }
  char buffer[64];
  const std::string_view digits = digits_of(value, base, alphabet, buffer);
  const int zeros = std::max(0, least - static_cast<int>(digits.size()));
  std::string number;
  if (sign != 0) number.push_back(sign);
  if (directive.verb == 'O') number.append("0o");
  if (sharp && base == 2) number.append("0b");
  if (sharp && base == 8 && zeros == 0 && digits.front() != '0') number.push_back('0');
  if (sharp && base == 16) number.append(alphabet == kUpperDigits ? "0X" : "0x");
  number.append(static_cast<std::size_t>(zeros), '0').append(digits);
  pad(out, directive, number, ' ');
}

// U+0078, and with the sharp flag U+0078 'x'.
void print_code_point_number(std::string& out, const Directive& directive, std::uint64_t value) {
  char buffer[64];
  const std::string_view digits = digits_of(value, 16, kUpperDigits, buffer);
  const int least = directive.has_precision ? std::max(4, directive.precision) : 4;
  std::string text = "U+";
  text.append(static_cast<std::size_t>(std::max(0, least - static_cast<int>(digits.size()))), '0');
  text.append(digits);
  if (directive.sharp && value <= 0x10FFFF && is_printable(static_cast<char32_t>(value))) {
    text.append(" '");
    append_code_point(text, static_cast<char32_t>(value));
    text.push_back('\'');
  }
  pad(out, directive, text, ' ');
}

char32_t as_code_point(std::uint64_t value) {
  return value > 0x10FFFF ? kReplacement : static_cast<char32_t>(value);
}

}  // namespace

void print_padded(std::string& out, const Directive& directive, std::string_view text) {
  pad(out, directive, text, directive.zero ? '0' : ' ');
}

bool print_boolean(std::string& out, const Directive& directive, bool value) {
  if (directive.verb != 't' && directive.verb != 'v') return false;
  print_padded(out, directive, value ? "true" : "false");
  return true;
}

bool print_integer(std::string& out, const Directive& directive, IntegerBits value) {
  switch (directive.verb) {
    case 'v':
      if (directive.go_syntax && !value.is_signed) {
        print_based(out, directive, value, 16, kLowerDigits, true);
        return true;
      }
      [[fallthrough]];
    case 'd': print_based(out, directive, value, 10, kLowerDigits, false); return true;
    case 'b': print_based(out, directive, value, 2, kLowerDigits, directive.sharp); return true;
    case 'o':
    case 'O': print_based(out, directive, value, 8, kLowerDigits, directive.sharp); return true;
    case 'x': print_based(out, directive, value, 16, kLowerDigits, directive.sharp); return true;
    case 'X': print_based(out, directive, value, 16, kUpperDigits, directive.sharp); return true;
    case 'U': print_code_point_number(out, directive, value.bits); return true;
    case 'c': {
      std::string text;
      append_code_point(text, as_code_point(value.bits));
      print_padded(out, directive, text);
      return true;
    }
    case 'q': {
      std::string text;
      append_quoted_code_point(text, as_code_point(value.bits),
                               directive.plus ? QuotingStyle::ascii : QuotingStyle::unicode);
      print_padded(out, directive, text);
      return true;
    }
    default: return false;
  }
}

bool print_text(std::string& out, const Directive& directive, std::string_view value) {
  switch (directive.verb) {
    case 'v':
      if (directive.go_syntax) {
        print_quoted(out, directive, value);
        return true;
      }
      [[fallthrough]];
    case 's': print_padded(out, directive, truncated(directive, value)); return true;
    case 'q': print_quoted(out, directive, value); return true;
    case 'x': print_hex_bytes(out, directive, value, kLowerDigits, 'x'); return true;
    case 'X': print_hex_bytes(out, directive, value, kUpperDigits, 'X'); return true;
    default: return false;
  }
}

std::uint64_t largest_print(const Directive& directive, std::size_t size) {
  constexpr std::uint64_t kLongestNumber = 400;  // %f of the largest double, %b of an integer
  constexpr std::uint64_t kLongestPerByte = 5;   // "% #x" of a byte; quoting needs at most 4
  return kLongestNumber + static_cast<std::uint64_t>(directive.width) +
         static_cast<std::uint64_t>(directive.precision) + kLongestPerByte * size;
}

}  // namespace millrace
