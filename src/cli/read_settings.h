// Reads the file of --config.
#pragma once

#include <string>

#include "base/error.h"
#include "cli/run_settings.h"

namespace millrace {

// `defaults` with what the file ("-": standard input) sets over them; an empty file sets nothing.
// Errors are of kind invalid, say file, line and column, and for an unknown key the nearest known.
Result<RunSettings> read_settings(const std::string& file, RunSettings defaults = {});

}  // namespace millrace
