// The limits in time of steps and loops, and the session's in memory.
#include <fmt/format.h>

#include <unordered_set>
#include <utility>

#include "base/byte_size.h"
#include "base/wall_time.h"
#include "engine/session_machine.h"

namespace millrace {
namespace {

std::string setter_of(const PlanStep& step) { return "limits.timeout of step " + step.id; }

// Gathers the values of a session, so that what they share counts once.
class Gatherer {
 public:
  void add(const Value& value) { values_.push_back(value); }
  void add(const Dict& vars) { values_.push_back(Value::vars(vars)); }
  void add(const Variables& vars) {
    if (vars.identity() != nullptr && !seen_.insert(vars.identity()).second) return;
    bytes_ += vars.for_each([this](const Value& value) { add(value); });
  }
  void add(const State& state) {
    bytes_ += sizeof(State);
    add(state.scope);
    add(state.over);
    add(state.arguments);
    if (state.run) add(state.run->scope());
    for (const State::Hidden& hidden : state.hidden) add(hidden.value);
    add(state.order);
    add_passes(state.pass.get());
    if (state.loop) add(*state.loop);
  }
  std::uint64_t bytes() && { return bytes_ + Value::list(std::move(values_)).bytes_held(); }

 private:
  void add_passes(const Pass* pass) {
    for (; pass != nullptr && seen_.insert(pass).second; pass = pass->outer.get()) {
      for (const Deposit& deposit : pass->ended) {
        bytes_ += sizeof(Deposit);
        add(deposit.scope);
        add(deposit.order);
      }
      if (pass->loop) add(*pass->loop);
    }
  }
  void add(const BranchKey& order) {
    for (const auto* arm = order.last().get(); arm != nullptr && seen_.insert(arm).second;
         arm = arm->fork.get()) {
      bytes_ += sizeof(BranchKey::Arm);
    }
  }
  void add(const Loop& loop) {
    if (!seen_.insert(&loop).second) return;
    bytes_ += sizeof(Loop) + loop.batch.capacity();
    add(loop.items);
    if (loop.stream) bytes_ += loop.stream->bytes_held();
  }

  Value::Items values_;
  std::unordered_set<const void*> seen_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

void SessionMachine::set_bounds(State& state) const {
  const PlanStep& step = plan_->step(state.step);
  const bool is_loop = step.kind == StepKind::iterator;
  if (step.timeout && !is_loop) {
    state.effect->of_step = Effect::Bound{state.began, Limit{*step.timeout, setter_of(step)}};
  }
  if (const auto* prompt = std::get_if<PromptEffect>(&state.effect->what)) {
    const Value* timeout = prompt->arguments.find("timeout");
    const bool is_given = timeout != nullptr && timeout->kind() == Value::Kind::duration;
    auto& bound = state.effect->of_step;
    if (is_given && (!bound || timeout->as_duration() < bound->limit.length)) {
      bound = Effect::Bound{
          state.began, Limit{timeout->as_duration(), "argument \"timeout\" of step " + step.id}};
    }
  }
  if (state.in_cleanup) return;
  const Loop* loop = state.pass->bounded_by.get();
  if (state.loop && state.loop->deadline &&
      (loop == nullptr || *state.loop->deadline < *loop->deadline)) {
    loop = state.loop.get();
  }
  if (loop == nullptr) return;
  const PlanStep& iterator = plan_->step(loop->step);
  state.effect->of_loop = Effect::Bound{loop->began, Limit{*iterator.timeout, setter_of(iterator)}};
}

// The outermost pass around it whose loop's limit has passed.
Ref<Pass> SessionMachine::overdue_pass(const State& state) const {
  Ref<Pass> overdue;
  const Ref<Loop>& first = state.pass->bounded_by;
  if (!first || state.in_cleanup || *first->deadline > clock_.wall()) return overdue;
  for (Ref<Pass> at = state.pass; at->loop; at = at->outer) {
    if (at->loop->deadline && *at->loop->deadline <= clock_.wall()) overdue = at;
  }
  return overdue;
}

// The limit of a loop is an error of the iterator, which ends all that runs in its body.
void SessionMachine::strike_loop(StatePtr state, const Ref<Pass>& pass) {
  const Ref<Loop> loop = pass->loop;
  const PlanStep& iterator = plan_->step(loop->step);
  std::optional<Error> error;
  if (state->delivered) {
    // An effect that was cut off says where it was.
    if (auto* said = std::get_if<Error>(&*state->delivered)) {
      if (said->kind() == ErrorKind::deadline) error = std::move(*said);
    }
  }
  if (!error) {
    const TimePoint began = on_monotonic(loop->began, moment_of(clock_));
    Stop stop{.cause = StopCause::deadline, .reason = {}, .at = clock_.now()};
    stop.deadline = Deadline::in(began, Limit{*iterator.timeout, setter_of(iterator)});
    error = to_error(stop, {});
  }
  if (state->run) end_run(*state, false);
  leave_loop(*state, pass);
  state->step = loop->step;
  state->phase = Phase::looping;
  state->loop = {};
  state->delivered.reset();
  fail(std::move(state), std::move(*error));
}

std::uint64_t SessionMachine::memory() const {
  Gatherer all;
  ready_.for_each([&all](const State& state) { all.add(state); });
  for (const auto& entry : waiting_) all.add(*entry.second);
  for (const Gathering& gathering : gatherings_) {
    for (const StatePtr& state : gathering.arrived) all.add(*state);
  }
  return std::move(all).bytes();
}

// Counting takes time, so it is done again only when what has been made since could matter: a
// session may pass its limit by a sixteenth.
void SessionMachine::check_memory(std::uint32_t step) {
  if (status_ != Status::running) return;
  const std::uint64_t limit = options_.limits.memory;
  const std::uint64_t held = memory();
  made_ = 0;
  allowance_ = std::max(limit - std::min(limit, held), limit / 16);
  if (held <= limit) return;
  const bool of_plan = plan_->limits().memory == limit;
  fail_session(step, Error(ErrorKind::exhausted,
                           fmt::format("the session's variables hold {}, its limit is {} ({})",
                                       format_byte_size(held), format_byte_size(limit),
                                       of_plan ? "limits.memory" : "setting session.memory")));
}

}  // namespace millrace
