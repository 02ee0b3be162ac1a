// One session in this process, from its scope to its report: what `run` and `demo` have in common.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "cli/prompt_answers.h"
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
  PromptAnswers answers;
  // Where the person at standard input is asked what these do not answer; nullptr: nobody is.
  std::ostream* questions = nullptr;
  // Called once the session's scope exists, with what cancels it; for the demo.
  std::function<void(Scope&)> on_begin;
  // Called while the session is finishing, before its bodies go; may be empty.
  std::function<void(const SessionReport&)> on_finishing;
  // Called with the end of each session that was begun without waiting for it; may be empty.
  std::function<void(const Plan&, const SessionReport&)> on_other_end;
};

struct RunOutcome {
  RunReport report;
  int signal = 0;                      // that interrupted it, or 0
  std::vector<std::string> left_over;  // places of answers that no prompt has asked for
};

// Runs it and what it begins on `shard` to their end, or until nothing can go on without an answer
// that nobody gives: then its status is prompted. SIGINT and SIGTERM cancel it; a second
// one ends the process at once.
RunOutcome run_in_process(Shard& shard, const SessionRun& run);

}  // namespace millrace
