#include "scope/scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "scope/run_on_shard.h"

namespace millrace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Scope::Body sleeper(
    Nanos length, const std::function<void()>& at_end = [] {}) {
  return [length, at_end](Scope& scope) -> Task<Result<void>> {
    auto slept = co_await scope.sleep_for(length, "sleeping");
    at_end();
    co_return slept;
  };
}

TEST(Scope, DeadlineOfAChildIsNeverLaterThanItsParents) {
  run_simulated([](Scope& root) -> Task<void> {
    Scope parent(root, "parent", {.limit = Limit{seconds(5), "the parent"}});
    Scope longer(parent, "longer", {.limit = Limit{seconds(9), "the child"}});
    Scope shorter(parent, "shorter", {.limit = Limit{seconds(2), "the child"}});
    EXPECT_EQ(longer.deadline().at(), parent.deadline().at());
    EXPECT_EQ(longer.deadline().limit().setter, "the parent");
    EXPECT_LT(shorter.deadline().at(), parent.deadline().at());
    EXPECT_EQ(shorter.deadline().limit().setter, "the child");
    co_return;
  });
}

TEST(Scope, DeadlineErrorSaysLimitTimePhaseAndSetter) {
  run_simulated([](Scope& root) -> Task<void> {
    Scope scope(root, "request", {.limit = Limit{seconds(5), "argument \"timeout\" of step 7"}});
    std::size_t bytes = 0;
    auto slept = co_await scope.sleep_for(seconds(60), [&bytes] {
      return "reading the response body (" + std::to_string(bytes) + " of 1048576 bytes)";
    });
    EXPECT_FALSE(slept);
    EXPECT_EQ(slept.error().kind(), ErrorKind::deadline);
    EXPECT_EQ(slept.error().message(),
              "deadline of 5s exceeded after 5s while reading the response body (0 of 1048576 "
              "bytes), set by argument \"timeout\" of step 7");
    EXPECT_EQ(root.shard().now().time_since_epoch(), seconds(5));
  });
}

TEST(Scope, StopsChildrenBeforeParentsWithACause) {
  struct Hook final : StopHook {
    Hook(std::string called, std::vector<std::string>& lines)
        : name(std::move(called)), log(lines) {}
    void on_stop(const Stop& stop) noexcept override {
      log.push_back(name + " " + std::string(to_string(stop.cause)) + " from " + stop.origin +
                    (stop.inherited ? " (inherited)" : ""));
    }
    std::string name;
    std::vector<std::string>& log;
  };
  run_simulated([](Scope& root) -> Task<void> {
    std::vector<std::string> log;
    Scope session(root, "session");
    Scope step(session, "step");
    Scope request(step, "request");
    Hook of_session("session", log);
    Hook of_step("step", log);
    Hook of_request("request", log);
    session.add_hook(of_session);
    step.add_hook(of_step);
    request.add_hook(of_request);
    session.cancel(StopCause::user, "interrupted");
    EXPECT_THAT(log,
                ElementsAre("request user from session (inherited)",
                            "step user from session (inherited)", "session user from session"));
    auto checked = request.check("connecting");
    EXPECT_FALSE(checked);
    EXPECT_EQ(checked.error().kind(), ErrorKind::canceled);
    EXPECT_EQ(checked.error().message(), "canceled while connecting: interrupted");
    co_return;
  });
}

TEST(Scope, AStopThatComesFirstStays) {
  run_simulated([](Scope& root) -> Task<void> {
    Scope scope(root, "scope");
    scope.cancel(StopCause::user, "first");
    scope.cancel(StopCause::shutdown, "second");
    EXPECT_EQ(scope.stopped()->reason, "first");
    co_return;
  });
}

TEST(Scope, StoppingIsLevelTriggered) {
  run_simulated([](Scope& root) -> Task<void> {
    Scope scope(root, "scope");
    scope.cancel(StopCause::user, "before");
    Event set_already;
    set_already.set();
    EXPECT_FALSE(co_await scope.wait(set_already, "a wait that begins after the stop"));
    EXPECT_FALSE(co_await scope.yield());
    EXPECT_FALSE(co_await scope.sleep_for(seconds(1), "another"));
    EXPECT_EQ(root.shard().now().time_since_epoch(), Nanos{0});
    Scope late(scope, "a child born after the stop");
    EXPECT_FALSE(late.check());
    EXPECT_TRUE(late.stopped()->inherited);
  });
}

TEST(Scope, APassedDeadlineIsSeenEvenBeforeItsTimerFires) {
  Shard shard(TimeMode::real);
  run_on(shard, [](Scope& root) -> Task<void> {
    Scope scope(root, "scope", {.limit = Limit{milliseconds(2), "the test"}});
    const TimePoint until = root.shard().now() + milliseconds(4);
    while (root.shard().now() < until) {
    }
    auto checked = scope.check("computing");
    EXPECT_FALSE(checked);
    EXPECT_EQ(checked.error().kind(), ErrorKind::deadline);
    co_return;
  });
}

TEST(Scope, ClosingStopsAndJoins) {
  run_simulated([](Scope& root) -> Task<void> {
    bool ended = false;
    Scope scope(root, "scope");
    scope.start("task", [&ended](Scope& task) -> Task<Result<void>> {
      auto slept = co_await task.sleep_for(seconds(100), "sleeping");
      EXPECT_FALSE(slept);
      // Clean-up that itself takes time is awaited too.
      auto cleaned = co_await task.shard().root().sleep_for(seconds(1), "cleaning");
      EXPECT_TRUE(cleaned);
      ended = true;
      co_return slept;
    });
    EXPECT_TRUE(co_await root.yield());
    EXPECT_TRUE(co_await scope.close());
    EXPECT_TRUE(ended);
    EXPECT_EQ(root.shard().now().time_since_epoch(), seconds(1));
  });
}

TEST(Scope, JoinWaitsWithoutStopping) {
  run_simulated([](Scope& root) -> Task<void> {
    int ended = 0;
    Scope scope(root, "scope");
    scope.start("one", sleeper(seconds(1), [&] { ++ended; }));
    scope.start("two", sleeper(seconds(2), [&] { ++ended; }));
    EXPECT_TRUE(co_await scope.join());
    EXPECT_EQ(ended, 2);
    EXPECT_EQ(root.shard().now().time_since_epoch(), seconds(2));
    EXPECT_TRUE(co_await scope.close());
  });
}

TEST(Scope, TheFirstFailureStopsTheSiblingsAndIsReported) {
  run_simulated([](Scope& root) -> Task<void> {
    Scope scope(root, "scope");
    scope.start("long", sleeper(seconds(100)));
    scope.start("failing", [](Scope& task) -> Task<Result<void>> {
      auto slept = co_await task.sleep_for(seconds(1), "sleeping");
      co_return Error(ErrorKind::unavailable, "the service is down");
    });
    auto joined = co_await scope.join();
    EXPECT_FALSE(joined);
    EXPECT_EQ(joined.error().message(), "the service is down");
    EXPECT_EQ(scope.stopped()->cause, StopCause::error);
    EXPECT_EQ(root.shard().now().time_since_epoch(), seconds(1));
    co_await scope.close();
  });
}

TEST(Scope, WhatATaskThrowsIsABugAndNoCrash) {
  run_simulated([](Scope& root) -> Task<void> {
    Scope scope(root, "scope");
    scope.start("throwing", [](Scope&) -> Task<Result<void>> {
      throw std::runtime_error("out of cheese");
      co_return Result<void>();
    });
    auto joined = co_await scope.join();
    EXPECT_FALSE(joined);
    EXPECT_EQ(joined.error().kind(), ErrorKind::bug);
    EXPECT_THAT(joined.error().message(), HasSubstr("out of cheese"));
    co_await scope.close();
  });
}

struct FakeBody : Owned {
  FakeBody(Scope& opener, Limit limit, int& count)
      : scope(std::make_unique<Scope>(opener, "body", ScopeOptions{.limit = std::move(limit)})),
        released(count) {}
  void release() noexcept override {
    scope.reset();
    ++released;
  }
  std::unique_ptr<Scope> scope;
  int& released;
};

TEST(Scope, ABodyMovesUpAndKeepsItsDeadline) {
  run_simulated([](Scope& root) -> Task<void> {
    int released = 0;
    {
      Scope session(root, "session", {.limit = Limit{seconds(100), "the session"}});
      std::unique_ptr<FakeBody> body;
      {
        Scope step(session, "step", {.limit = Limit{seconds(50), "limits of step 7"}});
        body = std::make_unique<FakeBody>(step, Limit{seconds(60), "the request"}, released);
        body->scope->move_to(session);
        session.own(*body);
      }
      EXPECT_EQ(body->scope->deadline().at().time_since_epoch(), seconds(50));
      EXPECT_EQ(body->scope->deadline().limit().setter, "limits of step 7");
      EXPECT_EQ(body->scope->path(), "shard > main > session > body");
      auto slept = co_await body->scope->sleep_for(seconds(70), "reading the response body");
      EXPECT_FALSE(slept);
      EXPECT_THAT(slept.error().message(), HasSubstr("set by limits of step 7"));
      EXPECT_EQ(root.shard().now().time_since_epoch(), seconds(50));
      EXPECT_FALSE(session.stopped());
      co_await session.close();
    }
    EXPECT_EQ(released, 1);
  });
}

TEST(Scope, MovingNeverExtendsADeadline) {
  run_simulated([](Scope& root) -> Task<void> {
    Scope strict(root, "strict", {.limit = Limit{seconds(3), "strict"}});
    Scope loose(root, "loose");
    Scope body(strict, "body");
    body.move_to(loose);
    EXPECT_EQ(body.deadline().at().time_since_epoch(), seconds(3));
    // And its alarm is its own from now on.
    auto slept = co_await body.sleep_for(seconds(9), "reading");
    EXPECT_FALSE(slept);
    EXPECT_EQ(root.shard().now().time_since_epoch(), seconds(3));
  });
}

TEST(Scope, MovingIntoAStoppedScopeStops) {
  run_simulated([](Scope& root) -> Task<void> {
    Scope stopped(root, "stopped");
    stopped.cancel(StopCause::user, "gone");
    Scope body(root, "body");
    body.move_to(stopped);
    EXPECT_FALSE(body.check());
    co_return;
  });
}

TEST(Scope, ClosesAtOnceWhereNothingRuns) {
  run_simulated([](Scope& root) -> Task<void> {
    struct Thing final : Owned {
      explicit Thing(bool& told) : gone(told) {}
      void release() noexcept override { gone = true; }
      bool& gone;
    };
    bool gone = false;
    Thing thing(gone);
    Scope scope(root, "scope");
    scope.own(thing);
    scope.start("task", [](Scope& inside) -> Task<Result<void>> {
      co_return co_await inside.sleep_for(seconds(1), "its time");
    });
    EXPECT_FALSE(scope.close_at_once());
    EXPECT_FALSE(scope.stopped());
    EXPECT_FALSE(gone);
    EXPECT_TRUE(co_await scope.join());
    EXPECT_TRUE(scope.close_at_once(StopCause::finished, "it is over"));
    EXPECT_EQ(scope.stopped()->reason, "it is over");
    EXPECT_TRUE(gone);
  });
}

TEST(Scope, ALiftedDeadlineLeavesTheParents) {
  run_simulated([](Scope& root) -> Task<void> {
    Scope parent(root, "parent", {.limit = Limit{seconds(10), "the parent"}});
    Scope scope(parent, "scope", {.limit = Limit{seconds(1), "the scope"}});
    scope.lift_deadline();
    EXPECT_TRUE(co_await scope.sleep_for(seconds(5), "longer than its own limit"));
    const auto slept = co_await scope.sleep_for(seconds(6), "longer than its parent's");
    EXPECT_EQ(slept.error().kind(), ErrorKind::deadline);
    EXPECT_THAT(slept.error().message(), testing::HasSubstr("the parent"));
    EXPECT_EQ(root.shard().now().time_since_epoch(), seconds(10));
  });
}

TEST(Scope, AccountingIsExact) {
  run_simulated([](Scope& root) -> Task<void> {
    const std::size_t before = root.shard().live_scopes();
    {
      Scope session(root, "session", {.limit = Limit{seconds(7), "the test"}});
      session.hold(100);
      session.hold(-40);
      session.start("task", sleeper(seconds(1)));
      EXPECT_TRUE(co_await root.yield());
      EXPECT_EQ(root.shard().live_scopes(), before + 2);
      const auto scopes = root.shard().scopes();
      EXPECT_EQ(scopes.size(), before + 3);  // the root is listed too
      const ScopeInfo& info = scopes[scopes.size() - 2];
      EXPECT_EQ(info.path, "shard > main > session");
      EXPECT_EQ(info.bytes_held, 60U);
      EXPECT_EQ(info.tasks, 1U);
      EXPECT_EQ(info.deadline_setter, "the test");
      EXPECT_EQ(info.remaining, seconds(7));
      EXPECT_THAT(scopes.back().waiting_for, ElementsAre("sleeping"));
      co_await session.close();
    }
    EXPECT_EQ(root.shard().live_scopes(), before);
  });
}

TEST(Scope, OwnedThingsAreReleasedInReverseOrderAfterTheTasks) {
  struct Thing : Owned {
    Thing(std::string called, std::vector<std::string>& lines)
        : name(std::move(called)), log(lines) {}
    void release() noexcept override { log.push_back(name); }
    std::string name;
    std::vector<std::string>& log;
  };
  run_simulated([](Scope& root) -> Task<void> {
    std::vector<std::string> log;
    Thing first("first", log);
    Thing second("second", log);
    Scope scope(root, "scope");
    scope.own(first);
    scope.own(second);
    scope.start("task", sleeper(seconds(1), [&] { log.emplace_back("task"); }));
    EXPECT_TRUE(co_await root.yield());
    co_await scope.close();
    EXPECT_THAT(log, ElementsAre("task", "second", "first"));
  });
}

TEST(ScopeDeathTest, DyingWithATaskInsideAborts) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(run_simulated([](Scope& root) -> Task<void> {
                 Scope scope(root, "careless");
                 scope.start("task", sleeper(seconds(1)));
                 co_await root.yield();
               }),
               "scope \"shard > main > careless\" ended while tasks of it run");
}

TEST(ScopeDeathTest, DyingBeforeAChildAborts) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(run_simulated([](Scope& root) -> Task<void> {
                 auto parent = std::make_unique<Scope>(root, "parent");
                 Scope child(*parent, "child");
                 parent.reset();
                 co_return;
               }),
               "ended before \"child\" inside it");
}

}  // namespace
}  // namespace millrace
