// The session's state machine: pure, without sockets, clocks of its own or coroutines. It runs
// ready states in the order in which they became ready, one step at a time, and asks for what it
// cannot do itself through effects, whose outcomes are delivered back to it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "engine/reach.h"
#include "engine/state.h"
#include "engine/trace.h"
#include "expression/fuel.h"
#include "workflow/plan.h"

namespace millrace {

// What a state waits for. `state` is given back to SessionMachine::deliver.
struct CallEffect {
  FunctionCall call;
};
struct DrainEffect {
  Ref<Reader> reader;
};
struct LineEffect {
  Ref<Loop> loop;
};
struct DelayEffect {
  TimePoint until;
};
struct Effect {
  std::uint64_t state = 0;
  std::uint32_t step = 0;   // index in the plan
  bool in_cleanup = false;  // belongs to a handler that runs after the session's limit has passed
  std::variant<CallEffect, DrainEffect, LineEffect, DelayEffect> what;
};

enum class Status : std::uint8_t { running, completed, failed, canceled };
std::string_view to_string(Status status);

// Why a session failed, and where in the definition.
struct Failure {
  Error error;
  std::optional<std::uint32_t> step;  // index in the plan
};

struct MachineOptions {
  FuelLimits fuel;  // of one step
  // Executions in the whole session; the plan's limit holds too, the smaller wins.
  std::uint64_t steps = std::numeric_limits<std::uint64_t>::max();
  std::size_t recorded_steps = 0;  // how many step executions are remembered in order
  TraceLimits trace;               // of the frames that are kept; none are unless it says so
  std::string first_step;  // id of the step to start at; empty: the only one without parents
  // Told of each execution of a step as it begins (and as a delay ends).
  std::function<void(const State&)> on_step;
};

class SessionMachine {
 public:
  // `clock` and `random` outlive the machine.
  SessionMachine(Ref<const Plan> plan, const Clock& clock, Random& random, MachineOptions options);
  ~SessionMachine();

  // Lets the session begin with `scope`. An error: there is no step to start at, or more than one.
  Result<void> start(Variables scope);

  // Runs ready states, at most `budget` step executions and kWorkOfTurn of evaluation and what the
  // last one needs beyond; true when some are still ready.
  bool advance(std::size_t budget);
  // As Fuel::spent() counts: some thousandths of a second.
  static constexpr std::uint64_t kWorkOfTurn = 200'000;

  // What became necessary since the last call: effects to begin, and states whose effects are to be
  // stopped, for nobody waits for them any more.
  std::vector<Effect> take_effects();
  std::vector<std::uint64_t> take_dropped();

  // The outcome of the effect that the state `id` waits for. Ignored when the state is gone.
  void deliver(std::uint64_t id, EffectResult result);

  // The session's own limit has passed: each state that is ready fails with `error`, handlers may
  // still run, and the session ends failed whatever they do.
  void strike(const Error& error);
  // Ends it at once, without handlers, as failed or canceled. Nothing is ready or awaited
  // afterwards.
  void abort(Status status, const Error& error);

  Status status() const { return status_; }
  const std::optional<Failure>& failure() const { return failure_; }
  const Variables& result() const { return result_; }  // once completed
  const Plan& plan() const { return *plan_; }
  std::uint64_t executed() const { return executed_; }
  const std::vector<std::uint32_t>& recorded() const { return recorded_; }
  bool recorded_all() const { return executed_ == recorded_.size(); }
  const Trace& trace() const { return trace_; }

 private:
  using StatePtr = std::unique_ptr<State>;

  // session_machine.cpp: the frontier
  void execute(StatePtr state);
  void make_ready(StatePtr state);
  void await(StatePtr state, decltype(Effect::what) what);
  void record(State& state);

  // steps.cpp, gateways.cpp, loops.cpp: what the kinds of steps do. Each takes the state, and gives
  // it back to the frontier or puts it aside to wait.
  void step(StatePtr state);
  void assign(StatePtr state);
  void call_function(StatePtr state);
  void raise(StatePtr state);
  void delay(StatePtr state);
  void terminate(StatePtr state);
  void set_handler(StatePtr state);
  void arrive(StatePtr state);
  void choose(StatePtr state);
  void iterate(StatePtr state);
  Result<void> enter_loop(State& state, const Dict& arguments);
  static Result<void> set_loop_condition(Loop& loop, const PlanStep& step, const Dict& arguments);
  void next_pass(StatePtr state);
  bool next_line(StatePtr& state, std::optional<Dict>& results);
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

  // flow.cpp: where a state goes when its step is done
  void follow(StatePtr state, const PlanPath& path);
  void fork(StatePtr state, const std::vector<const PlanPath*>& paths);
  void leave(StatePtr state);  // along its paths, or to its end
  void end(StatePtr state);
  void complete(const Ref<Pass>& pass, bool in_cleanup);
  bool leave_pass(Ref<Pass> pass, const Ref<Pass>& until);
  void drop_pass(const Ref<Pass>& pass);  // its states and those of the passes within
  void stop(State& state);                // nobody waits for it any more
  void finish(Status status);

  // failure.cpp
  void fail(StatePtr state, Error error);
  void run_handler(StatePtr state, const Error& error);
  Result<void> tell_handler(State& branch, const Error& error, const PlanStep& failed);
  Ref<Handler> handler_outside(const Ref<Handler>& handler, const Ref<Pass>& pass);

  // joins.cpp
  bool can_come(const State& state, std::uint32_t join, const Ref<Pass>& pass);
  bool is_awaited(const State& arrived);
  void release_joins();
  void release_join(std::size_t first);
  void merge_arrived(std::vector<StatePtr> arrived);

  Ref<const Plan> plan_;
  const Clock& clock_;
  Random& random_;
  MachineOptions options_;

  std::deque<StatePtr> ready_;
  std::map<std::uint64_t, StatePtr> waiting_;
  std::vector<StatePtr> parked_;  // at joins
  Reach reach_;
  std::vector<Effect> effects_;
  std::vector<std::uint64_t> dropped_;
  Ref<Pass> session_pass_;
  std::optional<Error> struck_;            // the session's own limit has passed
  std::optional<Failure> struck_failure_;  // and this is the first step that it struck
  Status status_ = Status::running;
  std::optional<Failure> failure_;
  Variables result_;
  std::uint64_t next_state_ = 1;
  std::uint64_t executed_ = 0;
  std::uint64_t turn_work_ = 0;  // evaluated in this turn
  std::vector<std::uint32_t> recorded_;
  Trace trace_;
};

}  // namespace millrace
