// Evaluating what a step says, over its scope. Where a reader's content is needed the state is put
// aside until that has been drained, and the same argument is evaluated again; where evaluation
// fails the state goes the way of its error.
#include <utility>

#include "engine/session_machine.h"

namespace millrace {

// True when `outcome` is neither a value nor done: then the state is no longer the caller's.
template <class T>
bool SessionMachine::put_aside(StatePtr& state, Attempt<T>& outcome) {
  if (auto* error = std::get_if<Error>(&outcome)) {
    state->run.reset();
    fail(std::move(state), std::move(*error));
    return true;
  }
  if (auto* needs = std::get_if<Needs>(&outcome)) {
    await(std::move(state), DrainEffect{std::move(needs->reader)});
    return true;
  }
  return false;
}

void SessionMachine::count(const Fuel& fuel) {
  turn_work_ += fuel.spent();
  made_ += fuel.spent_bytes();
}

std::optional<Dict> SessionMachine::evaluate_arguments(StatePtr& state,
                                                       const Ref<const ArgumentProgram>& program) {
  if (!program) return Dict();
  if (!state->run) state->run.emplace(std::move(state->scope));
  Fuel fuel(options_.fuel);
  EvaluationContext context{fuel, clock_, random_};
  auto progress = run_arguments(*program, *state->run, context);
  count(fuel);
  if (std::holds_alternative<Needs>(progress)) {
    put_aside(state, progress);
    return std::nullopt;
  }
  Dict results = state->run->results();
  state->run->undo();
  state->scope = std::move(*state->run).scope();
  state->run.reset();
  if (put_aside(state, progress)) return std::nullopt;
  Trace::set_input(state->frame, results);
  return results;
}

bool SessionMachine::put_into_scope(StatePtr& state, const Ref<const ArgumentProgram>& program) {
  const bool over_results = state->phase == Phase::results;
  if (!program) return true;
  if (!state->run) {
    if (over_results) {
      // What a function returned is visible to its results only, and does not enter the scope
      // itself. Of another workflow, only what that returned is.
      const bool alone = plan_->step(state->step).kind == StepKind::exec_workflow;
      Variables both = alone ? Variables(plan_->names()) : state->scope;
      both.merge(state->over);
      state->run.emplace(std::move(both));
    } else {
      state->run.emplace(std::move(state->scope));
    }
  }
  Fuel fuel(options_.fuel);
  EvaluationContext context{fuel, clock_, random_};
  auto progress = run_arguments(*program, *state->run, context);
  count(fuel);
  if (std::holds_alternative<Needs>(progress)) return !put_aside(state, progress);
  const bool done = std::holds_alternative<std::monostate>(progress);
  if (done && state->frame) Trace::set_results(state->frame, state->run->results());
  if (over_results) {
    if (done) state->scope.merge(state->run->results());
  } else {
    state->scope = std::move(*state->run).scope();
  }
  state->run.reset();
  return !put_aside(state, progress);
}

std::optional<bool> SessionMachine::evaluate_condition(StatePtr& state, const Program& program,
                                                       const Ref<const Names>& names) {
  Fuel fuel(options_.fuel);
  EvaluationContext context{fuel, clock_, random_};
  Outcome outcome = names ? evaluate(program, Variables(names, state->scope.to_dict()), context)
                          : evaluate(program, state->scope, context);
  count(fuel);
  if (put_aside(state, outcome)) return std::nullopt;
  return condition_holds(std::get<Value>(outcome));
}

}  // namespace millrace
