#include "expression/functions/quoting.h"

#include "expression/functions/unicode.h"

namespace millrace {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

void append_hex(std::string& out, char32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    out.push_back(kDigits[(value >> shift) & 0xFU]);
  }
}

char short_escape(char32_t code_point) {
  switch (code_point) {
    case '\a': return 'a';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\v': return 'v';
    default: return 0;
  }
}

void append_escaped(std::string& out, char32_t code_point, char quote, QuotingStyle style) {
  if (code_point == static_cast<char32_t>(quote) || code_point == '\\') {
    out.push_back('\\');
    out.push_back(static_cast<char>(code_point));
    return;
  }
  if (is_printable(code_point) && (code_point < 0x80 || style == QuotingStyle::unicode)) {
    append_code_point(out, code_point);
    return;
  }
  if (const char escape = short_escape(code_point); escape != 0) {
    out.push_back('\\');
    out.push_back(escape);
  } else if (code_point < 0x20 || code_point == 0x7F) {
    out.append("\\x");
    append_hex(out, code_point, 2);
  } else if (code_point < 0x10000) {
    out.append("\\u");
    append_hex(out, code_point, 4);
  } else {
    out.append("\\U");
    append_hex(out, code_point, 8);
  }
}

}  // namespace

void append_quoted(std::string& out, std::string_view text, QuotingStyle style) {
  out.push_back('"');
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_code_point(text, at);
    if (point.is_broken()) {
      out.append("\\x");
      append_hex(out, static_cast<unsigned char>(text[at]), 2);
    } else {
      append_escaped(out, point.value, '"', style);
    }
    at += point.bytes;
  }
  out.push_back('"');
}

void append_quoted_code_point(std::string& out, char32_t code_point, QuotingStyle style) {
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point > 0x10FFFF || surrogate) code_point = kReplacement;
  out.push_back('\'');
  append_escaped(out, code_point, '\'', style);
  out.push_back('\'');
}

bool can_backquote(std::string_view text) {
  constexpr char32_t kByteOrderMark = 0xFEFF;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_code_point(text, at);
    at += point.bytes;
    if (point.bytes > 1) {
      if (point.value == kByteOrderMark) return false;
      continue;
    }
    if (point.is_broken() || point.value == '`' || point.value == 0x7F) return false;
    if (point.value < 0x20 && point.value != '\t') return false;
  }
  return true;
}

}  // namespace millrace
