// Steps that wait for time, for a person or for another workflow.
#include <fmt/format.h>

#include <utility>

#include "base/wall_time.h"
#include "engine/session_machine.h"
#include "value/cast.h"
#include "value/convert.h"

namespace millrace {
namespace {

// Now where `when` is null; the clock's last moment where it lies beyond that.
WallTime moment_of(const Instant& when, WallTime now) {
  if (when.null) return now;
  constexpr std::int64_t kMost = Nanos::max().count() / 1'000'000'000 - 1;
  if (when.seconds > kMost) return WallTime::max();
  if (when.seconds < -kMost) return now;
  return WallTime(std::chrono::seconds(when.seconds) + Nanos(when.nanos));
}

std::string text_of(const Value* value) {
  if (value == nullptr || value->is_null()) return {};
  const Outcome text = cast_text(*value);
  const auto* words = std::get_if<Value>(&text);
  return words == nullptr ? std::string() : std::string(words->as_text());
}

std::optional<Nanos> duration_of(const Value* value) {
  if (value == nullptr || value->kind() != Value::Kind::duration) return std::nullopt;
  return value->as_duration();
}

}  // namespace

// Its end is recorded as an execution of its own, as the reference does when it resumes a step.
void SessionMachine::delay(StatePtr state) {
  if (state->phase == Phase::acting) {
    record(*state);
    Trace::set_action(state->frame, "resumed");
    return leave(std::move(state));
  }
  auto arguments = evaluate_arguments(state, plan_->step(state->step).arguments);
  if (!arguments) return;
  WallTime until = clock_.wall();
  if (const auto offset = duration_of(arguments->find("offset"))) until = later_by(until, *offset);
  if (const Value* when = arguments->find("timestamp");
      when != nullptr && when->kind() == Value::Kind::instant) {
    until = moment_of(when->as_instant(), until);
  }
  state->phase = Phase::acting;
  Trace::set_action(state->frame, "suspended");
  await(std::move(state), DelayEffect{until});
}

// The same of a prompt: the answer's arrival is an execution of its own.
void SessionMachine::prompt(StatePtr state) {
  const PlanStep& step = plan_->step(state->step);
  if (state->phase == Phase::acting) {
    state->over = std::move(std::get<Dict>(*state->delivered));
    state->delivered.reset();
    record(*state);
    Trace::set_action(state->frame, "resumed");
    Trace::set_input(state->frame, state->over);
    state->phase = Phase::results;
  }
  if (state->phase == Phase::results) {
    if (put_into_scope(state, step.results)) leave(std::move(state));
    return;
  }
  auto arguments = evaluate_arguments(state, step.arguments);
  if (!arguments) return;
  state->phase = Phase::acting;
  Trace::set_action(state->frame, "prompted");
  await(std::move(state), PromptEffect{std::move(*arguments)});
}

void SessionMachine::exec_workflow(StatePtr state) {
  if (state->phase == Phase::acting || state->phase == Phase::results) {
    return exec_ended(std::move(state));
  }
  auto arguments = evaluate_arguments(state, plan_->step(state->step).arguments);
  if (!arguments) return;
  ExecEffect exec;
  exec.workflow = text_of(arguments->find("workflow"));
  if (const Value* scope = arguments->find("scope"); scope != nullptr && scope->has_dict()) {
    exec.scope = scope->dict();
  }
  if (const Value* wait = arguments->find("wait"); wait != nullptr && wait->is_boolean()) {
    exec.wait = wait->as_boolean();
  }
  exec.timeout = duration_of(arguments->find("timeout"));
  if (exec.timeout && *exec.timeout < Nanos{0}) {
    return fail(std::move(state), Error(ErrorKind::invalid,
                                        "argument \"timeout\" is negative: give a length of time, "
                                        "or 0 for none of its own"));
  }
  if (exec.timeout == Nanos{0}) exec.timeout.reset();
  if (exec.workflow.empty()) {
    return fail(std::move(state),
                Error(ErrorKind::invalid,
                      "argument \"workflow\" is empty: give the handle or ID of a workflow"));
  }
  if (exec.workflow == plan_->handle() || exec.workflow == plan_->id()) {
    return fail(std::move(state),
                Error(ErrorKind::invalid,
                      fmt::format("workflow \"{}\" runs itself: use a loop, or a path that leads "
                                  "back",
                                  exec.workflow)));
  }
  if (options_.depth + 1 >= options_.limits.depth) {
    return fail(std::move(state),
                Error(ErrorKind::exhausted,
                      fmt::format("{} workflows wait for one another here, the limit (setting "
                                  "session.depth)",
                                  options_.limits.depth)));
  }
  state->phase = Phase::acting;
  await(std::move(state), std::move(exec));
}

// The results are evaluated over the final scope of that workflow, and over nothing else.
void SessionMachine::exec_ended(StatePtr state) {
  const PlanStep& step = plan_->step(state->step);
  if (state->phase == Phase::acting) {
    state->over = std::move(std::get<Dict>(*state->delivered));
    state->delivered.reset();
    state->phase = Phase::results;
  }
  if (put_into_scope(state, step.results)) leave(std::move(state));
}

}  // namespace millrace
