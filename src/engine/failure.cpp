// Errors: to the handler that the failed state stands under, or to the end of the session.
#include <fmt/format.h>

#include <utility>

#include "engine/session_machine.h"
#include "value/convert.h"
#include "value/error_facts.h"
#include "value/path.h"

namespace millrace {
namespace {

// The error as a workflow sees it, under the name `error`.
Value as_value(const Error& error, const std::string& step) {
  Dict facts;
  if (const auto* details = dynamic_cast<const ErrorFacts*>(error.details().get())) {
    facts.set("details", Value::map(details->facts));
  }
  facts.set("kind", Value::text(to_string(error.kind())));
  facts.set("message", Value::text(error.message()));
  facts.set("step", Value::text(step));
  if (!error.phase().empty()) facts.set("phase", Value::text(error.phase()));
  if (const auto cause = error.cause()) facts.set("cause", Value::text(cause->to_line()));
  return Value::map(std::move(facts));
}

Value fact_of(HandlerFact fact, const Error& error, const std::string& step) {
  switch (fact) {
    case HandlerFact::error: return as_value(error, step);
    case HandlerFact::message: return Value::text(error.message());
    case HandlerFact::step_id: return Value::text(step);
    case HandlerFact::kind: return Value::text(to_string(error.kind()));
    case HandlerFact::phase: return Value::text(error.phase());
    case HandlerFact::status: break;
  }
  const auto* details = dynamic_cast<const ErrorFacts*>(error.details().get());
  const Value* status = details == nullptr ? nullptr : details->facts.find("statusCode");
  return status == nullptr ? Value::null() : *status;
}

// The target is a variable or a path below one.
Result<void> put_at(Variables& scope, const HandlerResult& result, Value fact) {
  auto target = parse_target(result.target);
  if (!target) return target.error();
  Value base = scope.take(result.slot);
  auto assigned = assign(base, target->below_base(), std::move(fact));
  scope.set(result.slot, std::move(base));
  if (auto* error = std::get_if<Error>(&assigned)) return *error;
  return {};
}

}  // namespace

// After the session's own limit has passed, that is what the session ends with, whatever handlers
// do.
void SessionMachine::fail(StatePtr state, Error error) {
  // An evaluation that waited for a reader still holds the scope: it gives it back as it was.
  if (state->run && state->phase != Phase::results) {
    state->run->undo();
    state->scope = std::move(*state->run).scope();
  }
  state->run.reset();
  Trace::set_error(state->frame, error);
  if (struck_ && !struck_failure_) struck_failure_ = Failure{error, state->step};
  if (state->handler) return run_handler(std::move(state), error);
  Trace::end(state->frame);
  clear_ended(state->pass.get(), nullptr);
  fail_session(state->step, std::move(error));
}

void SessionMachine::fail_session(std::uint32_t step, Error error) {
  failure_ = struck_failure_ ? struck_failure_ : Failure{std::move(error), step};
  finish(Status::failed);
}

void SessionMachine::run_handler(StatePtr state, const Error& error) {
  const Ref<Handler> handler = state->handler;
  StatePtr branch = make_state();
  branch->step =
      handler->step;  // an error from here on, before its first step, is the handler's own
  branch->scope = std::move(state->scope);
  branch->order = std::move(state->order);
  branch->pass = handler->pass;
  branch->in_cleanup = state->in_cleanup || struck_.has_value();
  if (!leave_pass(state->pass, handler->pass)) ++handler->pass->live;
  Trace::set_action(state->frame, "caught");
  branch->frame = std::move(state->frame);
  const PlanStep& failed = plan_->step(state->step);
  state.reset();
  if (auto told = tell_handler(*branch, error, failed); !told) {
    return fail(std::move(branch), told.error());
  }
  follow(std::move(branch), plan_->step(handler->step).paths[1]);
}

// The names stay with the handler, whatever steps ran in between.
Result<void> SessionMachine::tell_handler(State& branch, const Error& error,
                                          const PlanStep& failed) {
  for (const HandlerResult& result : plan_->step(branch.step).handler_results) {
    Value fact = typify(fact_of(result.fact, error, failed.id));
    auto put = put_at(branch.scope, result, std::move(fact));
    if (!put) return put;
  }
  return {};
}

// A handler that was set inside `pass` stays in force outside of it, and then goes on out there.
Ref<Handler> SessionMachine::handler_outside(const Ref<Handler>& handler, const Ref<Pass>& pass) {
  if (!handler) return handler;
  for (Ref<Pass> at = handler->pass; at; at = at->outer) {
    if (!(at == pass)) continue;
    auto moved = make_ref<Handler>();
    moved->step = handler->step;
    moved->pass = pass->outer;
    return moved;
  }
  return handler;
}

}  // namespace millrace
