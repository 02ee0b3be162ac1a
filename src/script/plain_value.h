// Whether a value is one that a script can have returned.
#pragma once

#include <cstddef>

#include "value/value.h"

namespace millrace::script {

// Only the kinds that FromScript makes, each of type Any, in at most `parts` parts and not deeper
// than a value may be: what a process sends is not trusted to be that.
bool is_plain(const Value& value, std::size_t parts);

}  // namespace millrace::script
