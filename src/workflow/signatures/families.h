// The declarations of the functions and iterators, a file per family. registry.cpp puts them
// together.
#pragma once

#include <vector>

#include "workflow/signature.h"

namespace millrace::signatures {

std::vector<Signature> http();
std::vector<Signature> loops();
std::vector<Signature> log();
std::vector<Signature> script();
std::vector<Signature> json();
std::vector<Signature> tokens();
std::vector<Signature> email();
std::vector<Signature> messages();
std::vector<Signature> low_code();  // of Corteza's low-code side: known, not available

}  // namespace millrace::signatures
