#include "scope/combine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scope/run_on_shard.h"

namespace millrace {
namespace {

using testing::HasSubstr;

Work<int> value_after(Nanos length, int value) {
  return [length, value](Scope& scope) -> Task<Result<int>> {
    auto slept = co_await scope.sleep_for(length, "computing");
    if (!slept) co_return slept.error();
    co_return value;
  };
}

TEST(Within, GivesTheResultWhenItIsInTime) {
  run_simulated([](Scope& root) -> Task<void> {
    auto result =
        co_await within<int>(root, Limit{seconds(2), "the test"}, value_after(seconds(1), 7));
    EXPECT_EQ(result.value(), 7);
    EXPECT_EQ(root.shard().now().time_since_epoch(), seconds(1));
  });
}

TEST(Within, StopsAndAwaitsWorkThatIsLate) {
  run_simulated([](Scope& root) -> Task<void> {
    bool ended = false;
    Work<int> late = [&ended](Scope& scope) -> Task<Result<int>> {
      auto slept = co_await scope.sleep_for(seconds(9), "computing");
      EXPECT_TRUE(co_await scope.shard().root().sleep_for(seconds(1), "cleaning up"));
      ended = true;
      if (!slept) co_return slept.error();
      co_return 1;
    };
    auto result = co_await within<int>(root, Limit{seconds(2), "the test"}, late);
    EXPECT_TRUE(ended);
    EXPECT_EQ(result.error().kind(), ErrorKind::deadline);
    EXPECT_EQ(result.error().message(),
              "deadline of 2s exceeded after 2s while computing, set by the test");
    EXPECT_EQ(root.shard().now().time_since_epoch(), seconds(3));
    EXPECT_FALSE(root.stopped());
  });
}

TEST(Within, NestedTheEarlierLimitIsNamed) {
  run_simulated([](Scope& root) -> Task<void> {
    Work<int> inner = [](Scope& scope) -> Task<Result<int>> {
      co_return co_await within<int>(scope, Limit{seconds(5), "inner"}, value_after(seconds(9), 1));
    };
    auto result = co_await within<int>(root, Limit{seconds(3), "outer"}, inner);
    EXPECT_THAT(result.error().message(), HasSubstr("deadline of 3s"));
    EXPECT_THAT(result.error().message(), HasSubstr("set by outer"));
  });
}

TEST(Within, AThrowingWorkIsABug) {
  run_simulated([](Scope& root) -> Task<void> {
    Work<int> work = [](Scope&) -> Task<Result<int>> {
      throw std::runtime_error("boom");
      co_return 1;
    };
    auto result = co_await within<int>(root, Limit{seconds(3), "outer"}, work);
    EXPECT_EQ(result.error().kind(), ErrorKind::bug);
  });
}

TEST(Race, TheFirstWinsAndTheLosersAreStoppedAndAwaited) {
  run_simulated([](Scope& root) -> Task<void> {
    int ended = 0;
    Work<int> loser = [&ended](Scope& scope) -> Task<Result<int>> {
      auto slept = co_await scope.sleep_for(seconds(50), "losing");
      EXPECT_FALSE(slept);
      EXPECT_EQ(scope.stopped()->cause, StopCause::lost);
      EXPECT_TRUE(co_await scope.shard().root().sleep_for(seconds(1), "cleaning up"));
      ++ended;
      co_return slept.error();
    };
    auto result = co_await race<int>(root, {loser, value_after(seconds(2), 7), loser});
    EXPECT_EQ(result.value(), 7);
    EXPECT_EQ(ended, 2);
    EXPECT_EQ(root.shard().now().time_since_epoch(), seconds(3));
  });
}

TEST(Race, AnErrorThatComesFirstWinsToo) {
  run_simulated([](Scope& root) -> Task<void> {
    Work<int> failing = [](Scope& scope) -> Task<Result<int>> {
      auto slept = co_await scope.sleep_for(seconds(1), "failing");
      co_return Error(ErrorKind::unavailable, "refused");
    };
    auto result = co_await race<int>(root, {value_after(seconds(2), 7), failing});
    EXPECT_EQ(result.error().message(), "refused");
  });
}

TEST(Race, StoppedFromOutsideEndsAllRunners) {
  run_simulated([](Scope& root) -> Task<void> {
    Work<int> both = [](Scope& scope) -> Task<Result<int>> {
      co_return co_await race<int>(scope,
                                   {value_after(seconds(20), 1), value_after(seconds(30), 2)});
    };
    auto result = co_await within<int>(root, Limit{seconds(3), "outer"}, both);
    EXPECT_EQ(result.error().kind(), ErrorKind::deadline);
    EXPECT_EQ(root.shard().now().time_since_epoch(), seconds(3));
  });
}

TEST(Shield, RunsOnThroughTheParentsStopWithADeadlineOfItsOwn) {
  run_simulated([](Scope& root) -> Task<void> {
    Scope session(root, "session", {.limit = Limit{seconds(1), "the session"}});
    auto slept = co_await session.sleep_for(seconds(5), "working");
    EXPECT_FALSE(slept);
    auto saved =
        co_await shield<int>(session, Limit{seconds(10), "cleanup"}, value_after(seconds(4), 1));
    EXPECT_EQ(saved.value(), 1);
    auto late =
        co_await shield<int>(session, Limit{seconds(10), "cleanup"}, value_after(seconds(40), 1));
    EXPECT_THAT(late.error().message(), HasSubstr("set by cleanup"));
    EXPECT_EQ(root.shard().now().time_since_epoch(), seconds(15));
    co_await session.close();
  });
}

TEST(Shield, IsJoinedByItsParentsClose) {
  run_simulated([](Scope& root) -> Task<void> {
    bool saved = false;
    Scope session(root, "session");
    session.start("commit", [&saved](Scope& task) -> Task<Result<void>> {
      auto done =
          co_await shield<int>(task, Limit{seconds(10), "commit"}, value_after(seconds(4), 1));
      saved = done.has_value();
      co_return Result<void>();
    });
    EXPECT_TRUE(co_await root.yield());
    EXPECT_TRUE(co_await root.yield());
    EXPECT_TRUE(co_await root.yield());
    co_await session.close();
    EXPECT_TRUE(saved);
    EXPECT_EQ(root.shard().now().time_since_epoch(), seconds(4));
  });
}

}  // namespace
}  // namespace millrace
