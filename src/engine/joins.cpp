// Joins. A state that arrives is parked (the state is "partial"). The join goes on when no other
// live state of the session can still come to it: what counts is who can come, not how many paths
// lead in.
#include <algorithm>
#include <utility>

#include "engine/session_machine.h"

namespace millrace {
namespace {

bool is_within(const State& state, const Ref<Pass>& pass) {
  for (Ref<Pass> at = state.pass; at; at = at->outer) {
    if (at == pass) return true;
  }
  return false;
}

}  // namespace

// By its paths, by the way back from the end of a loop's body, or by an error that its handler
// catches; but only into its own pass: entering a loop anew makes another.
bool SessionMachine::can_come(const State& state, std::uint32_t join, const Ref<Pass>& pass) {
  if (!is_within(state, pass)) return false;
  const bool standing_before = state.step == join && state.phase == Phase::ready;
  if (standing_before || reach_.leads(*plan_, state.step, join)) return true;
  for (Ref<Pass> at = state.pass; !(at == pass); at = at->outer) {
    if (reach_.leads(*plan_, at->loop->step, join)) return true;
  }
  return state.handler && reach_.leads(*plan_, state.handler->step, join);
}

bool SessionMachine::is_awaited(const State& arrived) {
  const auto other = [&](const State& state) {
    const bool beside =
        state.step == arrived.step && state.pass == arrived.pass && state.phase == Phase::acting;
    return !beside && can_come(state, arrived.step, arrived.pass);
  };
  return std::any_of(ready_.begin(), ready_.end(), [&](auto& state) { return other(*state); }) ||
         std::any_of(waiting_.begin(), waiting_.end(),
                     [&](auto& entry) { return other(*entry.second); }) ||
         std::any_of(parked_.begin(), parked_.end(), [&](auto& state) { return other(*state); });
}

void SessionMachine::release_joins() {
  std::size_t at = 0;
  while (at < parked_.size()) {
    if (is_awaited(*parked_[at])) {
      ++at;
      continue;
    }
    release_join(at);
    at = 0;
  }
  // Joins that wait for one another would wait for ever: the first to be arrived at gives way.
  if (ready_.empty() && waiting_.empty() && !parked_.empty()) release_join(0);
}

void SessionMachine::release_join(std::size_t first) {
  const std::uint32_t join = parked_[first]->step;
  const Ref<Pass> pass = parked_[first]->pass;
  std::vector<StatePtr> arrived;
  for (StatePtr& state : parked_) {
    if (state->step == join && state->pass == pass) arrived.push_back(std::move(state));
  }
  std::erase(parked_, nullptr);
  merge_arrived(std::move(arrived));
}

// The scopes are merged in the order of the join's inbound paths; later ones win.
void SessionMachine::merge_arrived(std::vector<StatePtr> arrived) {
  const auto& inbound = plan_->step(arrived.front()->step).inbound;
  const auto place = [&inbound](const StatePtr& state) {
    return std::find(inbound.begin(), inbound.end(), state->via.value_or(0)) - inbound.begin();
  };
  std::stable_sort(arrived.begin(), arrived.end(),
                   [&](const StatePtr& a, const StatePtr& b) { return place(a) < place(b); });
  StatePtr merged = std::move(arrived.front());
  for (std::size_t i = 1; i < arrived.size(); ++i) {
    merged->scope.merge(arrived[i]->scope);
    if (!merged->handler) merged->handler = arrived[i]->handler;
    merged->in_cleanup = merged->in_cleanup || arrived[i]->in_cleanup;
    // What goes on belongs to all arms: to the fork that they have in common.
    const BranchKey& other = arrived[i]->order;
    const auto differ =
        std::mismatch(merged->order.begin(), merged->order.end(), other.begin(), other.end());
    merged->order.erase(differ.first, merged->order.end());
    Trace::set_action(arrived[i]->frame, "merged");
    trace_.end(arrived[i]->frame);
  }
  merged->pass->live -= static_cast<std::uint32_t>(arrived.size()) - 1;
  leave(std::move(merged));
}

}  // namespace millrace
