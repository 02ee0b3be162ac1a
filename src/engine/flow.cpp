// Where a state goes when its step is done: along paths, back to its loop, to an error handler, or
// to the end of its pass.
#include <algorithm>
#include <utility>

#include "engine/session_machine.h"

namespace millrace {

void SessionMachine::follow(StatePtr state, const PlanPath& path) {
  Trace::add_next(state->frame, path.child);
  trace_.end(state->frame);
  state->via = path.index;
  state->step = path.child;
  state->phase = Phase::ready;
  state->begun = false;
  state->delivered.reset();
  state->run.reset();
  state->over = {};
  state->loop = {};
  state->path = 0;
  make_ready(std::move(state));
}

void SessionMachine::fork(StatePtr state, const std::vector<const PlanPath*>& paths) {
  if (paths.size() == 1) return follow(std::move(state), *paths.front());
  state->run.reset();
  state->pass->live += static_cast<std::uint32_t>(paths.size()) - 1;
  for (std::size_t arm = 0; arm < paths.size(); ++arm) {
    Trace::add_next(state->frame, paths[arm]->child);
    auto branch = std::make_unique<State>();
    branch->id = next_state_++;
    branch->scope = state->scope;
    branch->order = state->order;
    branch->order.push_back(static_cast<std::uint32_t>(arm));
    branch->pass = state->pass;
    branch->handler = state->handler;
    branch->in_cleanup = state->in_cleanup;
    follow(std::move(branch), *paths[arm]);
  }
  trace_.end(state->frame);
}

void SessionMachine::leave(StatePtr state) {
  const auto& paths = plan_->step(state->step).paths;
  if (paths.empty()) return end(std::move(state));
  if (paths.size() == 1) return follow(std::move(state), paths.front());
  // Several paths from a step that is no gateway all run side by side.
  std::vector<const PlanPath*> all;
  all.reserve(paths.size());
  for (const PlanPath& path : paths) all.push_back(&path);
  fork(std::move(state), all);
}

void SessionMachine::end(StatePtr state) {
  const Ref<Pass> pass = state->pass;
  pass->ended.push_back(
      Deposit{std::move(state->order), std::move(state->scope), std::move(state->handler)});
  const bool in_cleanup = state->in_cleanup;
  trace_.end(state->frame);
  state.reset();
  if (--pass->live == 0) complete(pass, in_cleanup);
}

// All states of the pass have ended: their scopes are merged in path order, later ones winning.
void SessionMachine::complete(const Ref<Pass>& pass, bool in_cleanup) {
  std::stable_sort(pass->ended.begin(), pass->ended.end(),
                   [](const Deposit& a, const Deposit& b) { return a.order < b.order; });
  Variables merged = std::move(pass->ended.front().scope);
  Ref<Handler> handler = std::move(pass->ended.front().handler);
  for (std::size_t i = 1; i < pass->ended.size(); ++i) merged.merge(pass->ended[i].scope);
  pass->ended.clear();
  if (!pass->loop) {
    result_ = std::move(merged);
    failure_ = struck_failure_;
    return finish(struck_failure_ ? Status::failed : Status::completed);
  }
  auto state = std::make_unique<State>();
  state->id = next_state_++;
  state->step = pass->loop->step;
  state->phase = Phase::looping;
  state->scope = std::move(merged);
  state->order = pass->order;
  state->pass = pass->outer;
  state->handler = handler_outside(handler, pass);
  state->loop = pass->loop;
  state->in_cleanup = in_cleanup;
  make_ready(std::move(state));
}

// A state has left the pass sideways (a handler, a break). With nobody left in it, the pass and
// those around it up to `until` are no more; true when the token they stood for is free again.
bool SessionMachine::leave_pass(Ref<Pass> pass, const Ref<Pass>& until) {
  while (!(pass == until)) {
    if (--pass->live != 0) return false;
    if (!pass->ended.empty()) {
      complete(pass, false);
      return false;
    }
    pass = pass->outer;
  }
  return true;
}

void SessionMachine::drop_pass(const Ref<Pass>& pass) {
  const auto within = [&pass](const State& state) {
    for (Ref<Pass> at = state.pass; at; at = at->outer) {
      if (at == pass) return true;
    }
    return false;
  };
  const auto stopped = [&](const StatePtr& state) {
    if (!within(*state)) return false;
    stop(*state);
    return true;
  };
  std::erase_if(ready_, stopped);
  std::erase_if(parked_, stopped);
  std::erase_if(waiting_, [&](const auto& entry) {
    if (!stopped(entry.second)) return false;
    dropped_.push_back(entry.first);
    return true;
  });
}

void SessionMachine::stop(State& state) {
  Trace::set_action(state.frame, "stopped");
  trace_.end(state.frame);
}

void SessionMachine::finish(Status status) {
  status_ = status;
  for (const StatePtr& state : ready_) stop(*state);
  for (const StatePtr& state : parked_) stop(*state);
  ready_.clear();
  parked_.clear();
  effects_.clear();
  for (const auto& [id, state] : waiting_) {
    stop(*state);
    dropped_.push_back(id);
  }
  waiting_.clear();
  session_pass_ = {};
}

}  // namespace millrace
