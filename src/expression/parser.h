// From the source of an expression to its syntax tree. Operators over constants are evaluated while
// parsing, as the language demands: their failure is an error of the source.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/error.h"
#include "expression/regex.h"
#include "expression/syntax.h"

namespace millrace {

struct ParseLimits {
  std::size_t source_bytes = 256 * 1024;
  std::size_t depth = 250;  // of brackets, prefixes and conditionals within each other
  RegexLimits regex;
};

// The tree refers to `source`, which must outlive it. An error shows the source with a caret, what
// was expected and what was found.
Result<Syntax> parse_expression(std::string_view source, const ParseLimits& limits);

}  // namespace millrace
