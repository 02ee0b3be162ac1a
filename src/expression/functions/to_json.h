// What `toJSON` writes: JSON as the reference's encoder does, types kept within Array and Vars.
#pragma once

#include <string>

#include "expression/function.h"

namespace millrace {

// "" where a number within is not finite. Error when the fuel runs out, Needs for a Reader within.
Attempt<std::string> to_reference_json(EvaluationContext& context, const Value& value);

std::string base64(std::string_view bytes);

}  // namespace millrace
