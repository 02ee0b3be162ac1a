#include "workflow/quoted_place.h"

#include <algorithm>
#include <charconv>

#include "expression/functions/unicode.h"

namespace millrace {
namespace {

// One character as it is written in the file, and what it says.
struct Written {
  std::size_t bytes = 1;
  std::size_t characters = 1;  // of the file
  bool ends_line = false;      // of the text
};

// The number that an escape's digits give, or 0.
std::uint32_t digits(std::string_view text) {
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number, 16);
  return number;
}

Written escape(std::string_view rest) {
  constexpr std::size_t kUnicode = 6;  // "\u000a"
  const char kind = rest.size() > 1 ? rest[1] : '\0';
  std::size_t length = 2;
  if (kind == 'x') length = 4;
  if (kind == 'u') length = kUnicode;
  if (kind == 'U') length = 10;
  length = std::min(length, rest.size());
  const std::uint32_t code = length > 2 ? digits(rest.substr(2, length - 2)) : 0;
  const bool is_high_surrogate = kind == 'u' && code >= 0xD800 && code < 0xDC00;
  if (is_high_surrogate && rest.substr(length).starts_with("\\u")) {
    length = std::min(length + kUnicode, rest.size());
  }
  return {length, length, kind == 'n' || code == '\n'};
}

Written next(std::string_view rest, char quote) {
  if (quote == '"' && rest.front() == '\\') return escape(rest);
  if (quote == '\'' && rest.starts_with("''")) return {2, 2, false};
  return {decode_code_point(rest, 0).bytes, 1, false};
}

}  // namespace

std::optional<Position> place_in_quotes(std::string_view rest, Position at, std::uint32_t line,
                                        std::uint32_t column) {
  if (rest.empty()) return std::nullopt;
  const char quote = rest.front();
  if (quote != '"' && quote != '\'') return std::nullopt;
  rest.remove_prefix(1);
  Position place{at.line, at.column + 1};
  std::uint32_t in_line = 1;
  std::uint32_t in_column = 1;
  while (in_line < line || in_column < column) {
    if (rest.empty() || in_line > line) return std::nullopt;
    const Written written = next(rest, quote);
    rest.remove_prefix(written.bytes);
    place.column += static_cast<std::uint32_t>(written.characters);
    in_line += written.ends_line ? 1 : 0;
    in_column = written.ends_line ? 1 : in_column + 1;
  }
  return place;
}

}  // namespace millrace
