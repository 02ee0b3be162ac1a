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
