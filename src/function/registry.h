// Every function and iterator that Millrace knows. Made once; safe to read from any thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "function/declaration.h"

namespace millrace {

// What the files <name>_functions.cpp declare; defined in a file that the build makes
// (cmake/functions.cmake).
std::vector<FunctionDeclaration> declared_functions();

// nullptr where there is none of that ref, or it is not available here.
Behaviour find_behaviour(std::string_view ref);

// The signatures of all of them, and of the engine's iterators.
const Registry& standard_registry();

}  // namespace millrace
