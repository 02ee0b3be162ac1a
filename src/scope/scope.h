// Scope: the lifetime of some work. It has a name, a parent, perhaps a deadline, and it owns what
// is started or opened in it. It is bound to one shard's thread and needs no locks.
//
// - A child's deadline is never later than its parent's, and names who set it.
// - Stopping a scope stops its children first, with a cause. It is level-triggered: every wait
// looks
//   before and after.
// - A scope does not end until all it owns has ended: close() stops, joins and releases, and a
// scope
//   that dies with work inside aborts the process, for that is a bug that must not pass.
#pragma once

#include <boost/intrusive/list.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "scope/deadline.h"
#include "scope/event.h"
#include "scope/shard.h"
#include "scope/task.h"

namespace millrace {

using AutoUnlinkHook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// Something a scope owns that is not a task: a body, a temporary file, a connection.
class Owned : public AutoUnlinkHook {
 public:
  virtual ~Owned() = default;
  // Called once, when the owner closes, after its tasks have ended; it has been unlinked. Frees
  // what is held; may end with `delete this` where the owner was the last to know it. Never waits.
  virtual void release() noexcept = 0;
};

// Told, synchronously, that a scope stops. Must only note it, wake or post; never end a scope.
class StopHook : public AutoUnlinkHook {
 public:
  virtual void on_stop(const Stop& stop) noexcept = 0;

 protected:
  ~StopHook() = default;
};

struct ScopeInfo {
  std::string name;
  std::string path;  // names from the root down, "shard > session 12 > body"
  Nanos age;
  std::optional<Nanos> remaining;  // until the deadline; negative once passed
  std::string deadline_setter;
  std::size_t tasks;
  std::size_t bytes_held;
  std::vector<std::string> waiting_for;
  bool stopping;
};

struct ScopeOptions {
  std::optional<Limit> limit = std::nullopt;  // counted from now
  Deadline deadline = {};                     // already a point in time; the earlier of both holds
  // Neither the parent's deadline nor its stopping reaches in. Needs a limit of its own. Still
  // joined.
  bool shielded = false;
  // The first task that fails stops its siblings.
  bool fail_fast = true;
};

class Scope {
 public:
  Scope(Scope& parent, std::string name, ScopeOptions options = {});
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  Shard& shard() const { return *shard_; }
  const std::string& name() const { return name_; }
  std::string path() const;
  Scope* parent() const { return parent_; }
  const Deadline& deadline() const { return deadline_; }

  // ---- stopping
  void stop(Stop why);
  void cancel(StopCause cause, std::string reason) { stop(Stop{cause, std::move(reason)}); }
  const std::optional<Stop>& stopped() const { return stop_; }
  // An error once stopped or past the deadline (also when its timer has not fired yet).
  Result<void> check(Doing doing = {});
  void add_hook(StopHook& hook) { hooks_.push_back(hook); }

  // ---- waiting: each returns when its event has happened, or with the error of the stop
  Task<Result<void>> wait(Event& event, Doing doing);
  Task<Result<void>> sleep_until(TimePoint at, Doing doing);
  Task<Result<void>> sleep_for(Nanos length, Doing doing);
  Task<Result<void>> yield();  // lets everything else that is ready run first
  // For joining only: waits for the end of what has been stopped already or ends by itself, and is
  // not stopped itself.
  Task<void> wait_for_end(Event& event, Doing doing);

  // ---- owning
  // Starts `body` in a child scope of its own. What it returns, or throws (a bug), ends the task.
  using Body = std::function<Task<Result<void>>(Scope&)>;
  void start(std::string name, Body body, ScopeOptions options = {});
  std::size_t tasks() const { return tasks_; }
  // Waits until every task has ended, however long; the first failure among them, in order of time.
  Task<Result<void>> join();
  // Stops what still runs, joins it, releases what is owned. Gives the first failure that was not
  // caused by this very stopping. Cannot itself be stopped: what it waits for is stopping already.
  Task<Result<void>> close(StopCause cause = StopCause::finished, std::string reason = {});
  // The same where no task runs in it: nothing needs to be waited for. False, and nothing done,
  // where one does.
  bool close_at_once(StopCause cause = StopCause::finished, std::string reason = {});
  void own(Owned& resource) { owned_.push_back(resource); }
  // What it owns now. `visit` must neither add to it nor end anything.
  template <class Visit>
  void for_each_owned(Visit visit) {
    for (Owned& resource : owned_) visit(resource);
  }
  // This scope becomes a child of `parent` (same shard); its deadline, frozen when it was made,
  // stays unless the new parent's is earlier. Takes the new parent's stop at once if there is one.
  void move_to(Scope& parent);
  // Its own deadline is over, for there is nothing left that it could end; the parent's holds.
  void lift_deadline();

  // ---- accounting
  void hold(std::ptrdiff_t bytes) { bytes_held_ += static_cast<std::size_t>(bytes); }
  std::size_t bytes_held() const { return bytes_held_; }
  ScopeInfo info() const;
  // In the whole process, over all shards.
  static std::size_t live();

 private:
  friend class Shard;
  Scope(Shard& shard, std::string name);  // the root: the shard's own

  using SiblingHook = boost::intrusive::list_member_hook<
      boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  SiblingHook sibling_;

  void enter();  // into the register, and its parent's children
  void watch_deadline();
  Task<void> run_task(std::string name, Body body, ScopeOptions options);
  void task_ended(const Result<void>& result);
  void release_owned();
  void collect(std::vector<ScopeInfo>& into) const;

  Shard* shard_;
  Scope* parent_ = nullptr;
  std::string name_;
  Deadline deadline_;
  TimePoint born_;
  bool shielded_ = false;
  bool fail_fast_ = true;
  std::optional<Stop> stop_;
  std::optional<Error> first_failure_;
  std::size_t tasks_ = 0;
  std::size_t bytes_held_ = 0;
  Event idle_;  // set while no task runs
  Timer alarm_;

  boost::intrusive::list<Scope, boost::intrusive::member_hook<Scope, SiblingHook, &Scope::sibling_>,
                         boost::intrusive::constant_time_size<false>>
      children_;
  boost::intrusive::list<
      Waiter, boost::intrusive::member_hook<Waiter, decltype(Waiter::in_scope), &Waiter::in_scope>,
      boost::intrusive::constant_time_size<false>>
      waiters_;
  boost::intrusive::list<Owned, boost::intrusive::base_hook<AutoUnlinkHook>,
                         boost::intrusive::constant_time_size<false>>
      owned_;
  boost::intrusive::list<StopHook, boost::intrusive::base_hook<AutoUnlinkHook>,
                         boost::intrusive::constant_time_size<false>>
      hooks_;
};

}  // namespace millrace
