// The frames of a traced session as JSON.
#pragma once

#include <string>

#include "engine/session.h"

namespace millrace {

struct JsonFrames {
  std::string list;  // [...]
  // False where there were more than are kept, or their text would be longer than any value's.
  bool all = true;
};
JsonFrames json_frames(const SessionReport& report, const Plan& plan);

}  // namespace millrace
