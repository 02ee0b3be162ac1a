// How much one session may take, beside time. Each is a setting, which the error of running into it
// names.
#pragma once

#include <cstdint>
#include <limits>

namespace millrace {

struct SessionLimits {
  static constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();

  std::uint64_t steps = kNone;        // executions
  std::uint64_t states = 100'000;     // at once: running, waiting, at joins, and ends of branches
  std::uint64_t branches = 10'000;    // at once: running and waiting
  std::uint64_t iterations = kNone;   // passes of one loop
  std::uint64_t memory = 1ULL << 30;  // bytes of variables, and of bodies held for them
  std::uint64_t depth = 16;           // of workflows that run workflows
  std::uint64_t sessions = 100'000;   // at once, in this process, where one begins another
};

}  // namespace millrace
