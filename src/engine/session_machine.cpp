#include "engine/session_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace millrace {
namespace {

// What a state waits for, as its frame says it.
std::string_view name_of(const decltype(Effect::what)& what) {
  static constexpr std::array<std::string_view, 4> kNames{"function", "reader", "line", "time"};
  static_assert(std::variant_size_v<decltype(Effect::what)> == kNames.size());
  return kNames[what.index()];
}

}  // namespace

std::string_view to_string(Status status) {
  switch (status) {
    case Status::running: return "started";
    case Status::completed: return "completed";
    case Status::failed: return "failed";
    case Status::canceled: return "canceled";
  }
  return "failed";
}

SessionMachine::SessionMachine(Ref<const Plan> plan, const Clock& clock, Random& random,
                               MachineOptions options)
    : plan_(std::move(plan)),
      clock_(clock),
      random_(random),
      options_(std::move(options)),
      trace_(options_.trace, clock) {}

SessionMachine::~SessionMachine() = default;

Result<void> SessionMachine::start(Variables scope) {
  auto first = plan_->start(options_.first_step);
  if (!first) return first.error();
  session_pass_ = make_ref<Pass>();
  session_pass_->live = 1;
  auto state = std::make_unique<State>();
  state->id = next_state_++;
  state->step = *first;
  state->scope = std::move(scope);
  state->pass = session_pass_;
  make_ready(std::move(state));
  return {};
}

bool SessionMachine::advance(std::size_t budget) {
  turn_work_ = 0;
  while (status_ == Status::running && !ready_.empty() && turn_work_ < kWorkOfTurn &&
         budget-- > 0) {
    StatePtr state = std::move(ready_.front());
    ready_.pop_front();
    // What a step's own effect says of the limit tells more: where it was when that passed.
    const bool says_itself = state->delivered && std::holds_alternative<Error>(*state->delivered);
    if (struck_ && !state->in_cleanup && !says_itself) {
      fail(std::move(state), *struck_);
    } else {
      execute(std::move(state));
    }
    if (status_ == Status::running && !parked_.empty()) release_joins();
  }
  return status_ == Status::running && !ready_.empty();
}

std::vector<Effect> SessionMachine::take_effects() { return std::exchange(effects_, {}); }

std::vector<std::uint64_t> SessionMachine::take_dropped() { return std::exchange(dropped_, {}); }

void SessionMachine::deliver(std::uint64_t id, EffectResult result) {
  const auto at = waiting_.find(id);
  if (at == waiting_.end()) return;
  StatePtr state = std::move(at->second);
  waiting_.erase(at);
  trace_.end_wait(state->frame);
  state->delivered = std::move(result);
  make_ready(std::move(state));
}

void SessionMachine::strike(const Error& error) { struck_ = error; }

void SessionMachine::abort(Status status, const Error& error) {
  if (status_ != Status::running) return;
  // What the session's own limit struck first stays the reason, also when its handlers take too
  // long.
  failure_ =
      status == Status::failed && struck_failure_ ? struck_failure_ : Failure{error, std::nullopt};
  finish(status);
}

void SessionMachine::make_ready(StatePtr state) { ready_.push_back(std::move(state)); }

void SessionMachine::await(StatePtr state, decltype(Effect::what) what) {
  trace_.begin_wait(state->frame, name_of(what));
  effects_.push_back(Effect{state->id, state->step, state->in_cleanup, std::move(what)});
  const std::uint64_t id = state->id;
  waiting_.emplace(id, std::move(state));
}

void SessionMachine::record(State& state) {
  ++executed_;
  if (recorded_.size() < options_.recorded_steps) recorded_.push_back(state.step);
  if (options_.on_step) options_.on_step(state);
  trace_.end(state.frame);
  std::optional<std::uint32_t> parent;
  if (state.via) parent = plan_->parent_of(*state.via);
  state.frame = trace_.begin(state.id, state.step, parent, state.scope);
}

// A state whose effect has come back with an error fails here, wherever its step stood; otherwise
// the step goes on where it was.
void SessionMachine::execute(StatePtr state) {
  if (state->delivered) {
    if (auto* error = std::get_if<Error>(&*state->delivered)) {
      Error failed = std::move(*error);
      return fail(std::move(state), std::move(failed));
    }
  }
  if (!state->begun) {
    state->begun = true;
    const std::uint64_t of_plan = plan_->limits().steps.value_or(options_.steps);
    const std::uint64_t limit = std::min(options_.steps, of_plan);
    if (executed_ >= limit) {
      const std::string_view name = options_.steps < of_plan || !plan_->limits().steps
                                        ? "setting session.steps"
                                        : "limits.steps";
      return fail(std::move(state),
                  Error(ErrorKind::exhausted,
                        fmt::format("the session has made {} steps, its limit ({})", limit, name)));
    }
    record(*state);
  }
  step(std::move(state));
}

}  // namespace millrace
