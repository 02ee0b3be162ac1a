// A function's declaration as people read it, in error messages and on the reference page.
#pragma once

#include <string>
#include <string_view>

#include "expression/function.h"

namespace millrace {

// "substring(text, start, end)"; what need not be given in brackets: "random(limit[, upper])"; what
// may be repeated with dots: "coalesce(value...)", "longest(text, others...)".
std::string signature(const Function& function);

// "Float", "text", "DateTime or text", ...
std::string_view parameter_kind_text(ParameterKind kind);

}  // namespace millrace
