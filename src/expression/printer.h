// A syntax tree as source again: one canonical spelling, with the brackets that precedence needs
// and no others. Parsing it gives the same tree.
#pragma once

#include <string>

#include "expression/syntax.h"

namespace millrace {

std::string print_expression(const Syntax& syntax);

}  // namespace millrace
