// What a session is made of while it runs: states (tokens that stand before a step), the loop
// passes they run in, and the error handlers they stand under. Plain data of one shard; the machine
// owns it.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/counted.h"
#include "engine/branch_key.h"
#include "engine/effect.h"
#include "engine/effects.h"
#include "engine/frame.h"
#include "expression/argument.h"
#include "value/variables.h"
#include "workflow/plan.h"

namespace millrace {

struct Loop;
struct Pass;

// An error handler in force: set by an error-handler step for the state and those after it.
struct Handler : Counted {
  std::uint32_t step = 0;  // the error-handler step
  Ref<Pass> pass;          // where its branch goes on when it runs
};

// The end of a state that no path led on from.
struct Deposit {
  BranchKey order;
  Variables scope;
  Ref<Handler> handler;
};

// One pass through the body of a loop, or the session's single pass through its graph. It is
// complete when every state that runs in it has ended.
struct Pass : Counted {
  Ref<Pass> outer;         // none for the session's own
  Ref<Loop> loop;          // none for the session's own
  std::uint32_t live = 0;  // states in it, and passes within it that are not complete
  BranchKey order;         // of the state that entered the loop
  boost::container::small_vector<Deposit, 1> ended;
  // The loop whose limit is the first to pass, of this pass's and those around it.
  Ref<Loop> bounded_by;
};

// Whether it is `outer`, or a pass of a loop in there.
inline bool is_within(const Ref<Pass>& pass, const Ref<Pass>& outer) {
  for (const Pass* at = pass.get(); at != nullptr; at = at->outer.get()) {
    if (at == outer.get()) return true;
  }
  return false;
}

// One execution of an iterator step: its arguments were evaluated once, on entry.
struct Loop : Counted {
  enum class Over : std::uint8_t { sequence, items, condition, lines };
  Over over = Over::sequence;
  std::uint32_t step = 0;
  std::uint64_t passes = 0;  // begun
  WallTime began{};
  std::optional<WallTime> deadline;  // the step's limits.timeout, from entry to exit
  // loopSequence
  std::int64_t next = 0;
  std::int64_t last = 0;
  std::int64_t stride = 1;
  // loopEach
  Value items = Value::list({});
  std::size_t index = 0;
  // loopDo
  Ref<const Program> condition;
  Ref<const Names> condition_names;  // where the condition does not use the plan's
  // loopLines
  Ref<Reader> stream;
  std::string batch;         // lines that have been read and not all been used
  std::size_t in_batch = 0;  // bytes of it that have been used
  std::uint64_t read = 0;    // bytes of the stream before the end of the batch
  // Where whoever performs the effects reads on; not part of what the session is.
  std::unique_ptr<LineSource> lines;
};

enum class Phase : std::uint8_t {
  ready,      // the step begins
  arguments,  // its arguments are being evaluated
  acting,     // its function, delay, prompt, workflow or lines are awaited
  retrying,   // the time before its next try is awaited
  results,    // its results are being evaluated
  choosing,   // a gateway evaluates the conditions of its paths
  looping,    // an iterator decides about its next pass
};

struct State {
  std::uint64_t id = 0;
  std::uint32_t step = 0;
  std::optional<std::uint32_t> via;  // the path it came by
  Phase phase = Phase::ready;
  Variables scope;
  BranchKey order;
  Ref<Pass> pass;
  Ref<Handler> handler;
  bool in_cleanup = false;  // runs as a handler after the session's own limit has passed

  std::uint64_t execution = 0;  // of the step, counted in the session; 0: it has not begun
  WallTime began{};             // when this execution did
  Ref<Frame> frame;             // what it is told to, where the session is traced

  // While the step is under way:
  std::optional<Effect> effect;           // that it waits for
  std::optional<EffectResult> delivered;  // of the effect it waited for
  std::optional<ArgumentRun> run;
  Dict over;  // a function's or iterator's results, over the scope
  // While results are evaluated, those that they read lie in the scope; here is what they hide.
  struct Hidden {
    std::uint32_t slot;
    Value value;  // absent where it was not set
  };
  boost::container::small_vector<Hidden, 2> hidden;
  Dict arguments;                     // of a call that may be tried again
  std::uint32_t tries = 0;            // of that call, begun
  Ref<Loop> loop;                     // an iterator's, from its entry to its exit
  std::size_t path = 0;               // choosing: the path under consideration
  std::vector<std::uint32_t> chosen;  // choosing: those that hold, as indices of the step's paths

  std::unique_ptr<State> next;  // in a StateQueue
};
using StatePtr = std::unique_ptr<State>;

}  // namespace millrace
