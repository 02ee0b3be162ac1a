// What the steps take that call no function or iterator: declared like those, so that verification
// and the plan treat all arguments alike.
#pragma once

#include "workflow/definition.h"
#include "workflow/signature.h"
#include "workflow/step_kind.h"

namespace millrace {

// Of error, delay, exec-workflow and prompt steps; nullptr for other kinds.
const Signature* step_signature(StepKind kind);

// The type of an argument of a call: its own or, where it has none, the one that the signature
// names, if it names one only.
Type argument_type(const Expression& argument, const Signature* signature);

}  // namespace millrace
