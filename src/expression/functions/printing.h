// Scalars in the notation of Go's formatting verbs: what `format` prints for one directive. Knows
// no values; each function appends the text and returns true, or appends nothing and returns false
// when the verb does not fit the kind.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

// A directive as it stands in a format, "%-08.3f".
struct Directive {
  bool minus = false;      // pad on the right
  bool plus = false;       // always a sign; %+q: ASCII only
  bool sharp = false;      // the alternate form
  bool space = false;      // a blank where a plus would be; %x of texts: blanks between bytes
  bool zero = false;       // pad numbers with zeros
  bool go_syntax = false;  // %#v
  bool has_width = false;
  bool has_precision = false;
  int width = 0;  // about ten million at most, like the precision
  int precision = 0;
  char32_t verb = 0;
};

struct IntegerBits {
  std::uint64_t bits;  // two's complement where signed
  bool is_signed;
};

bool print_boolean(std::string& out, const Directive& directive, bool value);
bool print_integer(std::string& out, const Directive& directive, IntegerBits value);
bool print_real(std::string& out, const Directive& directive, double value);
bool print_text(std::string& out, const Directive& directive, std::string_view value);

// `text` with the directive's padding, whatever its verb.
void print_padded(std::string& out, const Directive& directive, std::string_view text);

// An upper bound, in bytes, of what one of the functions above appends for a text of `size` bytes
// (0 for numbers).
std::uint64_t largest_print(const Directive& directive, std::size_t size);

}  // namespace millrace
