// The floating-point directives: signs, padding, and the alternate form that keeps the point and
// the trailing zeros.
#include <algorithm>
#include <cctype>

#include "expression/functions/printing.h"
#include "expression/functions/real_text.h"

namespace millrace {
namespace {

constexpr int kDefaultPrecision = 6;

// Puts the decimal point and the zeros that %#g asks for into `number` ("1", "2.5e+10"; no sign).
void restore_point(std::string& number, char32_t verb, int precision) {
  const bool hexadecimal = verb == 'x' || verb == 'X';
  int digits = 0;  // still to come
  if (verb == 'v' || verb == 'g' || verb == 'G' || verb == 'x') {
    digits = precision == kShortest ? kDefaultPrecision : precision;
  }
  std::string tail;
  bool has_point = false;
  bool significant = false;
  for (std::size_t i = 0; i < number.size(); ++i) {
    const char c = number[i];
    if (c == '.') {
      has_point = true;
    } else if (c == 'p' || c == 'P' || (!hexadecimal && (c == 'e' || c == 'E'))) {
      tail = number.substr(i);
      number.resize(i);
    } else {
      significant = significant || c != '0';
      if (significant) --digits;
    }
  }
  if (!has_point) {
    if (number == "0") --digits;
    number.push_back('.');
  }
  number.append(static_cast<std::size_t>(std::max(0, digits)), '0').append(tail);
}

char sign_shown(const Directive& directive, bool negative) {
  if (negative) return '-';
  if (directive.plus) return '+';
  return directive.space ? ' ' : 0;
}

// Infinities and NaN look like no number, so that zeros do not pad them.
void print_special(std::string& out, const Directive& directive, std::string text) {
  char sign = 0;
  if (text.front() == '+' || text.front() == '-') {
    sign = text.front();
    text.erase(0, 1);
  }
  const bool negative = sign == '-';
  std::string shown;
  if (const char wanted = sign_shown(directive, negative); wanted != 0)
    shown.push_back(wanted);
  else if (sign != 0)
    shown.push_back(sign);
  Directive blank = directive;
  blank.zero = false;
  print_padded(out, blank, shown + text);
}

}  // namespace

bool print_real(std::string& out, const Directive& directive, double value) {
  char style = 'g';
  int precision = kShortest;
  switch (directive.verb) {
    case 'v': break;
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X': style = static_cast<char>(directive.verb); break;
    case 'f':
    case 'F': style = 'f', precision = kDefaultPrecision; break;
    case 'e':
    case 'E': style = static_cast<char>(directive.verb), precision = kDefaultPrecision; break;
    default: return false;
  }
  if (directive.has_precision) precision = directive.precision;
  std::string number = real_text(value, style, precision);
  if (number.back() == 'f' || number.back() == 'N') {
    print_special(out, directive, std::move(number));
    return true;
  }
  const bool negative = number.front() == '-';
  if (negative) number.erase(0, 1);
  if (directive.sharp && style != 'b') restore_point(number, directive.verb, precision);
  const char sign = sign_shown(directive, negative);
  const auto width = static_cast<std::size_t>(directive.has_width ? directive.width : 0);
  if (sign != 0 && directive.zero && width > number.size() + 1) {
    out.push_back(sign);
    out.append(width - number.size() - 1, '0').append(number);
    return true;
  }
  if (sign != 0) number.insert(number.begin(), sign);
  print_padded(out, directive, number);
  return true;
}

}  // namespace millrace
