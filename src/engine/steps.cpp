// What each kind of step does. A step that has to wait comes back here, in the phase it was left
// in.
#include <fmt/format.h>

#include <utility>

#include "engine/session_machine.h"
#include "value/convert.h"

namespace millrace {
namespace {

Error not_here_yet(const PlanStep& step) {
  return {ErrorKind::invalid,
          fmt::format("a step of kind \"{}\" cannot run from the command line yet",
                      to_string(step.kind))};
}

// The clock's last moment where the sum would lie beyond it.
TimePoint later_by(TimePoint from, Nanos length) {
  return length < TimePoint::max() - from ? from + length : TimePoint::max() - Nanos{1};
}

// Zero where `when` is null or has passed; the longest duration where it is too far away to tell.
Nanos time_between(WallTime now, const Instant& when) {
  const auto now_seconds = std::chrono::floor<std::chrono::seconds>(now);
  const std::int64_t seconds = when.seconds - now_seconds.time_since_epoch().count();
  if (when.null || seconds < 0) return Nanos{0};
  if (seconds > Nanos::max().count() / 1'000'000'000 - 1) return Nanos::max();
  const Nanos between = std::chrono::seconds(seconds) + Nanos(when.nanos) - (now - now_seconds);
  return std::max(between, Nanos{0});
}

}  // namespace

void SessionMachine::step(StatePtr state) {
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
    case StepKind::termination: return terminate(std::move(state));
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

void SessionMachine::assign(StatePtr state) {
  if (put_into_scope(state, plan_->step(state->step).arguments)) leave(std::move(state));
}

void SessionMachine::call_function(StatePtr state) {
  const PlanStep& step = plan_->step(state->step);
  if (state->phase == Phase::acting) {
    state->over = std::move(std::get<Dict>(*state->delivered));
    Trace::set_timings(state->frame, state->over);
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
  if (step.results) {
    for (const auto& read : step.results->reads()) {
      call.wanted.push_back(plan_->names()->name(read.slot));
    }
  }
  state->phase = Phase::acting;
  await(std::move(state), CallEffect{std::move(call)});
}

void SessionMachine::raise(StatePtr state) {
  auto arguments = evaluate_arguments(state, plan_->step(state->step).arguments);
  if (!arguments) return;
  const Value* message = arguments->find("message");
  std::string text = "the workflow raised an error without a message";
  if (message != nullptr) {
    const Outcome said = cast_text(*message);
    if (const auto* words = std::get_if<Value>(&said)) text = std::string(words->as_text());
  }
  fail(std::move(state), Error(ErrorKind::invalid, std::move(text)));
}

// Its end is recorded as an execution of its own, as the reference does when it resumes a step.
void SessionMachine::delay(StatePtr state) {
  if (state->phase == Phase::acting) {
    record(*state);
    Trace::set_action(state->frame, "resumed");
    return leave(std::move(state));
  }
  auto arguments = evaluate_arguments(state, plan_->step(state->step).arguments);
  if (!arguments) return;
  TimePoint until = clock_.now();
  if (const Value* offset = arguments->find("offset");
      offset != nullptr && offset->kind() == Value::Kind::duration) {
    until = later_by(until, offset->as_duration());
  }
  if (const Value* when = arguments->find("timestamp");
      when != nullptr && when->kind() == Value::Kind::instant) {
    until = later_by(until, time_between(clock_.wall(), when->as_instant()));
  }
  state->phase = Phase::acting;
  Trace::set_action(state->frame, "suspended");
  await(std::move(state), DelayEffect{until});
}

void SessionMachine::set_handler(StatePtr state) {
  const PlanStep& step = plan_->step(state->step);
  state->handler = {};
  if (step.has_handler()) {
    state->handler = make_ref<Handler>();
    state->handler->step = state->step;
    state->handler->pass = state->pass;
  }
  Trace::set_action(state->frame, step.has_handler() ? "handler set" : "handler removed");
  follow(std::move(state), step.paths.front());
}

void SessionMachine::terminate(StatePtr state) {
  Trace::set_action(state->frame, "terminated");
  trace_.end(state->frame);
  result_ = std::move(state->scope);
  finish(Status::completed);
}

void SessionMachine::arrive(StatePtr state) {
  state->phase = Phase::acting;
  trace_.begin_wait(state->frame, "join");
  parked_.push_back(std::move(state));
}

}  // namespace millrace
