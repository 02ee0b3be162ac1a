// The frames of a traced session, for --output json.
#pragma once

#include <string>

#include "cli/run_report.h"

namespace millrace {

// `,"frames":[...]`, and `,"framesTruncated":true` where there were more than are kept, or their
// text would be longer than any value's.
std::string json_frames(const RunReport& report, const Plan& plan);

}  // namespace millrace
