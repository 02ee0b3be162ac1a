// Gateways that choose: the conditions of their paths are evaluated in order over the scope.
#include <utility>

#include "engine/session_machine.h"

namespace millrace {

void SessionMachine::choose(StatePtr state) {
  const PlanStep& step = plan_->step(state->step);
  const bool exclusive = step.kind == StepKind::gateway_exclusive;
  state->phase = Phase::choosing;
  for (; state->path < step.paths.size(); ++state->path) {
    const PlanPath& path = step.paths[state->path];
    // A path without an expression always holds for an exclusive gateway, and never for an
    // inclusive one.
    if (!path.condition && !exclusive) continue;
    if (path.condition) {
      auto holds = evaluate_condition(state, *path.condition);
      if (!holds) return;
      if (!*holds) continue;
    }
    if (exclusive) return follow(std::move(state), path);
    state->chosen.push_back(static_cast<std::uint32_t>(state->path));
  }
  if (state->chosen.empty()) {
    return fail(std::move(state),
                Error(ErrorKind::invalid,
                      exclusive ? "no path of the exclusive gateway holds: add a path without an "
                                  "expression, which always holds"
                                : "no path of the inclusive gateway holds: at least one must"));
  }
  std::vector<const PlanPath*> chosen;
  for (const std::uint32_t index : state->chosen) chosen.push_back(&step.paths[index]);
  fork(std::move(state), chosen);
}

}  // namespace millrace
