// Evaluating what a step says, over its scope. Where a reader's content is needed the state is put
// aside until that has been drained, and the same argument is evaluated again; where evaluation
// fails the state goes the way of its error.
#include <algorithm>
#include <utility>

#include "engine/session_machine.h"

namespace millrace {

// True when `outcome` is neither a value nor done: then the state is no longer the caller's.
template <class T>
bool SessionMachine::put_aside(StatePtr& state, Attempt<T>& outcome) {
  if (auto* error = std::get_if<Error>(&outcome)) {
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
  const Signature* signature = plan_->step(state->step).signature;
  if (auto* error = std::get_if<Error>(&progress); error != nullptr && signature != nullptr) {
    *error = signature->shown(*error);
  }
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

// What a function or iterator returned is visible to its results only, and does not enter the scope
// itself: what is read of it lies over the scope while they are evaluated. The results of another
// workflow see what that returned and nothing else.
void SessionMachine::begin_results(State& state, const ArgumentProgram& program) {
  if (plan_->step(state.step).kind == StepKind::exec_workflow) {
    state.run.emplace(Variables(plan_->names(), state.over));
    return;
  }
  for (const auto& read : program.reads()) {
    const auto is_same = [&](const State::Hidden& hidden) { return hidden.slot == read.slot; };
    if (std::any_of(state.hidden.begin(), state.hidden.end(), is_same)) continue;
    const Value* value = state.over.find(plan_->names()->name(read.slot));
    if (value == nullptr) continue;
    state.hidden.push_back({read.slot, state.scope.take(read.slot)});
    state.scope.set(read.slot, *value);
  }
  state.run.emplace(std::move(state.scope));
}

// The scope as it is after an evaluation: with what that has assigned, where it is done, and as it
// was before otherwise.
void SessionMachine::end_run(State& state, bool is_done) {
  const PlanStep& step = plan_->step(state.step);
  const bool is_of_results = state.phase == Phase::results;
  if (is_of_results && step.kind == StepKind::exec_workflow) {
    if (is_done) state.scope.merge(state.run->results());
  } else {
    if (!is_done) state.run->undo();
    state.scope = std::move(*state.run).scope();
  }
  for (State::Hidden& hidden : state.hidden) {
    const auto assigned = step.results->assigned();
    const bool stays =
        is_done && std::find(assigned.begin(), assigned.end(), hidden.slot) != assigned.end();
    if (!stays) state.scope.set(hidden.slot, std::move(hidden.value));
  }
  state.hidden.clear();
  state.run.reset();
}

bool SessionMachine::put_into_scope(StatePtr& state, const Ref<const ArgumentProgram>& program) {
  if (!program) return true;
  if (!state->run) {
    if (state->phase == Phase::results) {
      begin_results(*state, *program);
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
  end_run(*state, done);
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
