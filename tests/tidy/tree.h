// The files of the checkout.
#pragma once

#include <functional>
#include <string>

#include "tidy/source.h"

namespace millrace::tidy {

// Calls `look` with each text file: its path from the checkout's root and what is in it. Left out
// are what is built or fetched, and what git keeps for itself.
void for_each_file(const std::function<void(const std::string&, const std::string&)>& look);

// The same for the C++ sources of src, tests and bench.
void for_each_source(const std::function<void(const Source&)>& look);

}  // namespace millrace::tidy
