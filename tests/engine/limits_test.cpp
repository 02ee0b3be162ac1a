// Limits of sessions and steps: each with an error that names it, and nothing left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/run_workflow.h"

namespace millrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

ScriptedEffects::Behaviour failing(int times, ErrorKind kind) {
  auto left = std::make_shared<int>(times);
  return [left, kind](Scope& step, FunctionCall) -> Task<Result<Dict>> {
    auto slept = co_await step.sleep_for(seconds(1), "waiting for the answer");
    if (!slept) co_return slept.error();
    if ((*left)-- > 0) co_return Error(kind, "not now");
    co_return Dict{{"status", Value::text("200 OK")}};
  };
}

std::string calling(std::string_view extra) {
  std::string yaml = R"(
workflows:
  calls:
    steps:
      - { stepID: 1, kind: function, ref: httpRequestSend, arguments: [ { target: url, value: u } ], results: [ { target: s, expr: status } ]EXTRA }
    paths: []
)";
  yaml = with(yaml, "EXTRA", extra);
  return yaml;
}

TEST(Limits, AStepIsTriedAgainAsItSays) {
  ScriptedEffects effects;
  effects.functions["httpRequestSend"] = failing(2, ErrorKind::unavailable);
  const Ran ran =
      run_workflow(calling(", retry: { attempts: 3, backoff: 2s, jitter: 0 }"), "{}", effects);
  EXPECT_EQ(ran.error(), "");
  EXPECT_EQ(effects.calls, 3);
  EXPECT_EQ(ran.steps, "1");
  EXPECT_EQ(ran.ended.time_since_epoch(), seconds(1 + 2 + 1 + 4 + 1));
}

TEST(Limits, TheLastErrorIsTheOneThatCounts) {
  ScriptedEffects effects;
  effects.functions["httpRequestSend"] = failing(9, ErrorKind::unavailable);
  const Ran ran =
      run_workflow(calling(", retry: { attempts: 2, backoff: 2s, jitter: 0 }"), "{}", effects);
  EXPECT_EQ(ran.error(), "not now");
  EXPECT_EQ(effects.calls, 2);
}

TEST(Limits, OtherKindsOfErrorsAreNotTriedAgain) {
  ScriptedEffects effects;
  effects.functions["httpRequestSend"] = failing(9, ErrorKind::invalid);
  run_workflow(calling(", retry: { attempts: 5 }"), "{}", effects);
  EXPECT_EQ(effects.calls, 1);
  run_workflow(calling(", retry: { attempts: 5, kinds: [ invalid ] }"), "{}", effects);
  EXPECT_EQ(effects.calls, 1 + 5);
}

TEST(Limits, AWaitThatWouldPassTheStepsLimitIsNotBegun) {
  ScriptedEffects effects;
  effects.functions["httpRequestSend"] = failing(9, ErrorKind::unavailable);
  const Ran ran = run_workflow(calling(", retry: { attempts: 9, backoff: 2s, maxBackoff: 2s, "
                                       "jitter: 0 }, limits: { timeout: 5500ms }"),
                               "{}", effects);
  EXPECT_EQ(ran.error(), "not now");
  EXPECT_EQ(effects.calls, 2);
  EXPECT_EQ(ran.ended.time_since_epoch(), seconds(4));
}

TEST(Limits, AStepsLimitCoversAllItsTries) {
  ScriptedEffects effects;
  effects.functions["httpRequestSend"] = failing(9, ErrorKind::unavailable);
  const Ran ran = run_workflow(calling(", retry: { attempts: 9, backoff: 2s, maxBackoff: 2s, "
                                       "jitter: 0 }, limits: { timeout: 3500ms }"),
                               "{}", effects);
  EXPECT_EQ(ran.error(),
            "deadline of 3.5s exceeded after 3.5s while waiting for the answer, set by "
            "limits.timeout of step 1");
}

TEST(Limits, WhatMayHappenAtMostOnceIsNotTriedAgain) {
  ScriptedEffects effects;
  effects.functions["httpRequestSend"] = failing(9, ErrorKind::unavailable);
  run_workflow(calling(", effect: at-most-once, retry: { attempts: 5 }"), "{}", effects);
  EXPECT_EQ(effects.calls, 1);
}

constexpr std::string_view kLoop = R"(
workflows:
  loops:
    steps:
      - { stepID: 1, kind: error-handler, results: [ { target: e, type: String, expr: errorMessage }, { target: at, type: String, expr: errorStepID } ] }
      - { stepID: 2, kind: iterator, ref: loopDo, limits: { timeout: 3500ms }, arguments: [ { target: while, type: String, value: "true" } ] }
      - { stepID: 3, kind: delay, arguments: [ { target: offset, type: Duration, value: 1s } ] }
      - { stepID: 4, kind: termination }
      - { stepID: 5, kind: expressions, arguments: [ { target: caught, type: Boolean, expr: "true" } ] }
      - { stepID: 6, kind: function, ref: logInfo, arguments: [ { target: message, value: x } ] }
      - { stepID: 7, kind: gateway, ref: fork }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 5 }
      - { parentID: 2, childID: 7 }
      - { parentID: 2, childID: 4 }
      - { parentID: 7, childID: 3 }
      - { parentID: 7, childID: 6 }
)";

TEST(Limits, ALoopsLimitEndsAllThatRunsInItsBody) {
  ScriptedEffects effects;
  const Ran ran = run_workflow(kLoop, "{}", effects);
  EXPECT_EQ(ran.report.status, Status::completed);
  EXPECT_EQ(ran.ended.time_since_epoch(), milliseconds(3500));
  EXPECT_EQ(ran.var("e"),
            R"({"@type":"String","@value":"deadline of 3.5s exceeded after 3.5s while waiting for )"
            R"(its time, set by limits.timeout of step 2"})");
  EXPECT_EQ(ran.var("at"), R"({"@type":"String","@value":"2"})");
  EXPECT_EQ(ran.var("caught"), R"({"@type":"Boolean","@value":true})");
}

TEST(Limits, ALoopsLimitEndsABodyThatNeverWaits) {
  std::string yaml(kLoop);
  yaml = with(yaml, "limits: { timeout: 3500ms }", "limits: { timeout: 30ms }");
  yaml = with(yaml, "kind: delay, arguments: [ { target: offset, type: Duration, value: 1s } ]",
              "kind: expressions, arguments: [ { target: n, expr: '1' } ]");
  yaml = with(yaml, "kind: function, ref: logInfo, arguments: [ { target: message, value: x } ]",
              "kind: debug");
  const Ref<const Plan> plan = plan_of(yaml);
  ScriptedEffects effects;
  Random random(1);
  Shard shard(TimeMode::real);
  SessionReport report;
  shard.run([&](Scope& main) -> Task<void> {
    Sessions sessions(main, effects, random);
    report = co_await run_session(main, sessions, {.plan = plan, .scope = {}});
  });
  EXPECT_EQ(report.status, Status::completed);
  EXPECT_TRUE(report.vars.contains("caught"));
  EXPECT_LT(report.elapsed, seconds(5));
}

constexpr std::string_view kFork = R"(
workflows:
  forks:
    steps:
      - { stepID: 1, kind: gateway, ref: fork }
      - { stepID: 2, kind: gateway, ref: fork }
      - { stepID: 3, kind: debug }
      - { stepID: 4, kind: debug }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 3 }
      - { parentID: 2, childID: 1 }
      - { parentID: 2, childID: 4 }
)";

TEST(Limits, BranchesAtOnceHaveALimit) {
  ScriptedEffects effects;
  SessionOptions options;
  options.machine.limits.branches = 1;
  options.machine.first_step = "1";
  const Ran ran = run_workflow(kFork, "{}", effects, options);
  EXPECT_EQ(ran.error(), "2 branches would run at once, and 1 may (setting session.branches)");
  EXPECT_EQ(ran.report.failure->error.kind(), ErrorKind::exhausted);
}

TEST(Limits, EndsOfBranchesCountAsStatesToo) {
  ScriptedEffects effects;
  SessionOptions options;
  options.machine.first_step = "1";
  options.machine.limits.states = 1000;
  const Ran ran = run_workflow(kFork, "{}", effects, options);
  EXPECT_THAT(ran.error(), HasSubstr("may have 1000 (setting session.states)"));
}

TEST(Limits, PassesOfALoopHaveALimit) {
  std::string yaml(kLoop);
  yaml = with(yaml, "kind: delay, arguments: [ { target: offset, type: Duration, value: 1s } ]",
              "kind: debug");
  ScriptedEffects effects;
  SessionOptions options;
  options.machine.limits.iterations = 10;
  EXPECT_THAT(run_workflow(yaml, "{}", effects, options).var("e"),
              HasSubstr("the loop has made 10 passes, its limit (setting session.iterations)"));
}

constexpr std::string_view kGrowing = R"(
workflows:
  grows:
    EXTRA
    scope: { l: { "@type": Array, "@value": [] } }
    steps:
      - { stepID: 1, kind: error-handler }
      - { stepID: 2, kind: iterator, ref: loopDo, arguments: [ { target: while, type: String, value: "true" } ] }
      - { stepID: 3, kind: expressions, arguments: [ { target: l, type: Array, expr: 'push(l, repeat("x", 1000))' } ] }
      - { stepID: 4, kind: termination }
      - { stepID: 5, kind: debug }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 5 }
      - { parentID: 2, childID: 3 }
      - { parentID: 2, childID: 4 }
)";

TEST(Limits, MemoryOfTheVariablesEndsTheSessionAndNoHandlerRuns) {
  std::string yaml(kGrowing);
  yaml = with(yaml, "EXTRA", "enabled: true");
  ScriptedEffects effects;
  SessionOptions options;
  options.machine.limits.memory = 4 << 20;
  const Ran ran = run_workflow(yaml, "{}", effects, options);
  EXPECT_EQ(ran.report.status, Status::failed);
  EXPECT_EQ(ran.report.failure->error.kind(), ErrorKind::exhausted);
  EXPECT_THAT(ran.error(), HasSubstr("its limit is 4 MiB (setting session.memory)"));
  EXPECT_EQ(ran.report.steps.back(), 2U);
  // It was told in time: at most a sixteenth late.
  EXPECT_LT(ran.report.steps.size(), 2 * 4'600U);
}

TEST(Limits, TheWorkflowsOwnMemoryLimitIsNamed) {
  std::string yaml(kGrowing);
  yaml = with(yaml, "EXTRA", "limits: { memory: 1000000 }");
  ScriptedEffects effects;
  EXPECT_THAT(run_workflow(yaml, "{}", effects).error(), HasSubstr("(limits.memory)"));
}

// What one session does without end, others beside it do not wait for.
TEST(Limits, ASessionOfEndlessPureStepsYields) {
  const Ref<const Plan> endless = plan_of(R"(
workflows:
  endless:
    scope: { n: { "@type": Integer, "@value": 1 } }
    steps:
      - { stepID: 1, kind: iterator, ref: loopDo, arguments: [ { target: while, type: String, value: "n > 0" } ] }
      - { stepID: 2, kind: debug }
      - { stepID: 3, kind: debug }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 1, childID: 3 } ]
)");
  const Ref<const Plan> quick = plan_of(calling(""));
  ScriptedEffects effects;
  Random random(1);
  Shard shard(TimeMode::real);
  std::vector<Nanos> times;
  shard.run([&](Scope& main) -> Task<void> {
    Scope home(main, "home", {.fail_fast = false});
    Sessions sessions(home, effects, random);
    sessions.start(home, {.plan = endless, .scope = {}});
    for (int i = 0; i < 100; ++i) {
      const SessionReport report =
          co_await run_session(home, sessions, {.plan = quick, .scope = {}});
      EXPECT_EQ(report.status, Status::failed);  // it reads a result that it does not get
      times.push_back(report.elapsed);
    }
    co_await sessions.close();
    co_await home.close();
  });
  std::sort(times.begin(), times.end());
  EXPECT_LT(times[50], milliseconds(100));
}

}  // namespace
}  // namespace millrace
