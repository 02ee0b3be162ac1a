// The machine of sessions against random workflows, completions in random order, failures, limits
// and cancels, as itself and through bytes after every step.
//
//   MILLRACE_SIMULATION_STEPS=1000000000 build/release/tests/test_simulation    for hours
//   MILLRACE_SIMULATION_SEED=17          build/release/tests/test_simulation    that one, in full

#include <gtest/gtest.h>

#include <iostream>

#include "simulation/random_plans.h"
#include "simulation/world.h"
#include "support/millrace_binary.h"

namespace millrace::simulation {
namespace {

constexpr std::uint64_t kRunsOfEach = 6;

// Steps made; 0 when something is wrong, which is said with the seed that shows it.
std::uint64_t run_seed(std::uint64_t seed, bool in_full) {
  const RandomPlans made = random_plans(seed);
  if (testing::Test::HasFailure()) return 0;
  if (in_full) std::cout << made.text;
  std::uint64_t steps = 0;
  for (std::uint64_t run = 0; run < kRunsOfEach; ++run) {
    const std::uint64_t world = seed * kRunsOfEach + run;
    const Outcome plain = run_world(made.plans, {.seed = world});
    const Outcome again = run_world(made.plans, {.seed = world});
    const Outcome stored = run_world(made.plans, {.seed = world, .through_bytes = true});
    if (in_full) std::cout << "---- run " << run << '\n' << plain.history;
    EXPECT_EQ(plain.broken, "") << "seed " << seed << ", run " << run;
    EXPECT_EQ(stored.broken, "") << "seed " << seed << ", run " << run << ", through bytes";
    EXPECT_EQ(plain.history, again.history) << "seed " << seed << ", run " << run;
    EXPECT_EQ(plain.history, stored.history)
        << "seed " << seed << ", run " << run << ", through bytes";
    if (testing::Test::HasFailure()) return 0;
    steps += plain.steps + again.steps + stored.steps;
  }
  return steps;
}

TEST(MachineSimulation, KeepsItsPromisesAndEndsTheSameThroughBytes) {
  const std::uint64_t only = from_environment("MILLRACE_SIMULATION_SEED", 0);
  if (only != 0) {
    run_seed(only, true);
    return;
  }
  const std::uint64_t wanted =
      from_environment("MILLRACE_SIMULATION_STEPS", support::is_sanitized() ? 60'000 : 1'000'000);
  std::uint64_t steps = 0;
  std::uint64_t seed = 1;
  for (; steps < wanted; ++seed) {
    const std::uint64_t made = run_seed(seed, false);
    ASSERT_NE(made, 0U) << "replay with MILLRACE_SIMULATION_SEED=" << seed;
    steps += made;
  }
  std::cout << steps << " steps of " << seed - 1 << " sets of random workflows\n";
}

}  // namespace
}  // namespace millrace::simulation
