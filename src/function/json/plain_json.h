// A value as plain JSON, with what Readers within it hold.
#pragma once

#include <string>

#include "engine/effects.h"
#include "expression/fuel.h"

namespace millrace {

// As the reference's encoder writes it: keys sorted, numbers in its form, `<`, `>` and `&` escaped.
// Readers are read to their end; stopping `step` ends that. Error (invalid) for what JSON has no
// form for, (exhausted) when the fuel runs out.
Task<Result<std::string>> plain_json(Scope& step, Effects& effects, Fuel& fuel, Value value);

}  // namespace millrace
