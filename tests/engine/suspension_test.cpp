// Prompts, delays, and workflows that run other workflows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/run_workflow.h"

namespace millrace {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

constexpr std::string_view kPrompt = R"(
workflows:
  asks:
    scope: { n: { "@type": Integer, "@value": 1 } }
    steps:
      - { stepID: 1, kind: prompt, ref: alert, arguments: [ { target: message, type: String, expr: '"n is " + n' } ], results: [ { target: n, type: Integer, expr: n + more } ] }
      - { stepID: 2, kind: expressions, arguments: [ { target: done, type: Boolean, expr: "true" } ] }
    paths: [ { parentID: 1, childID: 2 } ]
)";

TEST(Suspension, APromptGoesOnWithItsAnswer) {
  ScriptedEffects effects;
  ScriptedPeople people;
  people.answers.emplace("1", ScriptedPeople::Answer{seconds(7), {{"more", Value::integer(4)}}});
  const Ran ran = run_workflow(kPrompt, "{}", effects, {}, &people);
  EXPECT_EQ(ran.error(), "");
  EXPECT_EQ(ran.var("n"), R"({"@type":"Integer","@value":5})");
  EXPECT_EQ(ran.var("more"), "(none)");
  EXPECT_EQ(ran.steps, "1 1 2");
  EXPECT_EQ(ran.ended.time_since_epoch(), seconds(7));
  ASSERT_EQ(people.asked.size(), 1U);
  EXPECT_EQ(people.asked[0].ref, "alert");
  EXPECT_EQ(people.asked[0].workflow, "asks");
  EXPECT_EQ(*to_typed_json(people.asked[0].payload),
            R"({"message":{"@type":"String","@value":"n is 1"}})");
}

TEST(Suspension, AnAnswerThatDoesNotFitIsAnErrorOfTheStep) {
  ScriptedEffects effects;
  ScriptedPeople people;
  people.answers.emplace("1", ScriptedPeople::Answer{seconds(1), {}});
  const Ran ran = run_workflow(kPrompt, "{}", effects, {}, &people);
  EXPECT_EQ(ran.report.status, Status::failed);
  EXPECT_THAT(ran.error(), HasSubstr("more"));
}

TEST(Suspension, ASessionThatNobodyAnswersCanBeLeft) {
  ScriptedEffects effects;
  ScriptedPeople people;
  const Ran ran = run_workflow(kPrompt, "{}", effects, {}, &people);
  EXPECT_EQ(ran.report.status, Status::prompted);
  EXPECT_FALSE(ran.report.failure);
}

TEST(Suspension, TheSessionsLimitHoldsWhileItWaitsForAPerson) {
  ScriptedEffects effects;
  ScriptedPeople people;
  people.answers.emplace("1", ScriptedPeople::Answer{seconds(60), {}});
  SessionOptions options;
  options.limit = Limit{seconds(3), "option --timeout"};
  const Ran ran = run_workflow(kPrompt, "{}", effects, options, &people);
  EXPECT_EQ(ran.report.status, Status::failed);
  EXPECT_EQ(
      ran.error(),
      "deadline of 3s exceeded after 3s while waiting for an answer, set by option --timeout");
}

TEST(Suspension, APromptsOwnLimitIsAnErrorOfTheStep) {
  std::string yaml(kPrompt);
  yaml = with(yaml, "ref: alert", "ref: alert, limits: { timeout: 2s }");
  ScriptedEffects effects;
  ScriptedPeople people;
  people.answers.emplace("1", ScriptedPeople::Answer{seconds(60), {}});
  const Ran late = run_workflow(yaml, "{}", effects, {}, &people);
  EXPECT_EQ(
      late.error(),
      "deadline of 2s exceeded after 2s while waiting for an answer, set by limits.timeout of "
      "step 1");
  ScriptedPeople quick;
  quick.answers.emplace("1", ScriptedPeople::Answer{seconds(1), {{"more", Value::integer(1)}}});
  EXPECT_EQ(run_workflow(yaml, "{}", effects, {}, &quick).report.status, Status::completed);
}

TEST(Suspension, ItsArgumentTimeoutLimitsAPromptToo) {
  ScriptedEffects effects;
  ScriptedPeople people;
  people.answers.emplace("1", ScriptedPeople::Answer{seconds(60), {}});
  const std::string yaml = with(kPrompt, "arguments: [ ",
                                "arguments: [ { target: timeout, type: Duration, value: 2s }, ");
  EXPECT_EQ(run_workflow(yaml, "{}", effects, {}, &people).error(),
            "deadline of 2s exceeded after 2s while waiting for an answer, set by argument "
            "\"timeout\" of step 1");
}

constexpr std::string_view kParent = R"(
workflows:
  parent:
    scope: { n: { "@type": Integer, "@value": 20 } }
    steps:
      - { stepID: 1, kind: error-handler, results: [ { target: failed, type: String, expr: errorMessage }, { target: kind, type: String, expr: errorKind } ] }
      - { stepID: 2, kind: exec-workflow, arguments: [ { target: workflow, type: Handle, value: child }, { target: scope, type: Vars, expr: '{"n": n}' }EXTRA ], results: [ { target: n, type: Integer, expr: n } ] }
      - { stepID: 3, kind: expressions, arguments: [ { target: rescued, type: Boolean, expr: "true" } ] }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 1, childID: 3 } ]
  child:
    steps:
      - CHILD
    paths: []
)";

std::string parent(std::string_view child, std::string_view extra = "") {
  std::string yaml(kParent);
  yaml = with(yaml, "EXTRA", extra);
  yaml = with(yaml, "CHILD", child);
  return yaml;
}

constexpr std::string_view kDouble =
    "{ stepID: 7, kind: expressions, arguments: [ { target: n, type: Integer, expr: n * 2 } ] }";
constexpr std::string_view kSleep =
    "{ stepID: 7, kind: delay, arguments: [ { target: offset, type: Duration, value: 30s } ] }";

TEST(Suspension, AWorkflowRunsAnotherAndReadsItsResult) {
  ScriptedEffects effects;
  const Ran ran = run_workflow(parent(kDouble), "{}", effects);
  EXPECT_EQ(ran.error(), "");
  EXPECT_EQ(ran.var("n"), R"({"@type":"Integer","@value":40})");
  EXPECT_EQ(ran.steps, "1 2");
}

TEST(Suspension, ResultsSeeTheOthersFinalScopeAndNothingElse) {
  std::string yaml = parent(kDouble);
  yaml = with(yaml, "Integer, expr: n } ] }", "Integer, expr: failed } ] }");
  ScriptedEffects effects;
  EXPECT_THAT(run_workflow(yaml, R"({"failed": 1})", effects).var("failed"),
              HasSubstr("no variable"));
}

TEST(Suspension, AFailureOfTheOtherWorkflowIsAnErrorOfTheStep) {
  ScriptedEffects effects;
  const Ran ran = run_workflow(
      parent("{ stepID: 7, kind: error, arguments: [ { target: message, value: broken } ] }"), "{}",
      effects);
  EXPECT_EQ(ran.report.status, Status::completed);
  EXPECT_EQ(ran.var("failed"),
            R"({"@type":"String","@value":"workflow \"child\", step 7: broken"})");
}

TEST(Suspension, BodiesInTheOthersResultAreHandedOver) {
  ScriptedEffects effects;
  effects.functions["httpRequestSend"] = [](Scope&, FunctionCall) -> Task<Result<Dict>> {
    co_return Dict{{"body", Value::reader(make_ref<TextReader>("12"))}};
  };
  const Ran ran = run_workflow(with(parent("{ stepID: 7, kind: function, ref: httpRequestSend, "
                                           "arguments: [ { target: url, value: u "
                                           "} ], results: [ { target: n, expr: body } ] }"),
                                    "target: n, type: Integer", "target: n, type: String"),
                               "{}", effects);
  EXPECT_EQ(ran.var("failed"), "(none)");
  EXPECT_EQ(ran.var("n"), R"({"@type":"String","@value":"12"})");
  ASSERT_EQ(effects.handed_over.size(), 1U);
  EXPECT_TRUE(effects.handed_over[0].contains("n"));
}

TEST(Suspension, TheParentsLimitEndsTheOtherWorkflow) {
  ScriptedEffects effects;
  SessionOptions options;
  options.limit = Limit{seconds(5), "option --timeout"};
  const Ran ran = run_workflow(parent(kSleep), "{}", effects, options);
  EXPECT_EQ(ran.report.status, Status::failed);
  EXPECT_EQ(ran.report.failure->error.kind(), ErrorKind::deadline);
  EXPECT_EQ(ran.ended.time_since_epoch(), seconds(5));
}

TEST(Suspension, AStepMayLimitTheOtherWorkflowByAnArgument) {
  ScriptedEffects effects;
  const Ran ran = run_workflow(parent(kSleep, ", { target: timeout, type: Duration, value: 4s }"),
                               "{}", effects);
  EXPECT_EQ(ran.report.status, Status::completed);
  EXPECT_THAT(ran.var("failed"),
              HasSubstr("set by argument \\\"timeout\\\" of step 2 of workflow"));
  EXPECT_EQ(ran.ended.time_since_epoch(), seconds(4));
}

TEST(Suspension, WithoutWaitingTheOtherWorkflowIsNobodysChild) {
  std::string yaml = parent(kSleep, ", { target: wait, type: Boolean, value: false }");
  yaml = with(yaml, "expr: n } ] }", "expr: sessionID } ] }");
  ScriptedEffects effects;
  ScriptedPeople people;
  const Ran ran = run_workflow(yaml, "{}", effects, {}, &people);
  EXPECT_EQ(ran.error(), "");
  EXPECT_EQ(ran.report.elapsed, Nanos{0});
  EXPECT_EQ(ran.ended.time_since_epoch(), seconds(30));
  ASSERT_EQ(people.detached.size(), 1U);
  EXPECT_EQ(people.detached[0].status, Status::completed);
  EXPECT_EQ(ran.var("n"),
            R"({"@type":"Integer","@value":)" + std::to_string(people.detached[0].id) + "}");
}

TEST(Suspension, AWorkflowThatDoesNotExistIsAnErrorOfTheStep) {
  std::string yaml = parent(kDouble);
  yaml = with(yaml, "value: child", "expr: '\"no\" + \"body\"'");
  ScriptedEffects effects;
  const Ran ran = run_workflow(yaml, "{}", effects);
  EXPECT_EQ(ran.var("kind"), R"({"@type":"String","@value":"not_found"})");
}

TEST(Suspension, AWorkflowMayNotRunItself) {
  std::string yaml = parent(kDouble);
  yaml = with(yaml, "value: child", "expr: who");
  ScriptedEffects effects;
  const Ran ran = run_workflow(yaml, R"({"who": "parent"})", effects);
  EXPECT_THAT(ran.var("failed"), HasSubstr("runs itself"));
  EXPECT_EQ(ran.var("kind"), R"({"@type":"String","@value":"invalid"})");
}

TEST(Suspension, TheDepthOfWorkflowsThatRunOneAnotherHasALimit) {
  ScriptedEffects effects;
  const Ran ran = run_workflow(
      parent(
          "{ stepID: 7, kind: exec-workflow, arguments: [ { target: workflow, type: Handle, value: "
          "parent } ], results: [ { target: n, expr: failed } ] }"),
      "{}", effects);
  EXPECT_EQ(ran.report.status, Status::completed);
  // The innermost failed, and each around it rescued itself.
  SessionOptions options;
  options.machine.limits.depth = 1;
  EXPECT_THAT(
      run_workflow(parent(kDouble), "{}", effects, options).var("failed"),
      HasSubstr("1 workflows wait for one another here, the limit (setting session.depth)"));
}

TEST(Suspension, ALimitOfZeroIsNoneAndOneBelowIsAnError) {
  ScriptedEffects effects;
  std::string yaml = parent(kSleep, ", { target: timeout, type: Duration, value: 0s }");
  EXPECT_EQ(run_workflow(yaml, "{}", effects).ended.time_since_epoch(), seconds(30));
  yaml = parent(kSleep, ", { target: timeout, type: Duration, value: -1s }");
  EXPECT_THAT(run_workflow(yaml, "{}", effects).var("failed"),
              HasSubstr("argument \\\"timeout\\\" is negative"));
}

// Workflows that begin one another without waiting have no end of their own.
TEST(Suspension, OnlySoManySessionsMayRunAtOnceWhereOneBeginsAnother) {
  const std::string yaml = parent(kSleep, ", { target: wait, type: Boolean, value: false }");
  ScriptedEffects effects;
  SessionOptions options;
  options.machine.limits.sessions = 1;
  EXPECT_THAT(run_workflow(yaml, "{}", effects, options).var("failed"),
              HasSubstr("1 sessions run here already, the limit (setting session.sessions)"));
}

}  // namespace
}  // namespace millrace
