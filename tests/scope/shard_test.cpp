#include "scope/shard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "scope/combine.h"
#include "scope/run_on_shard.h"

namespace millrace {
namespace {

using testing::ElementsAre;

TEST(Shard, TimersFireInOrderOfTimeThenOfArming) {
  run_simulated([](Scope& root) -> Task<void> {
    std::vector<int> fired;
    Shard& shard = root.shard();
    Timer late(shard, [&] { fired.push_back(3); });
    Timer first(shard, [&] { fired.push_back(1); });
    Timer second(shard, [&] { fired.push_back(2); });
    Timer never(shard, [&] { fired.push_back(4); });
    late.arm(shard.now() + seconds(2));
    first.arm(shard.now() + seconds(1));
    second.arm(shard.now() + seconds(1));
    never.arm(shard.now() + seconds(1));
    never.disarm();
    EXPECT_TRUE(co_await root.sleep_for(seconds(3), "waiting"));
    EXPECT_THAT(fired, ElementsAre(1, 2, 3));
  });
}

TEST(Shard, AJumpingClockSkipsDelaysAndKeepsRealTimeWhileSomethingOutsideIsAwaited) {
  Shard shard(TimeMode::jumping);
  const auto began = std::chrono::steady_clock::now();
  run_on(shard, [](Scope& root) -> Task<void> {
    EXPECT_TRUE(co_await root.sleep_for(std::chrono::hours(24), "a long delay"));
    std::thread outside;
    Event arrived;
    {
      Shard::Outside awaited(root.shard());
      outside = std::thread([&root, &arrived] {
        std::this_thread::sleep_for(milliseconds(30));
        root.shard().post([&arrived] { arrived.set(); });
      });
      // Were the clock to jump while the thread runs, this limit would pass at once.
      Scope limited(root, "limited", {.limit = Limit{seconds(60), "the test"}});
      EXPECT_TRUE(co_await limited.wait(arrived, "something outside"));
    }
    outside.join();
  });
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(20));
}

TEST(Shard, WorkPostedFromOtherThreadsRunsHere) {
  Shard shard(TimeMode::real);
  run_on(shard, [](Scope& root) -> Task<void> {
    constexpr int kThreads = 4;
    constexpr int kEach = 1000;
    int count = 0;
    Event all;
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < kEach; ++i) {
          root.shard().post([&] {
            if (++count == kThreads * kEach) all.set();
          });
        }
      });
    }
    EXPECT_TRUE(co_await root.wait(all, "all posts"));
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(count, kThreads * kEach);
  });
}

TEST(Shard, CancellationCrossesThreadsByPosting) {
  Shard shard(TimeMode::real);
  run_on(shard, [](Scope& root) -> Task<void> {
    Scope scope(root, "scope");
    std::thread other(
        [&] { scope.shard().post([&] { scope.cancel(StopCause::user, "from another thread"); }); });
    auto slept = co_await scope.sleep_for(std::chrono::hours(1), "sleeping");
    EXPECT_FALSE(slept);
    EXPECT_EQ(slept.error().kind(), ErrorKind::canceled);
    other.join();
  });
}

TEST(Shard, RunsAgainAfterItHasEnded) {
  Shard shard(TimeMode::simulated);
  for (int i = 0; i < 3; ++i) {
    run_on(shard, [](Scope& root) -> Task<void> {
      EXPECT_TRUE(co_await root.sleep_for(seconds(1), "sleeping"));
    });
  }
  EXPECT_EQ(shard.now().time_since_epoch(), seconds(3));
}

TEST(Event, WakesWaitersInTheOrderInWhichTheyCame) {
  run_simulated([](Scope& root) -> Task<void> {
    std::vector<int> woken;
    Event event;
    Scope scope(root, "scope");
    for (int i = 0; i < 3; ++i) {
      scope.start("waiter", [&woken, &event, i](Scope& task) -> Task<Result<void>> {
        auto waited = co_await task.wait(event, "the event");
        woken.push_back(i);
        co_return waited;
      });
    }
    EXPECT_TRUE(co_await root.sleep_for(seconds(1), "others first"));
    event.set();
    co_await scope.join();
    EXPECT_THAT(woken, ElementsAre(0, 1, 2));
    co_await scope.close();
  });
}

}  // namespace
}  // namespace millrace
