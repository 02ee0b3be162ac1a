#include "cli/terminal.h"

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

bool wants_colour(int descriptor) {
  const char* no_colour = std::getenv("NO_COLOR");
  return (no_colour == nullptr || *no_colour == '\0') && isatty(descriptor) == 1;
}

std::string coloured(std::string_view text, Colour colour, bool wanted) {
  if (!wanted) return std::string(text);
  std::string result = "\x1b[";
  result += code_of(colour);
  result += 'm';
  result += text;
  result += "\x1b[0m";
  return result;
}

}  // namespace millrace
