// Where a state goes when its step is done: along paths, back to its loop, to an error handler, or
// to the end of its pass.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/session_machine.h"

namespace millrace {
namespace {

void sort_by_path(boost::container::small_vector<Deposit, 1>& ended) {
  if (ended.size() == 1) return;
  std::vector<const BranchKey*> keys;
  keys.reserve(ended.size());
  for (const Deposit& deposit : ended) keys.push_back(&deposit.order);
  boost::container::small_vector<Deposit, 1> sorted;
  sorted.reserve(ended.size());
  for (const std::size_t index : path_order(keys)) sorted.push_back(std::move(ended[index]));
  ended = std::move(sorted);
}

}  // namespace

void SessionMachine::follow(StatePtr state, const PlanPath& path) {
  Trace::add_next(state->frame, path.child);
  Trace::end(state->frame);
  state->via = path.index;
  state->step = path.child;
  state->phase = Phase::ready;
  state->execution = 0;
  state->delivered.reset();
  state->run.reset();
  state->over = {};
  state->arguments = {};
  state->tries = 0;
  state->loop = {};
  state->path = 0;
  state->chosen.clear();
  make_ready(std::move(state));
}

void SessionMachine::fork(StatePtr state, const std::vector<const PlanPath*>& paths) {
  if (paths.size() == 1) return follow(std::move(state), *paths.front());
  if (!may_fork(state, paths.size())) return;
  // An arm copies the slots when it first changes one.
  const std::size_t of_arm =
      sizeof(State) + sizeof(BranchKey::Arm) + plan_->names()->size() * sizeof(Value);
  made_ += paths.size() * of_arm;
  state->pass->live += static_cast<std::uint32_t>(paths.size()) - 1;
  for (std::size_t arm = 0; arm < paths.size(); ++arm) {
    Trace::add_next(state->frame, paths[arm]->child);
    StatePtr branch = make_state();
    branch->scope = state->scope;
    branch->order = state->order.arm(static_cast<std::uint32_t>(arm));
    branch->pass = state->pass;
    branch->handler = state->handler;
    branch->in_cleanup = state->in_cleanup;
    follow(std::move(branch), *paths[arm]);
  }
  Trace::end(state->frame);
}

// False when these arms would be more than a session may have.
bool SessionMachine::may_fork(StatePtr& state, std::size_t arms) {
  const std::size_t branches = ready_.size() + waiting_.size() + arms;
  const std::size_t states = branches + parked() + deposits_;
  const SessionLimits& limits = options_.limits;
  std::string message;
  if (branches > limits.branches) {
    message = fmt::format("{} branches would run at once, and {} may (setting session.branches)",
                          branches, limits.branches);
  } else if (states > limits.states) {
    message = fmt::format(
        "the session would have {} states at once, and may have {} (setting "
        "session.states)",
        states, limits.states);
  } else {
    return true;
  }
  fail(std::move(state), Error(ErrorKind::exhausted, std::move(message)));
  return false;
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
  ++deposits_;
  const bool in_cleanup = state->in_cleanup;
  Trace::end(state->frame);
  state.reset();
  if (--pass->live == 0) complete(pass, in_cleanup);
}

// All states of the pass have ended: their scopes are merged in path order, later ones winning.
void SessionMachine::complete(const Ref<Pass>& pass, bool in_cleanup) {
  sort_by_path(pass->ended);
  Variables merged = std::move(pass->ended.front().scope);
  Ref<Handler> handler = std::move(pass->ended.front().handler);
  for (std::size_t i = 1; i < pass->ended.size(); ++i) merged.merge(pass->ended[i].scope);
  deposits_ -= pass->ended.size();
  pass->ended.clear();
  if (!pass->loop) {
    result_ = std::move(merged);
    failure_ = struck_failure_;
    return finish(struck_failure_ ? Status::failed : Status::completed);
  }
  StatePtr state = make_state();
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

// `state`, which stands in `pass` or within it, goes on outside of it; nothing else in it does.
void SessionMachine::leave_loop(State& state, const Ref<Pass>& pass) {
  drop_pass(pass);
  clear_ended(state.pass.get(), pass.get());
  state.handler = handler_outside(state.handler, pass);
  state.order = pass->order;
  state.pass = pass->outer;
}

void SessionMachine::drop_pass(const Ref<Pass>& pass) {
  const auto dropped = [&](State& state) {
    if (!is_within(state.pass, pass)) return false;
    drop(state);
    clear_ended(state.pass.get(), pass.get());
    return true;
  };
  ready_.erase_if(dropped);
  std::erase_if(gatherings_, [&](const Gathering& gathering) {
    if (!is_within(gathering.pass, pass)) return false;
    for (const StatePtr& state : gathering.arrived) dropped(*state);
    return true;
  });
  std::erase_if(waiting_, [&](const auto& entry) {
    if (!dropped(*entry.second)) return false;
    dropped_.push_back(entry.first);
    return true;
  });
}

void SessionMachine::drop(State& state) {
  Trace::set_action(state.frame, "stopped");
  Trace::end(state.frame);
}

// Nobody will merge the ends of branches in the passes from `inner` up to `outermost`. They must
// go, for they hold handlers, which hold passes.
void SessionMachine::clear_ended(Pass* inner, const Pass* outermost) {
  for (Pass* pass = inner; pass != nullptr; pass = pass->outer.get()) {
    deposits_ -= pass->ended.size();
    pass->ended.clear();
    if (pass == outermost) break;
  }
}

void SessionMachine::finish(Status status) {
  status_ = status;
  const auto dropped = [this](State& state) {
    drop(state);
    clear_ended(state.pass.get(), nullptr);
  };
  ready_.for_each(dropped);
  ready_.clear();
  for (const Gathering& gathering : gatherings_) {
    for (const StatePtr& state : gathering.arrived) dropped(*state);
  }
  gatherings_.clear();
  begun_.clear();
  for (const auto& [id, state] : waiting_) {
    dropped(*state);
    dropped_.push_back(id);
  }
  waiting_.clear();
  clear_ended(session_pass_.get(), nullptr);
  session_pass_ = {};
}

}  // namespace millrace
