// Casts between the types (docs/reference/expressions.md, types).
#pragma once

#include <optional>

#include "value/outcome.h"
#include "value/type.h"
#include "value/value.h"

namespace millrace {

// `value` under `type`, converted by the table of types. Needs where a Reader's content is wanted
// and not there yet. An error says what cannot be cast to what, and why.
Outcome cast(Value value, Type type);

// Types the result of an argument's expression: under Any, what is typed stays; what is not gets
// the type that the same step gave the same target before (`earlier`), or is typified. Under
// another type it is cast, but a typed Array stays an Array whatever is asked.
Outcome type_result(Value result, Type asked, std::optional<Type> earlier);

}  // namespace millrace
