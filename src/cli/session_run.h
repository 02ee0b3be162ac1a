// One session in this process, from its scope to its report: what `run` and `demo` have in common.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "cli/run_report.h"
#include "cli/run_settings.h"
#include "engine/sessions.h"
#include "scope/shard.h"

namespace millrace {

struct SessionRun {
  Ref<const Plan> plan;
  Dict scope;  // over the plan's own
  RunSettings settings;
  std::optional<Limit> limit;  // beside that of the settings; the earlier holds
  std::string first_step;
  Plans* plans = nullptr;  // that it may run besides; nullptr: none
  Trace::Follower follower;
  bool trace = false;  // the report has frames
  // Called once the session's scope exists, with what cancels it; for the demo.
  std::function<void(Scope&)> on_begin;
  // Called while the session is finishing, before its bodies go; may be empty.
  std::function<void(const SessionReport&)> on_finishing;
};

struct RunOutcome {
  RunReport report;
  int signal = 0;  // that interrupted it, or 0
};

// Runs it on `shard` to its end. SIGINT and SIGTERM cancel it; a second one ends the process at
// once.
RunOutcome run_in_process(Shard& shard, const SessionRun& run);

}  // namespace millrace
