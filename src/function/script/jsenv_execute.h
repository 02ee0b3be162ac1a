// jsenvExecute: a script in a process of its own; what it returns as the step's results.
#pragma once

#include "function/context.h"

namespace millrace {

// Reads every Reader in its argument `scope` to its end first. Stopping `step` ends the script's
// process.
Task<Result<Dict>> jsenv_execute(Scope& step, FunctionContext context, FunctionCall call);

}  // namespace millrace
