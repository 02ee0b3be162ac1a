// Runs a coroutine on a shard of its own and checks that no scope outlives it.
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "scope/scope.h"

namespace millrace {

inline void run_on(Shard& shard, std::function<Task<void>(Scope&)> main) {
  shard.run(std::move(main));
  EXPECT_EQ(shard.live_scopes(), 0U);
}

inline void run_simulated(std::function<Task<void>(Scope&)> main) {
  Shard shard(TimeMode::simulated);
  run_on(shard, std::move(main));
}

using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace millrace
