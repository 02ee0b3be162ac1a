#include "cli/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace millrace {
namespace {

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::red: return "31";
    case Colour::green: return "32";
    case Colour::yellow: return "33";
    case Colour::dim: return "2";
    case Colour::bold: return "1";
  }
  return "0";
}

// U+202A to U+202E and U+2066 to U+2069, which turn the text behind them round; else 0.
int direction_mark(std::string_view text) {
  const bool may_be = text.starts_with("\xE2\x80") || text.starts_with("\xE2\x81");
  if (!may_be || text.size() < 3) return 0;
  const int code = 0x2000 + ((text[1] & 0x3F) << 6) + (text[2] & 0x3F);
  const bool turns = (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
  return turns ? code : 0;
}

}  // namespace

bool is_terminal(int descriptor) { return isatty(descriptor) == 1; }

bool wants_colour(int descriptor) {
  const char* no_colour = std::getenv("NO_COLOR");
  return (no_colour == nullptr || *no_colour == '\0') && is_terminal(descriptor);
}

std::string coloured(std::string_view text, Colour colour, bool wanted) {
  if (!wanted || text.empty()) return std::string(text);
  std::string result = "\x1b[";
  result += code_of(colour);
  result += 'm';
  result += text;
  result += "\x1b[0m";
  return result;
}

std::string for_terminal(std::string_view text, std::size_t indent) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (const int code = direction_mark(text.substr(i)); code != 0) {
      result += fmt::format("\\u{:04x}", code);
      i += 2;
      continue;
    }
    // U+0080 to U+009F are control characters too, in UTF-8 of two bytes.
    const bool is_c1 =
        byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (is_c1) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned char>(text[++i]));
    } else if ((byte < ' ' && byte != '\t' && byte != '\n') || byte == 0x7F) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += text[i];
      if (byte == '\n' && i + 1 < text.size()) result.append(indent, ' ');
    }
  }
  return result;
}

}  // namespace millrace
