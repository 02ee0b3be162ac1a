// Arguments whose text the definition says outright: verification can look at what others only show
// when they run.
#pragma once

#include <optional>
#include <string>

#include "workflow/definition.h"

namespace millrace {

// The argument of that target, or nullptr.
const Expression* find_argument(const Step& step, std::string_view target);

// The text where it is a value (also a whole number: an ID), or an expression that is nothing but a
// text.
std::optional<std::string> constant_text(const Expression& argument);

// Where it stands.
Position constant_place(const Expression& argument);

}  // namespace millrace
