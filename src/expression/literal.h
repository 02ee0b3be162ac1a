// Literals of the expression language, as Go writes them: from their spelling to what they mean,
// and back.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace {

// A number as the lexer cut it: decimal, or hexadecimal with a `p` exponent; `_` between digits.
Result<double> decode_number(std::string_view spelling);

// A text as the lexer cut it, with its quotes: "..." with escapes, `...` raw (CR dropped), '...'
// with one code point, one escape, or nothing.
Result<std::string> decode_text(std::string_view spelling);

// Spellings that the two above read back to the same. A number that no literal spells (negative,
// not finite) comes out as a constant expression in brackets.
std::string encode_number(double number);
std::string encode_text(std::string_view text);

}  // namespace millrace
