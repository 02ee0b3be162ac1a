// What sessions do with time, failures and effects.
#include "engine/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/run_workflow.h"

namespace millrace {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

ScriptedEffects::Behaviour answer_after(Nanos length, const Dict& results = {}) {
  return [length, results](Scope& step, FunctionCall) -> Task<Result<Dict>> {
    auto slept = co_await step.sleep_for(length, "waiting for the answer");
    if (!slept) co_return slept.error();
    co_return results;
  };
}

// Others on the shard, signals and limits among them, must not wait for hundreds of such steps.
TEST(Session, ATurnEndsAfterMuchEvaluation) {
  const Ref<const Plan> plan = plan_of(R"(
workflows:
  heavy:
    steps:
      - { stepID: 1, kind: iterator, ref: loopSequence, arguments: [ { target: last, type: Integer, value: 1000 } ] }
      - { stepID: 2, kind: expressions, arguments: [ { target: n, type: Integer, expr: 'length(repeat("a", times))' } ] }
      - { stepID: 3, kind: termination }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 1, childID: 3 } ]
)");
  const auto steps_of_a_turn = [&](double times) {
    SessionMachine machine(plan, {}, 1);
    EXPECT_TRUE(machine.start(Variables(plan->names(), Dict{{"times", Value::floating(times)}})));
    EXPECT_TRUE(machine.advance(moment_of(RealClock()), 256))
        << (machine.failure() ? machine.failure()->error.to_line() : "");
    return machine.executed();
  };
  EXPECT_GT(steps_of_a_turn(10), 200U);
  EXPECT_LT(steps_of_a_turn(30'000'000), 5U);
}

constexpr std::string_view kTwoCalls = R"(
workflows:
  side_by_side:
    enabled: true
    steps:
      - { stepID: 1, kind: gateway, ref: fork }
      - { stepID: 2, kind: function, ref: httpRequestSend, arguments: [ { target: url, type: String, value: a } ], results: [ { target: a, expr: status } ] }
      - { stepID: 3, kind: function, ref: logInfo, arguments: [ { target: message, type: String, value: b } ] }
      - { stepID: 4, kind: gateway, ref: join }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 3 }
      - { parentID: 2, childID: 4 }
      - { parentID: 3, childID: 4 }
)";

TEST(Session, BranchesWaitSideBySide) {
  ScriptedEffects effects;
  effects.functions["httpRequestSend"] =
      answer_after(seconds(3), Dict{{"status", Value::text("200 OK")}});
  effects.functions["logInfo"] = answer_after(seconds(2));
  const Ran ran = run_workflow(kTwoCalls, "{}", effects);
  EXPECT_EQ(ran.report.status, Status::completed);
  EXPECT_EQ(ran.ended.time_since_epoch(), seconds(3));
  EXPECT_EQ(ran.var("a"), R"({"@type":"String","@value":"200 OK"})");
  EXPECT_EQ(ran.var("status"), "(none)");  // a result that nobody asked for stays outside
  EXPECT_EQ(ran.steps, "1 2 3 4 4");
}

TEST(Session, AnErrorInOneBranchEndsItsSiblingsAtOnceJoined) {
  ScriptedEffects effects;
  bool joined = false;
  effects.functions["httpRequestSend"] = [&](Scope& step, FunctionCall) -> Task<Result<Dict>> {
    auto slept = co_await step.sleep_for(seconds(60), "waiting for the answer");
    EXPECT_FALSE(slept);
    joined = true;
    co_return slept.error();
  };
  effects.functions["logInfo"] = [](Scope& step, FunctionCall) -> Task<Result<Dict>> {
    EXPECT_TRUE(co_await step.sleep_for(seconds(1), "x"));
    co_return Error(ErrorKind::unavailable, "the log is full");
  };
  const Ran ran = run_workflow(kTwoCalls, "{}", effects);
  EXPECT_EQ(ran.report.status, Status::failed);
  EXPECT_EQ(ran.error(), "the log is full");
  EXPECT_TRUE(joined);
  EXPECT_EQ(ran.ended.time_since_epoch(), seconds(1));
}

constexpr std::string_view kHandled = R"(
workflows:
  handled:
    enabled: true
    steps:
      - { stepID: 1, kind: error-handler, results: [ { target: m, type: String, expr: errorMessage }, { target: k, type: String, expr: errorKind }, { target: s, type: String, expr: errorStepID } ] }
      - { stepID: 2, kind: function, ref: logInfo, arguments: [ { target: message, type: String, value: x } ] }
      - { stepID: 3, kind: expressions, arguments: [ { target: handled, type: Boolean, expr: "true" } ] }
      - { stepID: 4, kind: delay, arguments: [ { target: offset, type: Duration, value: "20s" } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 3 }
      - { parentID: 3, childID: 4 }
)";

TEST(Session, TheSessionsOwnLimitEndsItFailedAfterItsHandlersRan) {
  ScriptedEffects effects;
  effects.functions["logInfo"] = answer_after(seconds(60));
  SessionOptions options;
  options.limit = Limit{seconds(5), "option --timeout"};
  const Ran ran = run_workflow(kHandled, "{}", effects, options);
  EXPECT_EQ(ran.report.status, Status::failed);
  EXPECT_EQ(ran.report.failure->error.kind(), ErrorKind::deadline);
  EXPECT_EQ(
      ran.error(),
      "deadline of 5s exceeded after 5s while waiting for the answer, set by option --timeout");
  EXPECT_EQ(ran.steps, "1 2 3 4");  // the handler ran, but not beyond the clean-up's 10 s
  EXPECT_EQ(ran.ended.time_since_epoch(), seconds(15));
}

// A delay counts from its beginning, and settling what is open may make it longer.
TEST(Session, ADelayEndsWhenItsTimeHasComeAndAllIsSettled) {
  for (const auto& [settling, ends] :
       {std::pair(seconds(3), seconds(20)), std::pair(seconds(30), seconds(30))}) {
    ScriptedEffects effects;
    effects.settling = settling;
    const Ran ran = run_workflow(R"(
workflows:
  waits:
    enabled: true
    steps:
      - { stepID: 1, kind: delay, arguments: [ { target: offset, type: Duration, value: 20s } ] }
)",
                                 "{}", effects);
    EXPECT_EQ(ran.report.status, Status::completed) << ran.error();
    EXPECT_EQ(ran.ended.time_since_epoch(), ends);
  }
}

TEST(Session, AHandlerSeesTheErrorOfADeadlineThatAStepSet) {
  ScriptedEffects effects;
  effects.functions["logInfo"] = answer_after(seconds(60));
  std::string yaml(kHandled);
  yaml.replace(yaml.find("ref: logInfo,"), 13, "ref: logInfo, limits: { timeout: 2s },");
  const Ran ran = run_workflow(yaml, "{}", effects);
  EXPECT_EQ(ran.report.status, Status::completed);
  EXPECT_THAT(ran.var("m"), HasSubstr("deadline of 2s exceeded after 2s"));
  EXPECT_THAT(ran.var("m"), HasSubstr("limits.timeout of step 2"));
  EXPECT_EQ(ran.var("k"), R"({"@type":"String","@value":"deadline"})");
  EXPECT_EQ(ran.var("s"), R"({"@type":"String","@value":"2"})");
  EXPECT_EQ(ran.ended.time_since_epoch(), seconds(22));
}

TEST(Session, CancellingRunsNoHandler) {
  const Ref<const Plan> plan = plan_of(kHandled);
  ScriptedEffects effects;
  effects.functions["logInfo"] = answer_after(seconds(60));
  Random random(1);
  Shard shard(TimeMode::simulated);
  SessionReport report;
  shard.run([&](Scope& main) -> Task<void> {
    Scope holder(main, "holder", {.fail_fast = false});
    holder.start("user", [&holder](Scope& scope) -> Task<Result<void>> {
      auto slept = co_await scope.sleep_for(seconds(3), "waiting");
      holder.cancel(StopCause::user, "interrupted");
      co_return slept;
    });
    SessionOptions options;
    options.trace.steps = 100;
    Sessions sessions(holder, effects, random);
    report =
        co_await run_session(holder, sessions, {.plan = plan, .scope = {}, .options = options});
    co_await holder.close();
  });
  EXPECT_EQ(report.status, Status::canceled);
  EXPECT_THAT(report.failure->error.message(), HasSubstr("interrupted"));
  EXPECT_EQ(report.steps.size(), 2U);
  EXPECT_EQ(shard.now().time_since_epoch(), seconds(3));
  EXPECT_EQ(shard.live_scopes(), 0U);
}

TEST(Session, AnEndlessLoopWithoutWaitingObeysItsLimit) {
  const Ref<const Plan> plan = plan_of(R"(
workflows:
  endless:
    enabled: true
    steps:
      - { stepID: 1, kind: expressions, arguments: [ { target: n, type: Integer, expr: "0" } ] }
      - { stepID: 2, kind: expressions, arguments: [ { target: n, type: Integer, expr: "n + 1" } ] }
      - { stepID: 3, kind: gateway, ref: excl }
      - { stepID: 4, kind: termination }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 2, childID: 3 }
      - { parentID: 3, childID: 2, expr: "n > 0" }
      - { parentID: 3, childID: 4 }
)");
  ScriptedEffects effects;
  Random random(1);
  Shard shard(TimeMode::real);
  SessionReport report;
  shard.run([&](Scope& main) -> Task<void> {
    SessionOptions options;
    options.limit = Limit{std::chrono::milliseconds(50), "option --timeout"};
    Sessions sessions(main, effects, random);
    report = co_await run_session(main, sessions, {.plan = plan, .scope = {}, .options = options});
  });
  EXPECT_EQ(report.status, Status::failed);
  EXPECT_EQ(report.failure->error.kind(), ErrorKind::deadline);
  EXPECT_LT(report.elapsed, seconds(5));
}

TEST(Session, AReaderIsDrainedOnceForTheArgumentThatNeedsIt) {
  ScriptedEffects effects;
  effects.functions["httpRequestSend"] = [](Scope&, FunctionCall) -> Task<Result<Dict>> {
    co_return Dict{{"body", Value::reader(make_ref<ScriptedEffects::ScriptedReader>("hello"))}};
  };
  const Ran ran = run_workflow(R"(
workflows:
  read:
    enabled: true
    steps:
      - { stepID: 1, kind: function, ref: httpRequestSend, arguments: [ { target: url, type: String, value: a } ], results: [ { target: body, type: Reader, expr: body } ] }
      - { stepID: 2, kind: expressions, arguments: [ { target: n, type: Integer, expr: "n + 1" }, { target: text, type: String, expr: body }, { target: again, type: String, expr: "body + \"!\"" } ] }
    paths:
      - { parentID: 1, childID: 2 }
)",
                               R"({"n": {"@type": "Integer", "@value": 0}})", effects);
  EXPECT_EQ(ran.error(), "");
  EXPECT_EQ(ran.var("text"), R"({"@type":"String","@value":"hello"})");
  EXPECT_EQ(ran.var("again"), R"({"@type":"String","@value":"hello!"})");
  EXPECT_EQ(ran.var("n"), R"({"@type":"Integer","@value":1})");  // evaluated once
  EXPECT_EQ(effects.drains, 1);
}

TEST(Session, AReaderThatFailsLeavesTheScopeToTheHandlerAsItWas) {
  ScriptedEffects effects;
  effects.functions["httpRequestSend"] = [](Scope&, FunctionCall) -> Task<Result<Dict>> {
    co_return Dict{{"body", Value::reader(make_ref<ScriptedEffects::ScriptedReader>("hello"))}};
  };
  const Ran ran = run_workflow(R"(
workflows:
  read:
    enabled: true
    steps:
      - { stepID: 1, kind: error-handler, results: [ { target: k, type: String, expr: errorKind } ] }
      - { stepID: 2, kind: function, ref: httpRequestSend, arguments: [ { target: url, type: String, value: a } ], results: [ { target: body, type: Reader, expr: body } ] }
      - { stepID: 3, kind: expressions, limits: { timeout: 500ms }, arguments: [ { target: n, type: Integer, expr: "n + 1" }, { target: text, type: String, expr: body } ] }
      - { stepID: 4, kind: expressions, arguments: [ { target: m, type: Integer, expr: "n + 10" } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 4 }
      - { parentID: 2, childID: 3 }
)",
                               R"({"n": {"@type": "Integer", "@value": 1}})", effects);
  EXPECT_EQ(ran.error(), "");
  EXPECT_EQ(ran.var("k"), R"({"@type":"String","@value":"deadline"})");
  EXPECT_EQ(ran.var("m"), R"({"@type":"Integer","@value":11})");
}

TEST(Session, VariablesOfTheWorkflowsScopeAreThereInEveryStep) {
  const Ran ran = run_workflow(R"(
workflows:
  count_up:
    enabled: true
    scope: { upstream: here, timeout: 1h, lines: 0, bytes: 0 }
    steps:
      - { stepID: 1, kind: function, ref: httpRequestSend, arguments: [ { target: url, type: String, expr: upstream }, { target: timeout, type: Duration, expr: timeout } ] }
      - { stepID: 2, kind: iterator, ref: loopLines, arguments: [ { target: stream, type: Reader, expr: "\"a\\nbc\"" } ], results: [ { target: line, type: String, expr: line } ] }
      - { stepID: 3, kind: expressions, arguments: [ { target: lines, type: Integer, expr: lines + 1 }, { target: bytes, type: Integer, expr: bytes + length(line) + 1 } ] }
      - { stepID: 4, kind: expressions, arguments: [ { target: fin, type: Boolean, expr: "true" } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 2, childID: 3 }
      - { parentID: 2, childID: 4 }
)");
  EXPECT_EQ(ran.error(), "");
  EXPECT_EQ(ran.var("bytes"), R"({"@type":"Integer","@value":5})");
  EXPECT_EQ(ran.var("timeout"), R"({"@type":"Any","@value":"1h"})");
}

TEST(Session, TheStepLimitIsAnError) {
  SessionOptions options;
  options.machine.limits.steps = 3;
  ScriptedEffects effects;
  const Ran ran = run_workflow(R"(
workflows:
  loop:
    enabled: true
    steps:
      - { stepID: 1, kind: iterator, ref: loopSequence, arguments: [ { target: last, type: Integer, expr: "9" } ] }
      - { stepID: 2, kind: expressions, arguments: [ { target: x, type: Integer, expr: "1" } ] }
      - { stepID: 3, kind: termination }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 3 }
)",
                               "{}", effects, options);
  EXPECT_EQ(ran.report.failure->error.kind(), ErrorKind::exhausted);
  EXPECT_EQ(ran.steps, "1 2 1");
}

// Otherwise the session would wait for ever for a call that is over.
TEST(Session, AFunctionThatThrowsIsAnErrorOfItsStep) {
  ScriptedEffects effects;
  effects.functions["httpRequestSend"] = [](Scope&, FunctionCall) -> Task<Result<Dict>> {
    throw std::runtime_error("out of place");
    co_return Dict();
  };
  const Ran ran = run_workflow(R"(
workflows:
  throws:
    steps: [ { stepID: 1, kind: function, ref: httpRequestSend, arguments: [ { target: url, value: u } ] } ]
)",
                               "{}", effects);
  EXPECT_EQ(ran.report.status, Status::failed);
  EXPECT_EQ(ran.report.failure->error.kind(), ErrorKind::bug);
  EXPECT_NE(ran.error().find("out of place"), std::string::npos);
}

}  // namespace
}  // namespace millrace
