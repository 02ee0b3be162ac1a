#include "engine/session_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/replace_readers.h"

namespace millrace {
std::string_view to_string(Status status) {
  switch (status) {
    case Status::running: return "started";
    case Status::prompted: return "prompted";
    case Status::suspended: return "suspended";
    case Status::completed: return "completed";
    case Status::failed: return "failed";
    case Status::canceled: return "canceled";
  }
  return "failed";
}

SessionMachine::SessionMachine(Ref<const Plan> plan, MachineOptions options, std::uint64_t seed,
                               Trace* trace)
    : plan_(std::move(plan)), options_(std::move(options)), random_(seed), trace_(trace) {
  SessionLimits& limits = options_.limits;
  limits.memory = std::min(limits.memory, plan_->limits().memory.value_or(limits.memory));
  allowance_ = limits.memory;
}

SessionMachine::~SessionMachine() {
  if (!has_ended(status_)) finish(Status::canceled);
}

StatePtr SessionMachine::make_state() {
  auto state = std::make_unique<State>();
  state->id = next_state_++;
  return state;
}

Result<void> SessionMachine::start(Variables scope) {
  auto first = plan_->start(options_.first_step);
  if (!first) return first.error();
  if (trace_ != nullptr && !readers_in(scope.to_dict()).empty()) trace_->expect_readers();
  session_pass_ = make_ref<Pass>();
  session_pass_->live = 1;
  auto state = make_state();
  state->step = *first;
  state->scope = std::move(scope);
  state->pass = session_pass_;
  make_ready(std::move(state));
  return {};
}

bool SessionMachine::advance(const Moment& at, std::size_t budget) {
  clock_.hold(at);
  turn_work_ = 0;
  while (status_ == Status::running && !ready_.empty() && turn_work_ < kWorkOfTurn &&
         budget-- > 0) {
    StatePtr state = ready_.pop();
    const std::uint32_t step = state->step;
    // What a step's own effect says of the limit tells more: where it was when that passed.
    const bool says_itself = state->delivered && std::holds_alternative<Error>(*state->delivered);
    if (struck_ && !state->in_cleanup && !says_itself) {
      fail(std::move(state), *struck_);
    } else {
      execute(std::move(state));
    }
    if (made_ > allowance_) check_memory(step);
    if (status_ == Status::running && !gatherings_.empty()) release_joins();
  }
  return status_ == Status::running && !ready_.empty();
}

Status SessionMachine::status() const {
  if (status_ != Status::running || !ready_.empty() || waiting_.empty()) return status_;
  bool prompted = false;
  for (const auto& [id, state] : waiting_) {
    const auto& what = state->effect->what;
    if (std::holds_alternative<PromptEffect>(what)) {
      prompted = true;
    } else if (!std::holds_alternative<DelayEffect>(what)) {
      return Status::running;
    }
  }
  return prompted ? Status::prompted : Status::suspended;
}

const State* SessionMachine::waiting(std::uint64_t id) const {
  const auto at = waiting_.find(id);
  return at == waiting_.end() ? nullptr : at->second.get();
}

std::vector<std::uint64_t> SessionMachine::all_waiting() const {
  std::vector<std::uint64_t> ids;
  ids.reserve(waiting_.size());
  for (const auto& entry : waiting_) ids.push_back(entry.first);
  return ids;
}

void SessionMachine::deliver(std::uint64_t id, EffectResult result) {
  const auto at = waiting_.find(id);
  if (at == waiting_.end()) return;
  StatePtr state = std::move(at->second);
  waiting_.erase(at);
  Trace::end_wait(state->frame);
  if (const auto* vars = std::get_if<Dict>(&result)) {
    made_ += Value::vars(*vars).bytes_held();
    if (trace_ != nullptr && !readers_in(*vars).empty()) trace_->expect_readers();
  }
  if (const auto* lines = std::get_if<std::string>(&result)) made_ += lines->size();
  state->effect.reset();
  state->delivered = std::move(result);
  make_ready(std::move(state));
}

void SessionMachine::abort(Status status, const Error& error) {
  if (status_ != Status::running) return;
  // What the session's own limit struck first stays the reason, also when its handlers take too
  // long.
  failure_ =
      status == Status::failed && struck_failure_ ? struck_failure_ : Failure{error, std::nullopt};
  finish(status);
}

void SessionMachine::await(StatePtr state, decltype(Effect::what) what) {
  Trace::begin_wait(state->frame, name_of(what));
  state->effect = Effect{std::move(what), std::nullopt, std::nullopt};
  set_bounds(*state);
  const std::uint64_t id = state->id;
  begun_.push_back(id);
  waiting_.emplace(id, std::move(state));
}

void SessionMachine::record(State& state) {
  state.execution = ++executed_;
  state.began = clock_.wall();
  if (trace_ == nullptr) return;
  Trace::end(state.frame);
  state.frame = trace_->begin(*plan_, state);
}

// False when the session has made all the steps that it may.
bool SessionMachine::begin_execution(StatePtr& state) {
  const std::uint64_t of_plan = plan_->limits().steps.value_or(SessionLimits::kNone);
  const std::uint64_t limit = std::min(options_.limits.steps, of_plan);
  if (executed_ < limit) {
    record(*state);
    return true;
  }
  const std::string_view name =
      options_.limits.steps < of_plan ? "setting session.steps" : "limits.steps";
  fail(std::move(state),
       Error(ErrorKind::exhausted,
             fmt::format("the session has made {} steps, its limit ({})", limit, name)));
  return false;
}

// A state whose effect has come back with an error fails here, wherever its step stood; otherwise
// the step goes on where it was.
void SessionMachine::execute(StatePtr state) {
  if (const Ref<Pass> overdue = overdue_pass(*state)) {
    return strike_loop(std::move(state), overdue);
  }
  if (state->delivered) {
    if (auto* error = std::get_if<Error>(&*state->delivered)) {
      Error failed = std::move(*error);
      state->delivered.reset();
      if (try_again(state, failed)) return;
      return fail(std::move(state), std::move(failed));
    }
  }
  if (state->execution == 0 && !begin_execution(state)) return;
  step(std::move(state));
}

FunctionCall call_of(const Plan& plan, const State& state) {
  const PlanStep& step = plan.step(state.step);
  FunctionCall call{.ref = step.ref,
                    .workflow = plan.handle(),
                    .step = step.id,
                    .execution = state.execution,
                    .arguments = std::get<CallEffect>(state.effect->what).arguments,
                    .is_retried = step.retry.has_value()};
  if (state.frame) call.wanted.emplace_back("timings");
  if (!step.results) return call;
  for (const auto& read : step.results->reads()) {
    call.wanted.push_back(plan.names()->name(read.slot));
  }
  return call;
}

}  // namespace millrace
