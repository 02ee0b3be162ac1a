// The sessions of one shard: gives each its turns, performs what their machines ask for, and closes
// what they opened.
//
//   owner > session (owns bodies) > work (the session's own limit) > step, one an effect
//                                 > cleanup (handlers, after that limit has passed)
//
// A session that has nothing to wait for has no scopes and no coroutine: it runs from the queue of
// turns, first in, first out, so that one without end does not hold the others up.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/effects.h"
#include "engine/plans.h"
#include "engine/session.h"
#include "engine/session_image.h"
#include "scope/scope.h"

namespace millrace {

class RunningSession;

// Whoever wants to know what sessions come to. Each may start, answer and cancel sessions.
class SessionFollower {
 public:
  virtual ~SessionFollower() = default;
  virtual void prompted(const OpenPrompt& /*prompt*/) {}
  // Nobody waits for the answer to that prompt any more: its time has passed, or its branch or
  // session has ended. Not told of one that has been answered.
  virtual void withdrawn(std::uint64_t /*session*/, std::uint64_t /*state*/) {}
  // No session of the shard can go on before a prompt is answered.
  virtual void only_prompts_left() {}
  // A session that another one began without waiting for it has ended.
  virtual void ended(const Plan& /*plan*/, const SessionReport& /*report*/) {}
  // It is no longer in memory: it has ended and all of it is closed, or the journal has it.
  virtual void left(const SessionReport& /*report*/) {}
};

class EarlierSessions;
class Journal;

class Sessions {
 public:
  // All of these outlive it. `home` owns the sessions that outlive who began them; close() joins
  // them. `plans` may be nullptr: then no session can run another workflow.
  Sessions(Scope& home, Effects& effects, Random& random, Plans* plans = nullptr,
           SessionFollower* follower = nullptr);
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;
  ~Sessions();  // after close()

  struct Start {
    Ref<const Plan> plan;
    Dict scope;  // over the plan's initial one
    SessionOptions options = {};
    ResultReceiver receiver = {};
    Scope* heir = nullptr;  // bodies in the result go there; nullptr: they go with the session
    // Called once, when everything is closed and, where it is recorded, its end is durable.
    std::function<void(SessionReport)> ended = {};
    Recording recording = {};
  };
  // Where sessions are recorded that are to be, by whom (SessionRecord::epoch). Before any begins.
  // One that nobody here waits for leaves memory once it waits for people, or longer than `ahead`.
  void record_in(Journal& journal, std::uint64_t epoch, Nanos ahead) {
    journal_ = &journal;
    epoch_ = epoch;
    ahead_ = ahead;
  }

  // Where those are found that a session began before this process did. Before any is resumed.
  void find_earlier_in(EarlierSessions& earlier) { earlier_ = &earlier; }

  // Begins a session, which takes its first turn later. Stopping `owner` cancels it, without
  // handlers; `owner` lives on until `ended` has been called.
  std::uint64_t start(Scope& owner, Start start);

  // Goes on with one that a record was read of. Its effects under way begin anew.
  struct Resume {
    std::uint64_t session = 0;
    std::unique_ptr<SessionMachine> machine;
    SessionImage image;
    std::vector<Ref<Reader>> readers;  // of the image
    Start start;                       // without a scope
  };
  void resume(Scope& owner, Resume resume);
  bool has(std::uint64_t session) const { return sessions_.contains(session); }
  // Whether that execution of a step of it waits for the end of another session.
  bool awaits(std::uint64_t session, std::uint64_t execution) const;
  // It is in memory, and soon will not be.
  bool is_leaving(std::uint64_t session) const;

  // Both do nothing where there is no such session.
  void cancel(std::uint64_t session, StopCause cause, std::string reason);
  void cancel_all(StopCause cause, const std::string& reason);
  // Ends running it here, with what it is (prompted, suspended) as its status.
  void leave(std::uint64_t session);
  // The same for all of them. One that runs another stays as it is, started.
  void leave_all();

  // The input that a prompt waits for. False when nobody waits for it any more. `kept` is told once
  // it would not be lost any more: when a record that knows of it is durable, or at once where the
  // session is not recorded.
  bool answer(std::uint64_t session, std::uint64_t state, Dict input,
              std::function<void()> kept = {});
  std::vector<OpenPrompt> prompts() const;  // by session
  std::size_t prompts_open() const { return prompts_; }
  // Whether no session can go on before a prompt is answered, and one would.
  bool only_prompts_left() const;

  std::size_t size() const { return sessions_.size(); }
  // Set, unless sessions wait for long for their turns: whoever begins new ones waits for this
  // first, or those that are there would become ever more.
  Event& on_time() { return on_time_; }
  // Of functions, by steps of all sessions.
  std::size_t calls_under_way() const { return calls_; }

  // Waits for the end of all sessions whose owner is home, however long. Stopping home cancels
  // them.
  Task<void> join();
  // Cancels all sessions and waits for their end.
  Task<void> close();

 private:
  friend class RunningSession;
  struct Queue;

  void queue(RunningSession& session);
  void take_turns_soon();
  void take_turns();
  void erase(RunningSession& session);
  void tell_of_standstill();

  Scope& home_;
  Effects& effects_;
  Random& random_;
  Plans* plans_;
  SessionFollower* follower_;
  Journal* journal_ = nullptr;
  std::uint64_t epoch_ = 0;
  Nanos ahead_{};
  EarlierSessions* earlier_ = nullptr;
  std::unordered_map<std::uint64_t, std::unique_ptr<RunningSession>> sessions_;
  std::unique_ptr<Queue> queue_;  // for a turn
  std::unique_ptr<Queue> round_;  // those of the round under way that have not had theirs
  Event on_time_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  bool posted_ = false;
  std::size_t prompts_ = 0;  // open
  std::size_t calls_ = 0;    // of functions, under way
  std::size_t acting_ = 0;   // effects under way that are no prompts and no workflows
  Event empty_;              // set while there is no session
};

// Runs a session of `plan` over `scope` to its end. Stopping `parent` cancels the session: no
// handler runs, and this returns with status canceled once everything is closed.
Task<SessionReport> run_session(Scope& parent, Sessions& sessions, Sessions::Start start);
Task<SessionReport> run_session(Scope& parent, Sessions& sessions, Sessions::Resume resume);

class EarlierSessions {
 public:
  virtual ~EarlierSessions() = default;
  // The session that `start` would begin, where it was begun already: goes on with it and waits for
  // its end, or says what that was. Nothing where there is none; only its id where `start` is not
  // to be waited for. Stopping `step` cancels it.
  virtual Task<Result<std::optional<SessionReport>>> join(Scope& step, Sessions::Start start,
                                                          bool wait) = 0;
};

}  // namespace millrace
