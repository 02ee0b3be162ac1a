#include "expression/literal.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>

namespace millrace {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error not_a_number(std::string_view spelling, std::string_view why) {
  return {ErrorKind::invalid,
          "\"" + std::string(spelling) + "\" is not a number: " + std::string(why)};
}

// Nothing where a `_` stands anywhere but between two digits, or after the prefix of a hexadecimal.
std::optional<std::string> without_underscores(std::string_view spelling, bool hex) {
  std::string digits;
  digits.reserve(spelling.size());
  for (std::size_t i = 0; i < spelling.size(); ++i) {
    if (spelling[i] != '_') {
      digits += spelling[i];
      continue;
    }
    const auto digit = [&](std::size_t at) {
      return at < spelling.size() && (hex ? hex_value(spelling[at]) >= 0 : is_digit(spelling[at]));
    };
    const bool after_prefix = hex && i == 2;
    if (i == 0 || !(after_prefix || digit(i - 1)) || !digit(i + 1)) return std::nullopt;
  }
  return digits;
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

Error bad_escape(std::string_view escape, std::string_view why) {
  return {ErrorKind::invalid,
          "\"" + std::string(escape) + "\" is not an escape: " + std::string(why)};
}

// Appends what `digits` digits of base 8 or 16 after the escape's letter stand for.
Result<std::size_t> decode_digits(std::string_view rest, std::size_t skip, std::size_t digits,
                                  std::uint32_t base, std::string& out) {
  std::uint32_t code = 0;
  for (std::size_t i = skip; i < skip + digits; ++i) {
    const int digit = i < rest.size() ? hex_value(rest[i]) : -1;
    if (digit < 0 || digit >= static_cast<int>(base)) {
      return bad_escape(rest.substr(0, i),
                        "expected " + std::to_string(digits) +
                            (base == 8 ? " octal digits" : " hexadecimal digits"));
    }
    code = code * base + static_cast<std::uint32_t>(digit);
  }
  const std::string_view whole = rest.substr(0, skip + digits);
  if (digits <= 3) {
    if (code > 0xFF) return bad_escape(whole, "it is larger than a byte");
    out += static_cast<char>(code);
  } else {
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    if (surrogate || code > 0x10FFFF) return bad_escape(whole, "there is no such code point");
    append_utf8(out, code);
  }
  return whole.size();
}

// Appends what the escape at the start of `rest` stands for; its length, or an error.
Result<std::size_t> decode_escape(std::string_view rest, char quote, std::string& out) {
  const char letter = rest.size() > 1 ? rest[1] : '\0';
  switch (letter) {
    case 'a': out += '\a'; return 2;
    case 'b': out += '\b'; return 2;
    case 'f': out += '\f'; return 2;
    case 'n': out += '\n'; return 2;
    case 'r': out += '\r'; return 2;
    case 't': out += '\t'; return 2;
    case 'v': out += '\v'; return 2;
    case '\\': out += '\\'; return 2;
    case 'x': return decode_digits(rest, 2, 2, 16, out);
    case 'u': return decode_digits(rest, 2, 4, 16, out);
    case 'U': return decode_digits(rest, 2, 8, 16, out);
    default: break;
  }
  if (letter == quote) {
    out += letter;
    return 2;
  }
  if (letter >= '0' && letter <= '7') return decode_digits(rest, 1, 3, 8, out);
  return bad_escape(rest.substr(0, 2), "expected one of \\a \\b \\f \\n \\r \\t \\v \\\\ \\" +
                                           std::string(1, quote) +
                                           " \\ooo \\xhh \\uhhhh \\Uhhhhhhhh");
}

std::size_t code_point_size(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && size < 4 &&
         (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
    ++size;
  }
  return size;
}

Result<std::string> decode_single(std::string_view body) {
  std::string out;
  if (body.empty()) return out;
  std::size_t used = 0;
  if (body[0] == '\\') {
    MILLRACE_TRY_ASSIGN(length, decode_escape(body, '\'', out));
    used = length;
  } else {
    used = code_point_size(body);
    out = body.substr(0, used);
  }
  if (used == body.size()) return out;
  return Error(ErrorKind::invalid,
               "single quotes hold one character: for a longer text use \"...\"");
}

}  // namespace

Result<double> decode_number(std::string_view spelling) {
  const bool prefixed = spelling.size() > 1 && spelling[0] == '0' && !is_digit(spelling[1]);
  const char prefix = prefixed ? static_cast<char>(spelling[1] | 0x20) : '\0';
  const bool hex = prefix == 'x';
  if (prefix == 'b' || prefix == 'o') {
    return not_a_number(spelling, "binary and octal literals do not exist here");
  }
  std::string digits;
  std::string_view text = spelling;
  if (spelling.find('_') != std::string_view::npos) {
    auto joined = without_underscores(spelling, hex);
    if (!joined) return not_a_number(spelling, "\"_\" may only stand between digits");
    digits = *std::move(joined);
    text = digits;
  }
  if (hex && text.find_first_of("pP") == std::string_view::npos) {
    return not_a_number(spelling, "a hexadecimal number needs an exponent, as in 0x1Fp0");
  }
  if (hex) text.remove_prefix(2);
  double number = 0;
  const auto format = hex ? std::chars_format::hex : std::chars_format::general;
  const auto [end, status] =
      std::from_chars(text.data(), text.data() + text.size(), number, format);
  if (status == std::errc::invalid_argument || end != text.data() + text.size()) {
    return not_a_number(spelling, "expected digits, then perhaps a fraction and an exponent");
  }
  if (status == std::errc::result_out_of_range) {
    // Too small is 0 or the nearest denormal; only too large is an error.
    number = std::strtod((hex ? "0x" + std::string(text) : std::string(text)).c_str(), nullptr);
    if (std::isinf(number)) return not_a_number(spelling, "it is too large");
  }
  return number;
}

Result<std::string> decode_text(std::string_view spelling) {
  const char quote = spelling.front();
  std::string_view body = spelling.substr(1, spelling.size() - 2);
  if (quote == '\'') return decode_single(body);
  std::string out;
  out.reserve(body.size());
  if (quote == '`') {
    for (const char c : body) {
      if (c != '\r') out += c;
    }
    return out;
  }
  while (!body.empty()) {
    const std::size_t plain = body.find('\\');
    out += body.substr(0, plain);
    if (plain == std::string_view::npos) break;
    body.remove_prefix(plain);
    MILLRACE_TRY_ASSIGN(length, decode_escape(body, '"', out));
    body.remove_prefix(length);
  }
  return out;
}

std::string encode_number(double number) {
  if (std::isnan(number)) return "(0/0)";
  if (std::isinf(number)) return number > 0 ? "(1/0)" : "(-1/0)";
  std::array<char, 32> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(number)).ptr;
  std::string digits(buffer.data(), end);
  return std::signbit(number) ? "(-" + digits + ")" : digits;
}

std::string encode_text(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      default:
        if (byte < 0x20 || byte == 0x7F) {
          out += "\\x";
          out += kHex[byte >> 4];
          out += kHex[byte & 0xF];
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

}  // namespace millrace
