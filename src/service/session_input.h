// What a session is begun with beside its workflow's own scope.
#pragma once

#include "base/error.h"
#include "value/dict.h"
#include "workflow/plan.h"

namespace millrace {

// The variables that every session gets beside its input; they are no part of its result.
Dict session_facts();
Dict without_facts(Dict vars);

// `given` by the types that the workflow's own scope gives those names: what came as plain JSON
// (Any) is cast. Errors are of kind invalid and name the variable.
Result<Dict> typed_input(const Plan& plan, const Dict& given);

}  // namespace millrace
