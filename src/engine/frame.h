// What one execution of a step did, for whoever follows a session. Owned by the session's trace;
// the state that is at that step writes to it until the step is over.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/counted.h"
#include "base/error.h"
#include "engine/branch_key.h"
#include "value/value.h"
#include "value/variables.h"

namespace millrace {

class Trace;

struct Frame : Counted {
  struct Wait {
    std::string_view what;  // "function", "reader", "line", "time", "join", "prompt", "workflow"
    Nanos time{};
  };

  std::uint64_t execution = 0;          // counted in the session, from 1
  std::uint64_t state = 0;              // of the branch: the next step on its path has the same
  std::uint32_t step = 0;               // index in the plan
  std::optional<std::uint32_t> parent;  // the step that a path led from
  boost::container::small_vector<std::uint32_t, 2> next;  // the steps that it went on to
  BranchKey branch;
  std::uint32_t loops = 0;  // whose bodies it is in
  std::uint64_t pass = 0;   // of the innermost of them, from 1
  WallTime created_at{};
  Nanos elapsed{};    // from the session's start to this step's
  Nanos step_time{};  // from the step's start to its end, waits included
  // Readers in these are replaced by what had been read of them by then (Excerpt), so that no frame
  // keeps a body alive.
  Variables scope;  // as the step found it
  Dict input;       // its arguments, as they were handed over
  Dict results;     // the variables that it set
  // What it did that the rest does not say: "next pass", "suspended", "caught"; else empty.
  std::string_view action;
  std::optional<Error> error;
  std::vector<Error> retried;  // of its tries, but for the last
  std::vector<Wait> waits;     // in order
  Dict timings;                // what a function told of its own

  Trace* trace = nullptr;  // that it belongs to, while the step is under way
  bool is_kept = false;
  bool has_values = false;
  TimePoint began{};
  std::optional<TimePoint> waiting_since;  // for the last of `waits`
};

}  // namespace millrace
