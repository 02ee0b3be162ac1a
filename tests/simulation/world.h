// A world in which machines of sessions run without clocks, sockets, threads or scopes: one queue
// of things to come, ordered by their time, and chance from one seed. The same seed is the same
// run.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/session_machine.h"

namespace millrace::simulation {

struct WorldOptions {
  std::uint64_t seed = 0;
  // After every step each machine is turned into bytes and goes on as what is read from them.
  bool through_bytes = false;
};

struct Outcome {
  std::string history;  // what happened, in order: steps, results, ends
  std::uint64_t steps = 0;
  std::string broken;  // the invariant that did not hold; empty: all did
};

// Runs a session of the first of `plans`, which are found under w0, w1, ... by the others.
Outcome run_world(const std::vector<Ref<const Plan>>& plans, const WorldOptions& options);

}  // namespace millrace::simulation
