// What each kind of step does. A step that has to wait comes back here, in the phase it was left in.
#include <fmt/format.h>

#include <utility>

#include "engine/machine.h"

namespace millrace {
namespace {

Error not_here_yet(const PlanStep& step) {
  return {ErrorKind::invalid,
          fmt::format("a step of kind \"{}\" cannot run from the command line yet", to_string(step.kind))};
}

}  // namespace

void Machine::step(StatePtr state) {
  const PlanStep& step = plan_->step(state->step);
  switch (step.kind) {
    case StepKind::expressions: return assign(std::move(state));
    case StepKind::function: return call_function(std::move(state));
    case StepKind::iterator: return iterate(std::move(state));
    case StepKind::gateway_exclusive:
    case StepKind::gateway_inclusive: return choose(std::move(state));
    case StepKind::gateway_join: return arrive(std::move(state));
    case StepKind::error: return raise(std::move(state));
    case StepKind::error_handler: return set_handler(std::move(state));
    case StepKind::termination:
      result_ = std::move(state->scope);
      return finish(Status::completed);
    case StepKind::delay: return delay(std::move(state));
    case StepKind::break_loop: return break_loop(std::move(state));
    case StepKind::continue_loop: return continue_loop(std::move(state));
    case StepKind::gateway_fork:
    case StepKind::debug:
    case StepKind::visual: return leave(std::move(state));
    case StepKind::prompt:
    case StepKind::exec_workflow: return fail(std::move(state), not_here_yet(step));
  }
}

void Machine::assign(StatePtr state) {
  if (put_into_scope(state, plan_->step(state->step).arguments)) leave(std::move(state));
}

void Machine::call_function(StatePtr state) {
  const PlanStep& step = plan_->step(state->step);
  if (state->phase == Phase::acting) {
    state->over = std::move(std::get<Dict>(*state->delivered));
    state->delivered.reset();
    state->phase = Phase::results;
  }
  if (state->phase == Phase::results) {
    if (put_into_scope(state, step.results)) leave(std::move(state));
    return;
  }
  auto arguments = evaluate_arguments(state, step.arguments);
  if (!arguments) return;
  FunctionCall call{step.ref, plan_->handle(), step.id, state->id, std::move(*arguments)};
  state->phase = Phase::acting;
  await(std::move(state), CallEffect{std::move(call)});
}

void Machine::raise(StatePtr state) {
  auto arguments = evaluate_arguments(state, plan_->step(state->step).arguments);
  if (!arguments) return;
  const Value* message = arguments->find("message");
  std::string text = "the workflow raised an error without a message";
  if (message != nullptr) {
    if (auto said = cast_text(*message)) text = std::move(*said);
  }
  fail(std::move(state), Error(ErrorKind::invalid, std::move(text)));
}

// Its end is recorded as an execution of its own, as the reference does when it resumes a step.
void Machine::delay(StatePtr state) {
  if (state->phase == Phase::acting) {
    record(*state);
    return leave(std::move(state));
  }
  auto arguments = evaluate_arguments(state, plan_->step(state->step).arguments);
  if (!arguments) return;
  TimePoint until = clock_.now();
  if (const Value* offset = arguments->find("offset"); offset != nullptr && offset->kind() == Value::Kind::duration) {
    const Nanos length = offset->as_duration();
    until = length < TimePoint::max() - until ? until + length : TimePoint::max() - Nanos{1};
  }
  if (const Value* when = arguments->find("timestamp"); when != nullptr && when->kind() == Value::Kind::instant) {
    until += time_until(when->as_instant(), clock_.wall());
  }
  state->phase = Phase::acting;
  await(std::move(state), DelayEffect{until});
}

void Machine::set_handler(StatePtr state) {
  const PlanStep& step = plan_->step(state->step);
  state->handler = {};
  if (step.has_handler()) {
    state->handler = make_ref<Handler>();
    state->handler->step = state->step;
    state->handler->pass = state->pass;
  }
  follow(std::move(state), step.paths.front());
}

void Machine::arrive(StatePtr state) {
  state->phase = Phase::acting;
  parked_.push_back(std::move(state));
}

}  // namespace millrace
