// Errors about names that nothing has, with the nearest one that something has.
#pragma once

#include <string_view>

#include "base/error.h"
#include "value/variables.h"

namespace millrace {

Error unknown_variable(std::string_view name, const Variables& variables);

// `name` was called: what stands before the bracket, which may be a path.
Error unknown_function(std::string_view name, const Variables& variables);

}  // namespace millrace
