// The session's state machine: pure, without sockets, clocks, threads or coroutines. It runs ready
// states in the order in which they became ready, one step at a time, and asks for what it cannot
// do itself through effects, whose outcomes are delivered back to it. What time it is, it is told.
// Between any two calls it can be turned into bytes and back (frontier.h).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "engine/effect.h"
#include "engine/session_limits.h"
#include "engine/state.h"
#include "engine/state_queue.h"
#include "engine/trace.h"
#include "expression/fuel.h"
#include "workflow/plan.h"

namespace millrace {

enum class Status : std::uint8_t {
  running,
  prompted,   // waits for an answer to a prompt and for nothing else but time
  suspended,  // waits for a time and for nothing else
  completed,
  failed,
  canceled
};
std::string_view to_string(Status status);
constexpr bool has_ended(Status status) { return status >= Status::completed; }

// Why a session failed, and where in the definition.
struct Failure {
  Error error;
  std::optional<std::uint32_t> step;  // index in the plan
};

struct MachineOptions {
  FuelLimits fuel;  // of one step
  SessionLimits limits;
  std::uint32_t depth = 0;  // how many sessions up there wait for this one
  std::string first_step;   // id of the step to start at; empty: the only one without parents
};

class SessionMachine {
 public:
  // `seed` is where all chance in the session comes from. `trace`, where there is one, is told of
  // every execution and outlives the machine.
  SessionMachine(Ref<const Plan> plan, MachineOptions options, std::uint64_t seed,
                 Trace* trace = nullptr);
  ~SessionMachine();

  // Lets the session begin with `scope`. An error: there is no step to start at, or more than one.
  Result<void> start(Variables scope);

  // Runs ready states, at most `budget` step executions and kWorkOfTurn of evaluation and what the
  // last one needs beyond; true when some are still ready. All of it happens at the moment `at`.
  bool advance(const Moment& at, std::size_t budget);
  // As Fuel::spent() counts: some thousandths of a second.
  static constexpr std::uint64_t kWorkOfTurn = 200'000;

  // What became necessary since the last call: the states whose effects are to begin, and those
  // whose effects are to be stopped, for nobody waits for them any more.
  std::vector<std::uint64_t> take_effects() { return std::exchange(begun_, {}); }
  std::vector<std::uint64_t> take_dropped() { return std::exchange(dropped_, {}); }
  // A state that waits, with its effect; nullptr when it is gone.
  const State* waiting(std::uint64_t id) const;
  // All of them, in order of their numbers.
  std::vector<std::uint64_t> all_waiting() const;

  // The outcome of the effect that the state `id` waits for. Ignored when the state is gone.
  void deliver(std::uint64_t id, EffectResult result);

  // The session's own limit has passed: each state that is ready fails with `error`, handlers may
  // still run, and the session ends failed whatever they do.
  void strike(const Error& error) { struck_ = error; }
  // Ends it at once, without handlers, as failed or canceled. Nothing is ready or awaited
  // afterwards.
  void abort(Status status, const Error& error);

  Status status() const;
  const std::optional<Failure>& failure() const { return failure_; }
  const Variables& result() const { return result_; }  // once completed
  const Plan& plan() const { return *plan_; }
  std::uint64_t executed() const { return executed_; }
  bool is_idle() const { return ready_.empty(); }  // nothing happens until something is delivered
  std::uint32_t depth() const { return options_.depth; }
  // Bytes of all its variables, about; what is shared counts once. Takes time in proportion.
  std::uint64_t memory() const;

 private:
  friend class FrontierWriter;
  friend class FrontierReader;

  // What has arrived at one join, in one pass.
  struct Gathering {
    std::uint32_t join = 0;
    Ref<Pass> pass;
    std::vector<StatePtr> arrived;
  };

  // session_machine.cpp: the frontier
  StatePtr make_state();
  void execute(StatePtr state);
  bool begin_execution(StatePtr& state);
  void make_ready(StatePtr state) { ready_.push(std::move(state)); }
  void await(StatePtr state, decltype(Effect::what) what);
  void record(State& state);

  // steps.cpp, suspension.cpp, gateways.cpp, loops.cpp: what the kinds of steps do. Each takes the
  // state, and gives it back to the frontier or puts it aside to wait.
  void step(StatePtr state);
  void assign(StatePtr state);
  void call_function(StatePtr state);
  bool try_again(StatePtr& state, const Error& error);
  void raise(StatePtr state);
  void delay(StatePtr state);
  void prompt(StatePtr state);
  void exec_workflow(StatePtr state);
  void exec_ended(StatePtr state);
  void terminate(StatePtr state);
  void set_handler(StatePtr state);
  void arrive(StatePtr state);
  void choose(StatePtr state);
  void iterate(StatePtr state);
  Result<void> enter_loop(State& state, const Dict& arguments);
  static Result<void> set_loop_condition(Loop& loop, const PlanStep& step, const Dict& arguments);
  void next_pass(StatePtr state);
  std::optional<bool> next_line(StatePtr& state);
  void begin_pass(StatePtr state);
  void break_loop(StatePtr state);
  void continue_loop(StatePtr state);

  // evaluate.cpp: nothing (or false) when the state had to be put aside or has failed
  std::optional<Dict> evaluate_arguments(StatePtr& state,
                                         const Ref<const ArgumentProgram>& program);
  bool put_into_scope(StatePtr& state, const Ref<const ArgumentProgram>& program);
  std::optional<bool> evaluate_condition(StatePtr& state, const Program& program,
                                         const Ref<const Names>& names = {});
  template <class T>
  bool put_aside(StatePtr& state, Attempt<T>& outcome);
  void count(const Fuel& fuel);

  // flow.cpp: where a state goes when its step is done
  void follow(StatePtr state, const PlanPath& path);
  void fork(StatePtr state, const std::vector<const PlanPath*>& paths);
  bool may_fork(StatePtr& state, std::size_t arms);
  void leave(StatePtr state);  // along its paths, or to its end
  void end(StatePtr state);
  void complete(const Ref<Pass>& pass, bool in_cleanup);
  bool leave_pass(Ref<Pass> pass, const Ref<Pass>& until);
  void leave_loop(State& state, const Ref<Pass>& pass);
  void drop_pass(const Ref<Pass>& pass);  // its states and those of the passes within
  void drop(State& state);                // nobody waits for it any more
  void clear_ended(Pass* inner, const Pass* outermost);
  void finish(Status status);

  // failure.cpp
  void fail(StatePtr state, Error error);
  void fail_session(std::uint32_t step, Error error);
  void run_handler(StatePtr state, const Error& error);
  Result<void> tell_handler(State& branch, const Error& error, const PlanStep& failed);
  static Ref<Handler> handler_outside(const Ref<Handler>& handler, const Ref<Pass>& pass);

  // bounds.cpp: limits in time of steps and loops, and in memory of the session
  void set_bounds(State& state) const;
  Ref<Pass> overdue_pass(const State& state) const;
  void strike_loop(StatePtr state, const Ref<Pass>& pass);
  void check_memory(std::uint32_t step);

  // joins.cpp
  bool can_come(const State& state, std::uint32_t join, const Ref<Pass>& pass) const;
  bool is_awaited(const Gathering& gathering) const;
  void release_joins();
  void release_join(std::size_t index);
  std::size_t parked() const;

  Ref<const Plan> plan_;
  MachineOptions options_;
  HeldClock clock_;
  Random random_;
  Trace* trace_;

  StateQueue ready_;
  std::map<std::uint64_t, StatePtr> waiting_;
  std::vector<Gathering> gatherings_;
  std::vector<std::uint64_t> begun_;
  std::vector<std::uint64_t> dropped_;
  Ref<Pass> session_pass_;
  std::optional<Error> struck_;            // the session's own limit has passed
  std::optional<Failure> struck_failure_;  // and this is the first step that it struck
  Status status_ = Status::running;
  std::optional<Failure> failure_;
  Variables result_;
  std::uint64_t next_state_ = 1;
  std::uint64_t executed_ = 0;
  std::uint64_t deposits_ = 0;   // in all passes
  std::uint64_t turn_work_ = 0;  // evaluated in this turn
  std::uint64_t made_ = 0;       // bytes of values since memory() was last asked for
  std::uint64_t allowance_;      // of those, until it is asked for again
};

// The call that a state waits for, whose effect is a CallEffect.
FunctionCall call_of(const Plan& plan, const State& state);

}  // namespace millrace
