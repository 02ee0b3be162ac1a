// Runs one session: drives its machine and performs its effects within scopes.
//
//   session (owns bodies) > work (the session's own limit) > step, one an effect
//                         > cleanup (handlers, after that limit has passed)
//
// Everything a session opened is closed when this returns.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/session_machine.h"
#include "scope/scope.h"

namespace millrace {

struct SessionOptions {
  std::string name = "session";  // for lists of scopes
  std::optional<Limit> limit =
      std::nullopt;  // the session's own; the plan's holds too, the earlier wins
  MachineOptions machine = {};
};

struct SessionReport {
  Status status = Status::running;
  Dict vars;  // the result, where it completed
  std::optional<Failure> failure;
  std::vector<std::uint32_t> steps;  // indices, in the order in which they ran, as far as recorded
  bool all_steps_recorded = true;
  std::vector<Ref<const Frame>> frames;  // one an execution, in that order, where it was traced
  bool all_frames_recorded = true;
  Nanos elapsed{};
};

// Called while the session is finishing: its result is complete and its bodies still live.
// Ownership of a body goes on by Effects or Body::move_to within this call.
using ResultReceiver = std::function<Task<void>(Scope& session, const SessionReport& report)>;

// Runs a session of `plan` over `scope` to its end. Stopping `parent` cancels the session: no
// handler runs, and this returns with status canceled once everything is closed.
Task<SessionReport> run_session(Scope& parent, Ref<const Plan> plan, Variables scope,
                                Effects& effects, Random& random, SessionOptions options,
                                ResultReceiver receiver);

}  // namespace millrace
