// From the text of a YAML or JSON file to its data: aliases replaced by what they stand for, `<<`
// merged, repeated keys refused.
#pragma once

#include <string_view>

#include "base/error.h"
#include "workflow/datum.h"
#include "workflow/read_limits.h"
#include "workflow/source_text.h"

namespace millrace {

// The documents of `text`, in order; `file` is for messages ("-" for standard input). An error is
// of kind invalid, or exhausted where a limit was reached, and its `where` is "file:line:column".
Result<Data> read_data(std::string_view text, std::string_view file, Format format,
                       const ReadLimits& limits = {});

}  // namespace millrace
