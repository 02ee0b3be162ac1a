// The `while` of a loopDo is an expression as text. Where the text does not depend on variables it
// is verified and compiled beforehand.
#pragma once

#include <optional>
#include <string>

#include "workflow/definition.h"

namespace millrace {

// The condition's text where the definition says it outright: as a value, or as an expression that
// is nothing but a text.
std::optional<std::string> constant_condition(const Step& step);

// The argument that holds it, or nullptr.
const Expression* condition_argument(const Step& step);

}  // namespace millrace
