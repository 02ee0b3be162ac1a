// The one way to a function: checks the arguments against its declaration, then runs it.
#pragma once

#include <span>

#include "expression/function.h"

namespace millrace {

// `arguments` are given up to the function. An error names the function with its parameters, which
// one was wrong, what was expected and what was given.
Outcome call_function(const Function& function, EvaluationContext& context,
                      std::span<Value> arguments);

// Whether so many arguments suit the declaration; the checker asks before anything runs.
Result<void> check_argument_count(const Function& function, std::size_t count);

}  // namespace millrace
