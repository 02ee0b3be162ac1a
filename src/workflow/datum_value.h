// From the data of a definition to values of the expression language.
#pragma once

#include "base/error.h"
#include "value/dict.h"
#include "value/type.h"
#include "value/value.h"
#include "workflow/datum.h"

namespace millrace {

// The `value` of an argument of type `type`: plain data, whose numbers are Float as JSON's are, or
// {"@type", "@value"}. A whole number for another type than Any stays exact.
Result<Value> argument_value(const Datum& datum, Type type);

// Variables by name, each typed ({"@type", "@value"}) or plain and then taken as Any: a workflow's
// `scope`, a trigger's `input`.
Result<Dict> variables_of(const Datum& datum);

}  // namespace millrace
