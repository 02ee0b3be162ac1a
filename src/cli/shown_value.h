// Values as a person reads them. None of their control characters acts on a terminal.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

#include "value/value.h"

namespace millrace {

// A variable a line, whole: texts as they are, everything else as JSON; each line set in by
// `indent`.
void print_vars(const Dict& vars, std::ostream& out, std::size_t indent = 0);

// In one line of about `width` characters: what is longer is cut off, and of long lists and maps
// the size is said.
std::string short_text(const Value& value, std::size_t width = 60);

// "a = 1, b = \"x\", and 3 more": those that fit into about `width` characters, at least one.
std::string short_text(const Dict& vars, std::size_t width = 100);

}  // namespace millrace
