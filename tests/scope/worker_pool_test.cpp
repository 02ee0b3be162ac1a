#include "scope/worker_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "scope/run_on_shard.h"

namespace millrace {
namespace {

using IntWork = std::function<Result<int>(const StopFlag&)>;

IntWork until_stopped(std::atomic<int>& begun, std::atomic<int>& ended) {
  return [&begun, &ended](const StopFlag& stop) -> Result<int> {
    ++begun;
    while (!stop) std::this_thread::sleep_for(milliseconds(1));
    ++ended;
    return 0;
  };
}

TEST(WorkerPool, GivesWhatTheWorkReturnsWhileTheLoopGoesOn) {
  Shard shard(TimeMode::real);
  WorkerPool pool(shard);
  run_on(shard, [&pool](Scope& root) -> Task<void> {
    std::atomic<bool> is_let_go = false;
    root.start("loop", [&is_let_go](Scope& scope) -> Task<Result<void>> {
      auto slept = co_await scope.sleep_for(milliseconds(5), "going on");
      is_let_go = true;
      co_return slept;
    });
    const auto loop = std::this_thread::get_id();
    IntWork work = [&is_let_go, loop](const StopFlag&) -> Result<int> {
      while (!is_let_go) std::this_thread::sleep_for(milliseconds(1));
      return std::this_thread::get_id() == loop ? 1 : 7;
    };
    EXPECT_EQ((co_await pool.run<int>(root, std::move(work), "working")).value(), 7);
    IntWork failing = [](const StopFlag&) -> Result<int> {
      return Error(ErrorKind::invalid, "no");
    };
    EXPECT_EQ((co_await pool.run<int>(root, std::move(failing), "working")).error().message(),
              "no");
  });
}

TEST(WorkerPool, ThrowsWhatTheWorkThrows) {
  Shard shard(TimeMode::real);
  WorkerPool pool(shard);
  run_on(shard, [&pool](Scope& root) -> Task<void> {
    IntWork work = [](const StopFlag&) -> Result<int> { throw std::runtime_error("broken"); };
    bool is_thrown = false;
    try {
      (void)co_await pool.run<int>(root, std::move(work), "working");
    } catch (const std::runtime_error& thrown) {
      is_thrown = std::string_view(thrown.what()) == "broken";
    }
    EXPECT_TRUE(is_thrown);
  });
}

TEST(WorkerPool, ADeadlineStopsAndJoinsTheWork) {
  Shard shard(TimeMode::real);
  WorkerPool pool(shard);
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  run_on(shard, [&](Scope& root) -> Task<void> {
    Scope limited(root, "limited", {.limit = Limit{milliseconds(30), "the test"}});
    auto result = co_await pool.run<int>(limited, until_stopped(begun, ended), "working");
    EXPECT_EQ(result.error().kind(), ErrorKind::deadline);
    EXPECT_THAT(result.error().message(), testing::HasSubstr("while working"));
    EXPECT_EQ(begun, 1);
    EXPECT_EQ(ended, 1);
    co_await limited.close();
  });
}

TEST(WorkerPool, WhatNobodyHasBegunIsWithdrawnAtOnce) {
  Shard shard(TimeMode::real);
  WorkerPool pool(shard, 1);
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  run_on(shard, [&](Scope& root) -> Task<void> {
    Scope all(root, "all", {.fail_fast = false});
    all.start("first", [&](Scope& scope) -> Task<Result<void>> {
      auto result = co_await pool.run<int>(scope, until_stopped(begun, ended), "working");
      co_return result.error();
    });
    co_await root.sleep_for(milliseconds(20), "letting it begin");
    Scope limited(root, "limited", {.limit = Limit{milliseconds(20), "the test"}});
    const auto result = co_await pool.run<int>(limited, until_stopped(begun, ended), "working");
    EXPECT_EQ(result.error().kind(), ErrorKind::deadline);
    EXPECT_EQ(begun, 1);
    EXPECT_EQ(ended, 0);  // the other goes on
    co_await limited.close();
    co_await all.close();
    EXPECT_EQ(ended, 1);
  });
}

TEST(WorkerPool, ManyAtOnceAllEnd) {
  Shard shard(TimeMode::real);
  WorkerPool pool(shard, 3);
  std::atomic<int> sum = 0;
  run_on(shard, [&](Scope& root) -> Task<void> {
    for (int i = 1; i <= 200; ++i) {
      root.start("one", [&pool, &sum, i](Scope& scope) -> Task<Result<void>> {
        IntWork work = [i](const StopFlag&) -> Result<int> { return i; };
        auto result = co_await pool.run<int>(scope, std::move(work), "working");
        if (result) sum += *result;
        co_return Result<void>();
      });
    }
    (void)co_await root.join();
  });
  EXPECT_EQ(sum, 200 * 201 / 2);
}

}  // namespace
}  // namespace millrace
