#include "scope/task.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "run_on_shard.h"
#include "scope/recycled.h"
#include "scope/use_task.h"

namespace millrace {
namespace {

Task<int> at_once(int value) { co_return value; }

Task<int> after_others(Scope& scope, int value) {
  co_await scope.yield();
  co_return value;
}

Task<std::unique_ptr<int>> owned(int value) { co_return std::make_unique<int>(value); }

Task<void> thrower(Scope& scope, bool waits) {
  if (waits) co_await scope.yield();
  throw std::runtime_error("no");
}

Task<int> nested(Scope& scope, int depth) {
  if (depth == 0) co_return co_await after_others(scope, 1);
  co_return 1 + co_await nested(scope, depth - 1);
}

Task<void> holder(std::shared_ptr<int> held, Scope* scope) {
  if (scope != nullptr) co_await scope->yield();
  ++*held;
}

TEST(Task, GivesItsResultWhetherItWaitsOrNot) {
  run_simulated([](Scope& root) -> Task<void> {
    EXPECT_EQ(co_await at_once(7), 7);
    EXPECT_EQ(co_await after_others(root, 8), 8);
    EXPECT_EQ(*co_await owned(9), 9);
  });
}

TEST(Task, WhatItThrowsComesOutWhereItIsAwaited) {
  run_simulated([](Scope& root) -> Task<void> {
    for (const bool waits : {false, true}) {
      std::string caught;
      try {
        co_await thrower(root, waits);
      } catch (const std::runtime_error& error) {
        caught = error.what();
      }
      EXPECT_EQ(caught, "no") << waits;
    }
  });
}

TEST(Task, DoesNothingBeforeItIsAwaitedAndFreesWhatItWasGiven) {
  run_simulated([](Scope& root) -> Task<void> {
    const auto held = std::make_shared<int>(0);
    {
      const auto unused = holder(held, nullptr);
      EXPECT_EQ(held.use_count(), 2);
    }
    EXPECT_EQ(*held, 0);
    EXPECT_EQ(held.use_count(), 1);
    co_await holder(held, nullptr);
    co_await holder(held, &root);
    EXPECT_EQ(*held, 2);
    EXPECT_EQ(held.use_count(), 1);
  });
}

TEST(Task, LoopsOfThemTakeNoStack) {
  run_simulated([](Scope& root) -> Task<void> {
    std::int64_t sum = 0;
    for (int i = 0; i < 1'000'000; ++i) sum += co_await at_once(1);
    for (int i = 0; i < 100'000; ++i) sum += co_await after_others(root, 1);
    EXPECT_EQ(sum, 1'100'000);
  });
}

TEST(Task, WaitsAtAnyDepth) {
  run_simulated([](Scope& root) -> Task<void> { EXPECT_EQ(co_await nested(root, 1000), 1001); });
}

TEST(UseTask, MakesATaskOfAnOperationOfAsio) {
  Shard shard;
  run_on(shard, [](Scope& root) -> Task<void> {
    asio::steady_timer timer(root.shard().io());
    boost::system::error_code failed = asio::error::would_block;
    timer.expires_after(milliseconds(1));
    co_await timer.async_wait(asio::redirect_error(use_task, failed));
    EXPECT_FALSE(failed);
    timer.expires_after(seconds(100));
    root.shard().post([&timer] { timer.cancel(); });
    co_await timer.async_wait(asio::redirect_error(use_task, failed));
    EXPECT_EQ(failed, asio::error::operation_aborted);
  });
}

struct Large : Recycled {
  explicit Large(int with) : content(64, with) {}
  std::vector<int> content;
  char rest[2000] = {};
};

TEST(FrameMemory, BlocksInUseAtOnceAreApart) {
  std::vector<std::unique_ptr<Large>> all;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 1000; ++i) all.push_back(std::make_unique<Large>(i));
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)]->content[63], i);
    all.clear();
  }
}

TEST(FrameMemory, LargeBlocksAreMallocs) {
  void* const block = take_frame(100'000);
  ASSERT_NE(block, nullptr);
  give_back_frame(block, 100'000);
}

}  // namespace
}  // namespace millrace
