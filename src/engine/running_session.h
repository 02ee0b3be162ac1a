// One session while it is in memory: its machine, the scopes it has needed so far, and what its
// states wait for. Owned by Sessions.
#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "engine/session_recorder.h"
#include "engine/sessions.h"
#include "scope/recycled.h"
#include "scope/timer.h"

namespace millrace {

struct InTurnQueue;
using TurnHook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<InTurnQueue>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class RunningSession final : public Recycled, public TurnHook, private StopHook {
 public:
  RunningSession(Sessions& all, Scope& owner, std::uint64_t id, const Moment& now,
                 Sessions::Start start);
  RunningSession(Sessions& all, Scope& owner, const Moment& now, Sessions::Resume resume);
  ~RunningSession();

  std::uint64_t id() const { return id_; }
  const Plan& plan() const { return *start_.plan; }

  // Has a turn soon; once its start is durable, where it is recorded from there.
  void begin_or_record();
  // Of one that is resumed: what it waits for is under way once this returns.
  void go_on();
  // Steps until it waits, ends or has had its turn. May end with `delete this`.
  void turn(std::size_t budget, const Moment& now);
  void cancel(StopCause cause, std::string reason);
  void leave();
  bool awaits(std::uint64_t execution) const;
  bool is_leaving() const { return left_as_.has_value(); }
  bool answer(std::uint64_t state, Dict input, std::function<void()> kept);
  void collect_prompts(std::vector<OpenPrompt>& into) const;

 private:
  // What performs one effect.
  struct Acting {
    bool is_task = false;
    Scope* scope = nullptr;                 // of a task, once that has begun
    std::unique_ptr<Timer> timer;           // of a delay that is no task
    std::uint64_t child = 0;                // a session
    bool is_prompt = false;                 // that is open; counts in Sessions::prompts_
    bool counts = false;                    // in Sessions::acting_
    bool is_call = false;                   // counts in Sessions::calls_
    std::function<void(Dict)> take_answer;  // of a prompt that is a task
    std::function<void()> kept;             // of a prompt that was answered: whom to tell
    bool in_cleanup = false;
    bool is_dropped = false;  // nobody waits for it any more
  };

  void on_stop(const Stop& stop) noexcept override;

  void make_scopes();
  void look_at_limits(TimePoint now);
  bool advance(const Moment& now, std::size_t budget);
  void note_what_is_stopped();
  void strike_waiting();
  void perform();
  void begin(std::uint64_t id);
  Acting& add_acting(std::uint64_t id, const State& state);
  void begin_task(std::uint64_t id, const State& state);
  void begin_delay(std::uint64_t id, const State& state);
  void begin_prompt(std::uint64_t id, const State& state);
  void begin_child(std::uint64_t id, const State& state);
  void drop(std::uint64_t id);
  void close_prompt(Acting& prompt);
  void withdraw(std::uint64_t id, Acting& prompt);
  void release(std::uint64_t id);  // from acting_
  void deliver(std::uint64_t id, EffectResult result);
  OpenPrompt prompt_of(std::uint64_t id, const State& state) const;
  ScopeOptions options_for(const Effect& effect) const;
  struct Job;
  Task<EffectResult> perform_one(Scope& step, Job& job);
  Task<EffectResult> run_workflow(Scope& step, const Job& job);
  Result<Sessions::Start> child_of(const ExecEffect& exec, std::string_view step,
                                   std::uint64_t execution) const;
  EffectResult begin_detached(Sessions::Start start);

  // session_records.cpp: being kept in the journal
  std::unique_ptr<SessionRecorder> recorder_for(const SessionImage& image);
  SessionImage image_of_start(const Moment& now) const;
  // Whether the effect that the state waits for may have begun in a process before this one.
  bool began_before(std::uint64_t state) const;
  static bool is_keyed(const Plan& plan, const State& state);
  static bool begins_only_once(const Plan& plan, const State& state);
  void record();
  void tell_when_kept(std::function<void()> kept);
  void recorded(const Result<void>& result);
  bool may_leave_memory() const;
  Recording recording_of_child(std::uint64_t execution) const;
  void drop_unknown_fates();
  void record_end_and_leave();
  void leave_without_end();
  void write_later(std::function<void()> write);
  void written_at_last();

  // session_bodies.cpp: the streams that it holds
  void bind_restored();
  void fetch_unread();
  Task<Result<void>> fetch(Scope& task, Ref<Reader> reader);
  void note_repeating(const State& state, Job& job) const;
  Task<Result<Dict>> call(Scope& step, Job& job);
  Task<Result<void>> make_durable(Scope& step, Dict& results);
  void note_streams(const FunctionCall& call, const Repeating& repeating, const Dict& results);
  Task<void> hand_over_bodies(Scope& heir);
  Task<void> keep_beginnings();

  void finish(TimePoint now);
  bool close_at_once();
  Task<void> close();
  void report(TimePoint now);
  void end();
  void leave_memory();

  Sessions& all_;
  Scope& owner_;
  std::uint64_t id_;
  Sessions::Start start_;
  TimePoint began_;
  std::unique_ptr<Trace> trace_;
  std::unique_ptr<SessionMachine> owned_machine_;
  SessionMachine& machine_ = *owned_machine_;
  std::unique_ptr<SessionRecorder> recorder_;  // none: it is not recorded
  bool leaves_when_written_ = false;
  bool changed_ = false;                     // since the last record was begun
  std::vector<std::uint64_t> began_before_;  // states whose workflows were begun by then
  std::vector<std::uint64_t> held_;  // states whose effects begin once that they will is durable
  std::vector<std::uint64_t> being_recorded_;  // that were held when the record was begun
  // Whom to tell that what the next record, or the one being written, knows is durable.
  std::vector<std::function<void()>> kept_by_next_;
  std::vector<std::function<void()>> kept_by_this_;
  std::unique_ptr<Timer> record_again_;
  bool gives_up_ = false;              // it was left while its end was being written
  bool waits_to_end_ = false;          // for the disk
  bool cannot_be_kept_ = false;        // what it came to
  std::vector<Ref<Reader>> restored_;  // of the record that it goes on from, until it does
  std::set<const Reader*> fetching_;   // into the journal
  std::optional<Status> left_as_;      // when it was left
  std::optional<Stop> canceled_;
  std::unique_ptr<Scope> session_;
  std::unique_ptr<Scope> work_;
  std::unique_ptr<Scope> cleanup_;
  std::map<std::uint64_t, Acting> acting_;  // by state
  bool finishing_ = false;
  Event quiet_;  // set when acting_ becomes empty while it is finishing
  SessionReport report_;
};

}  // namespace millrace
