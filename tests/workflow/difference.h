// Where two definitions differ, field by field: places in files do not count, and whether an empty
// text is given does.
#pragma once

#include <string>

#include "workflow/definition.h"

namespace millrace {

// "steps[2].arguments[0].expr"; empty where there is no difference.
std::string difference(const Workflow& a, const Workflow& b);

}  // namespace millrace
