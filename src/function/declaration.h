// One function that steps may call: how it looks from outside, and what it does.
//
// A file src/function/<folder>/<name>_functions.cpp declares functions by defining
//
//   std::vector<FunctionDeclaration> <name>_functions();
//
// and nothing else needs to know: the build makes the list of these files from their names.
#pragma once

#include <vector>

#include "function/context.h"
#include "workflow/signature.h"

namespace millrace {

struct FunctionDeclaration {
  Signature signature;
  // nullptr: known, kept and written back, but not available here; verification says so.
  Behaviour behaviour = nullptr;
};

}  // namespace millrace
