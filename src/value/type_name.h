// Types as people name them in definitions, requests and options.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "value/type.h"

namespace millrace {

// Any where `name` is empty. The error of an unknown one names the nearest.
Result<Type> read_type_name(std::string_view name);

// What messages say of a name that no type has: "unknown type \"Intger\"".
std::string unknown_type(std::string_view name);

}  // namespace millrace
