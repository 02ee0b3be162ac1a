#include "expression/functions/unicode.h"

#include <utf8proc.h>

#include <algorithm>

#include "base/ascii.h"

namespace millrace {
namespace {

constexpr char32_t kLargest = 0x10FFFF;

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

utf8proc_category_t category(char32_t code_point) {
  if (code_point > kLargest) return UTF8PROC_CATEGORY_CN;
  return utf8proc_category(static_cast<utf8proc_int32_t>(code_point));
}

char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

template <char (*kAscii)(char), char32_t (*kMap)(char32_t)>
std::string mapped(std::string_view text) {
  std::string out;
  out.resize(text.size());
  std::size_t at = 0;
  for (; at < text.size() && static_cast<unsigned char>(text[at]) < 0x80; ++at) {
    out[at] = kAscii(text[at]);
  }
  if (at == text.size()) return out;
  out.resize(at);
  while (at < text.size()) {
    const CodePoint point = decode_code_point(text, at);
    append_code_point(out, kMap(point.value));
    at += point.bytes;
  }
  return out;
}

}  // namespace

CodePoint decode_code_point(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {first, 1};
  std::size_t bytes = 0;
  char32_t value = 0;
  char32_t smallest = 0;  // a longer form than needed is no code point
  if (first >= 0xC2 && first <= 0xDF) {
    bytes = 2, value = first & 0x1FU, smallest = 0x80;
  } else if (first >= 0xE0 && first <= 0xEF) {
    bytes = 3, value = first & 0x0FU, smallest = 0x800;
  } else if (first >= 0xF0 && first <= 0xF4) {
    bytes = 4, value = first & 0x07U, smallest = 0x10000;
  } else {
    return {};
  }
  if (text.size() - at < bytes) return {};
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!is_continuation(text[at + i])) return {};
    value = (value << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < smallest || value > kLargest || surrogate) return {};
  return {value, bytes};
}

CodePoint decode_last_code_point(std::string_view text, std::size_t end) {
  const std::size_t earliest = end >= 4 ? end - 4 : 0;
  std::size_t start = end - 1;
  while (start > earliest && is_continuation(text[start])) --start;
  const CodePoint point = decode_code_point(text.substr(0, end), start);
  return start + point.bytes == end ? point : CodePoint{};
}

void append_code_point(std::string& out, char32_t code_point) {
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
    return;
  }
  if (code_point > kLargest || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
    code_point = kReplacement;
  }
  utf8proc_uint8_t bytes[4];
  const auto count = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), bytes);
  out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += decode_code_point(text, at).bytes;
  return count;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_letter(char32_t code_point) {
  if (code_point < 0x80) {
    return (code_point | 0x20U) >= 'a' && (code_point | 0x20U) <= 'z';
  }
  const auto c = category(code_point);
  return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}

bool is_digit(char32_t code_point) {
  if (code_point < 0x80) return code_point >= '0' && code_point <= '9';
  return category(code_point) == UTF8PROC_CATEGORY_ND;
}

bool is_space(char32_t code_point) {
  switch (code_point) {
    case '\t':
    case '\n':
    case '\v':
    case '\f':
    case '\r':
    case ' ':
    case 0x85:
    case 0xA0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x3000: return true;
    default: return code_point >= 0x2000 && code_point <= 0x200A;
  }
}

bool is_printable(char32_t code_point) {
  if (code_point < 0x80) return code_point >= 0x20 && code_point < 0x7F;
  const auto c = category(code_point);
  return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_SO;
}

char32_t upper_case(char32_t code_point) {
  // utf8proc maps this one to the capital sharp s, which Unicode's own simple mapping does not.
  if (code_point == 0xDF) return code_point;
  return static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(code_point)));
}

char32_t lower_case(char32_t code_point) {
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point)));
}

char32_t title_case(char32_t code_point) {
  if (code_point == 0xDF) return code_point;
  return static_cast<char32_t>(utf8proc_totitle(static_cast<utf8proc_int32_t>(code_point)));
}

std::string upper_case(std::string_view text) { return mapped<ascii_upper, upper_case>(text); }

std::string lower_case(std::string_view text) { return mapped<ascii_lower, lower_case>(text); }

std::string_view trim_spaces(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = decode_code_point(text, 0);
    if (!is_space(point.value)) break;
    text.remove_prefix(point.bytes);
  }
  while (!text.empty()) {
    const CodePoint point = decode_last_code_point(text, text.size());
    if (!is_space(point.value)) break;
    text.remove_suffix(point.bytes);
  }
  return text;
}

std::string without_broken_bytes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_code_point(text, at);
    append_code_point(out, point.value);
    at += point.bytes;
  }
  return out;
}

}  // namespace millrace
