// What each kind of step does. A step that has to wait comes back here, in the phase it was left
// in.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/wall_time.h"
#include "engine/session_machine.h"
#include "value/convert.h"

namespace millrace {
namespace {

// Before the next of `tries` that are behind it: doubling, and part of it by chance.
Nanos backoff_of(const RetryPolicy& policy, std::uint32_t tries, Random& random) {
  Nanos wait = policy.backoff;
  const Nanos most = policy.max_backoff;
  for (std::uint32_t i = 1; i < tries && wait < most; ++i) {
    wait = wait > most / 2 ? most : wait * 2;
  }
  wait = std::min(wait, most);
  const auto chance = static_cast<double>(wait.count()) * policy.jitter * random.unit();
  return wait - Nanos(static_cast<std::int64_t>(chance));
}

bool is_worth_trying_again(const RetryPolicy& policy, ErrorKind kind) {
  if (policy.kinds.empty()) return kind == ErrorKind::unavailable || kind == ErrorKind::deadline;
  return std::find(policy.kinds.begin(), policy.kinds.end(), kind) != policy.kinds.end();
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
    case StepKind::prompt: return prompt(std::move(state));
    case StepKind::exec_workflow: return exec_workflow(std::move(state));
  }
}

void SessionMachine::assign(StatePtr state) {
  if (put_into_scope(state, plan_->step(state->step).arguments)) leave(std::move(state));
}

void SessionMachine::call_function(StatePtr state) {
  const PlanStep& step = plan_->step(state->step);
  if (state->phase == Phase::acting) {
    state->over = std::move(std::get<Dict>(*state->delivered));
    state->delivered.reset();
    Trace::set_timings(state->frame, state->over);
    state->phase = Phase::results;
  }
  if (state->phase == Phase::results) {
    if (put_into_scope(state, step.results)) leave(std::move(state));
    return;
  }
  Dict arguments;
  if (state->phase == Phase::retrying) {
    arguments = state->arguments;
    state->delivered.reset();
  } else {
    auto evaluated = evaluate_arguments(state, step.arguments);
    if (!evaluated) return;
    arguments = std::move(*evaluated);
  }
  if (step.retry) state->arguments = arguments;
  ++state->tries;
  state->phase = Phase::acting;
  await(std::move(state), CallEffect{std::move(arguments)});
}

// A call that failed is made again after a while, where its step says so and there is time for it:
// the limit of the step covers all its tries.
bool SessionMachine::try_again(StatePtr& state, const Error& error) {
  const PlanStep& step = plan_->step(state->step);
  if (!step.retry || state->phase != Phase::acting || struck_) return false;
  if (step.delivery == Delivery::at_most_once) return false;
  const RetryPolicy& policy = *step.retry;
  if (state->tries >= policy.attempts || !is_worth_trying_again(policy, error.kind())) return false;
  const WallTime next = later_by(clock_.wall(), backoff_of(policy, state->tries, random_));
  if (step.timeout && next >= later_by(state->began, *step.timeout)) return false;
  Trace::add_retry(state->frame, error);
  state->phase = Phase::retrying;
  await(std::move(state), DelayEffect{next});
  return true;
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
  Trace::end(state->frame);
  result_ = std::move(state->scope);
  finish(Status::completed);
}

void SessionMachine::arrive(StatePtr state) {
  state->phase = Phase::acting;
  Trace::begin_wait(state->frame, "join");
  const auto same = [&](const Gathering& gathering) {
    return gathering.join == state->step && gathering.pass == state->pass;
  };
  auto at = std::find_if(gatherings_.begin(), gatherings_.end(), same);
  if (at == gatherings_.end()) {
    at = gatherings_.insert(at, Gathering{state->step, state->pass, {}});
  }
  at->arrived.push_back(std::move(state));
}

}  // namespace millrace
