// Limits of sessions and steps: each with an error that names it, and nothing left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/frontier.h"
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

// One arm of the fork ends, the other leads back to it: each round is within the one before.
constexpr std::string_view kBackToTheFork = R"(
workflows:
  back:
    scope: { n: { "@type": Integer, "@value": 0 } }
    steps:
      - { stepID: 9, kind: debug }
      - { stepID: 1, kind: expressions, arguments: [ { target: n, type: Integer, expr: n + 1 } ] }
      - { stepID: 2, kind: gateway, ref: fork }
      - { stepID: 3, kind: gateway, ref: excl }
      - { stepID: 4, kind: debug }
      - { stepID: 5, kind: debug }
    paths:
      - { parentID: 9, childID: 1 }
      - { parentID: 1, childID: 2 }
      - { parentID: 2, childID: 3 }
      - { parentID: 2, childID: 4 }
      - { parentID: 3, childID: 1, expr: n < 100000000 }
      - { parentID: 3, childID: 5 }
)";

std::unique_ptr<SessionMachine> begun_back_to_the_fork(MachineOptions options) {
  const auto plan = plan_of(kBackToTheFork);
  auto machine = std::make_unique<SessionMachine>(plan, options, 1);
  EXPECT_TRUE(machine->start(Variables(plan->names(), plan->initial_scope())));
  return machine;
}

void make_rounds(SessionMachine& machine, std::size_t rounds) {
  constexpr std::size_t kStepsOfRound = 4;
  for (const std::uint64_t end = machine.executed() + rounds * kStepsOfRound;
       machine.executed() < end;) {
    ASSERT_TRUE(machine.advance(Moment{}, 100));
  }
}

TEST(Limits, ForksWithinOneAnotherTakeMemoryInProportion) {
  const auto begun = begun_back_to_the_fork({});
  SessionMachine& machine = *begun;
  make_rounds(machine, 1000);
  const std::uint64_t held = machine.memory();
  const std::size_t packed = pack_frontier(machine)->bytes.size();
  make_rounds(machine, 9000);
  EXPECT_GT(machine.memory(), 9 * held);
  EXPECT_LT(machine.memory(), 11 * held);
  EXPECT_LT(pack_frontier(machine)->bytes.size(), 12 * packed);
}

TEST(Limits, ForksWithinOneAnotherCountInTheMemoryOfTheSession) {
  MachineOptions options;
  options.limits.memory = 1 << 20;
  options.limits.states = SessionLimits::kNone;
  const auto begun = begun_back_to_the_fork(options);
  SessionMachine& machine = *begun;
  while (machine.advance(Moment{}, 100)) ASSERT_LT(machine.executed(), 100'000U);
  ASSERT_TRUE(machine.failure());
  EXPECT_EQ(machine.failure()->error.kind(), ErrorKind::exhausted);
  EXPECT_THAT(machine.failure()->error.message(), HasSubstr("setting session.memory"));
}

// Throws where it is read, as values do that find no memory.
class Thrower final : public Reader {
 public:
  explicit Thrower(bool of_memory) : of_memory_(of_memory) {}
  std::optional<Result<std::string_view>> drained() const override {
    if (of_memory_) throw std::bad_alloc();
    throw std::logic_error("never empty");
  }
  std::size_t bytes_held() const override { return 0; }

 private:
  bool of_memory_;
};

TEST(Limits, WhatIsThrownInATurnEndsItsSessionAndNoOther) {
  const auto plan = plan_of(calling("") + "\n");
  for (const bool of_memory : {true, false}) {
    ScriptedEffects effects;
    effects.functions["httpRequestSend"] = [&](Scope&, FunctionCall call) -> Task<Result<Dict>> {
      const bool throws = call.arguments.find("url")->as_text() == "u" && effects.calls == 1;
      co_return Dict{
          {"status", throws ? Value::reader(make_ref<Thrower>(of_memory)) : Value::text("200 OK")}};
    };
    const std::string yaml =
        with(calling(""), "{ target: s, expr", "{ target: s, type: String, expr");
    const Ran ran = run_workflow(yaml, "{}", effects);
    EXPECT_EQ(ran.report.status, Status::failed);
    EXPECT_THAT(ran.error(), HasSubstr(of_memory ? "has no memory left for the session's variables"
                                                 : "a step ended in \"never empty\""));
    EXPECT_EQ(run_workflow(yaml, "{}", effects).report.status, Status::completed);
  }
}

}  // namespace
}  // namespace millrace
