// Joins. A state that arrives is parked with the others that have (the state is "partial"). The
// join goes on when no other live state of the session can still come to it: what counts is who can
// come, not how many paths lead in.
#include <algorithm>
#include <utility>

#include "engine/session_machine.h"

namespace millrace {

// By its paths, by the way back from the end of a loop's body, or by an error that its handler
// catches; but only into its own pass: entering a loop anew makes another.
bool SessionMachine::can_come(const State& state, std::uint32_t join, const Ref<Pass>& pass) const {
  if (!is_within(state.pass, pass)) return false;
  const bool standing_before = state.step == join && state.phase == Phase::ready;
  if (standing_before || plan_->leads(state.step, join)) return true;
  for (const Pass* at = state.pass.get(); at != pass.get(); at = at->outer.get()) {
    if (plan_->leads(at->loop->step, join)) return true;
  }
  return state.handler && plan_->leads(state.handler->step, join);
}

bool SessionMachine::is_awaited(const Gathering& gathering) const {
  const auto comes = [&](const State& state) {
    return can_come(state, gathering.join, gathering.pass);
  };
  const auto one_comes = [&](const StatePtr& state) { return comes(*state); };
  return ready_.any_of(comes) ||
         std::any_of(waiting_.begin(), waiting_.end(),
                     [&](const auto& entry) { return comes(*entry.second); }) ||
         // The latest first: of forks within forks it is an inner one that comes to an outer one.
         std::any_of(gatherings_.rbegin(), gatherings_.rend(), [&](const Gathering& other) {
           return &other != &gathering &&
                  std::any_of(other.arrived.begin(), other.arrived.end(), one_comes);
         });
}

void SessionMachine::release_joins() {
  while (status_ == Status::running && !gatherings_.empty()) {
    auto free = std::find_if(gatherings_.begin(), gatherings_.end(),
                             [this](const Gathering& gathering) { return !is_awaited(gathering); });
    if (free == gatherings_.end()) {
      if (!ready_.empty() || !waiting_.empty()) return;
      // Joins that wait for one another would wait for ever: the first to be arrived at gives way.
      free = gatherings_.begin();
    }
    release_join(static_cast<std::size_t>(free - gatherings_.begin()));
  }
}

// The scopes are merged in the order of the join's inbound paths; later ones win.
void SessionMachine::release_join(std::size_t index) {
  std::vector<StatePtr> arrived = std::move(gatherings_[index].arrived);
  gatherings_.erase(gatherings_.begin() + static_cast<std::ptrdiff_t>(index));
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
    merged->order = common_fork(merged->order, arrived[i]->order);
    Trace::set_action(arrived[i]->frame, "merged");
    Trace::end(arrived[i]->frame);
  }
  merged->pass->live -= static_cast<std::uint32_t>(arrived.size()) - 1;
  leave(std::move(merged));
}

std::size_t SessionMachine::parked() const {
  std::size_t states = 0;
  for (const Gathering& gathering : gatherings_) states += gathering.arrived.size();
  return states;
}

}  // namespace millrace
