// Where states go: loops, forks, joins, handlers, and that no order of time shows in a result.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/run_workflow.h"

namespace millrace {
namespace {

using testing::HasSubstr;

TEST(Flow, AForkInALoopsBodyNeedsNoJoin) {
  const Ran ran = run_workflow(R"(
workflows:
  flow:
    enabled: true
    steps:
      - { stepID: 1, kind: iterator, ref: loopSequence, arguments: [ { target: last, type: Integer, expr: "2" } ], results: [ { target: i, type: Integer, expr: counter } ] }
      - { stepID: 2, kind: gateway, ref: fork }
      - { stepID: 3, kind: expressions, arguments: [ { target: a, type: Integer, expr: "a + i" } ] }
      - { stepID: 4, kind: expressions, arguments: [ { target: b, type: Integer, expr: "i" } ] }
      - { stepID: 5, kind: expressions, arguments: [ { target: fin, type: Boolean, expr: "true" } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 5 }
      - { parentID: 2, childID: 4 }
      - { parentID: 2, childID: 3 }
)",
                               R"({"a": {"@type": "Integer", "@value": 10}})");
  EXPECT_EQ(ran.error(), "");
  EXPECT_EQ(ran.steps, "1 2 4 3 1 2 4 3 1 5");
  EXPECT_EQ(ran.var("a"), R"({"@type":"Integer","@value":11})");
  // Whole scopes are merged, the later arm's winning: its b is that of the pass before.
  EXPECT_EQ(ran.var("b"), R"({"@type":"Integer","@value":0})");
}

constexpr std::string_view kForkWithoutJoin = R"(
workflows:
  flow:
    enabled: true
    steps:
      - { stepID: 1, kind: gateway, ref: fork }
      - { stepID: 2, kind: delay, arguments: [ { target: offset, type: Duration, value: "DELAY_A" } ] }
      - { stepID: 3, kind: delay, arguments: [ { target: offset, type: Duration, value: "DELAY_B" } ] }
      - { stepID: 4, kind: expressions, arguments: [ { target: x, type: String, expr: '"first"' } ] }
      - { stepID: 5, kind: expressions, arguments: [ { target: x, type: String, expr: '"second"' } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 3 }
      - { parentID: 2, childID: 4 }
      - { parentID: 3, childID: 5 }
)";

TEST(Flow, BranchesThatEndMergeInPathOrderWhateverTheOrderOfTime) {
  for (const auto& [a, b] : {std::pair("1s", "9s"), std::pair("9s", "1s")}) {
    std::string yaml(kForkWithoutJoin);
    yaml.replace(yaml.find("DELAY_A"), 7, a);
    yaml.replace(yaml.find("DELAY_B"), 7, b);
    const Ran ran = run_workflow(yaml);
    EXPECT_EQ(ran.error(), "");
    EXPECT_EQ(ran.var("x"), R"({"@type":"String","@value":"second"})");
    EXPECT_EQ(ran.ended.time_since_epoch(), std::chrono::seconds(9));
  }
}

TEST(Flow, AJoinWaitsForWhoCanComeAndNotForPathsThatWereNotTaken) {
  constexpr std::string_view kYaml = R"(
workflows:
  flow:
    enabled: true
    steps:
      - { stepID: 1, kind: gateway, ref: incl }
      - { stepID: 2, kind: delay, arguments: [ { target: offset, type: Duration, value: "5s" } ] }
      - { stepID: 3, kind: expressions, arguments: [ { target: b, type: Integer, expr: "2" } ] }
      - { stepID: 4, kind: expressions, arguments: [ { target: c, type: Integer, expr: "3" } ] }
      - { stepID: 5, kind: gateway, ref: join }
      - { stepID: 6, kind: expressions, arguments: [ { target: done, type: Boolean, expr: "true" } ] }
    paths:
      - { parentID: 1, childID: 2, expr: "n >= 1" }
      - { parentID: 1, childID: 3, expr: "n >= 2" }
      - { parentID: 1, childID: 4, expr: "n >= 3" }
      - { parentID: 2, childID: 5 }
      - { parentID: 3, childID: 5 }
      - { parentID: 4, childID: 5 }
      - { parentID: 5, childID: 6 }
)";
  for (int n = 1; n <= 3; ++n) {
    const Ran ran = run_workflow(kYaml, "{\"n\": " + std::to_string(n) + "}");
    EXPECT_EQ(ran.report.status, Status::completed) << ran.error();
    EXPECT_EQ(ran.var("done"), R"({"@type":"Boolean","@value":true})");
    EXPECT_EQ(ran.ended.time_since_epoch(), std::chrono::seconds(5));
    EXPECT_EQ(std::count(ran.steps.begin(), ran.steps.end(), '6'), 1) << ran.steps;
  }
}

TEST(Flow, ABranchThatEndsInAHandlerReleasesTheJoin) {
  const Ran ran = run_workflow(R"(
workflows:
  flow:
    enabled: true
    steps:
      - { stepID: 1, kind: gateway, ref: fork }
      - { stepID: 2, kind: error-handler }
      - { stepID: 3, kind: error, arguments: [ { target: message, type: String, value: "no" } ] }
      - { stepID: 4, kind: expressions, arguments: [ { target: handled, type: Boolean, expr: "true" } ] }
      - { stepID: 5, kind: expressions, arguments: [ { target: b, type: Integer, expr: "2" } ] }
      - { stepID: 6, kind: gateway, ref: join }
      - { stepID: 7, kind: expressions, arguments: [ { target: c, type: Integer, expr: "b + 1" } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 5 }
      - { parentID: 2, childID: 3 }
      - { parentID: 2, childID: 4 }
      - { parentID: 4, childID: 6 }
      - { parentID: 5, childID: 6 }
      - { parentID: 6, childID: 7 }
)");
  EXPECT_EQ(ran.report.status, Status::completed) << ran.error();
  EXPECT_EQ(ran.var("handled"), R"({"@type":"Boolean","@value":true})");
  EXPECT_EQ(ran.var("c"), R"({"@type":"Integer","@value":3})");
}

constexpr std::string_view kLoopWithOuterHandler = R"(
workflows:
  flow:
    enabled: true
    steps:
      - { stepID: 1, kind: error-handler, results: [ { target: m, type: String, expr: errorMessage } ] }
      - { stepID: 2, kind: iterator, ref: loopSequence, arguments: [ { target: last, type: Integer, expr: "9" } ], results: [ { target: i, type: Integer, expr: counter } ] }
      - { stepID: 3, kind: gateway, ref: excl }
      - { stepID: 4, kind: error, arguments: [ { target: message, type: String, value: "at three" } ] }
      - { stepID: 5, kind: expressions, arguments: [ { target: last, type: Integer, expr: "i" } ] }
      - { stepID: 6, kind: expressions, arguments: [ { target: out, type: String, expr: '"exit"' } ] }
      - { stepID: 7, kind: expressions, arguments: [ { target: out, type: String, expr: '"handler: " + m' } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 7 }
      - { parentID: 2, childID: 3 }
      - { parentID: 2, childID: 6 }
      - { parentID: 3, childID: 4, expr: "i == 3" }
      - { parentID: 3, childID: 5 }
)";

TEST(Flow, AnErrorInALoopGoesToTheHandlerOutsideAndLeavesTheLoop) {
  const Ran ran = run_workflow(kLoopWithOuterHandler);
  EXPECT_EQ(ran.report.status, Status::completed) << ran.error();
  EXPECT_EQ(ran.var("out"), R"({"@type":"String","@value":"handler: at three"})");
  EXPECT_EQ(ran.var("last"), R"({"@type":"Integer","@value":2})");
}

TEST(Flow, BreakEndsTheOtherBranchesOfItsPass) {
  const Ran ran = run_workflow(R"(
workflows:
  flow:
    enabled: true
    steps:
      - { stepID: 1, kind: iterator, ref: loopSequence, arguments: [ { target: last, type: Integer, expr: "9" } ], results: [ { target: i, type: Integer, expr: counter } ] }
      - { stepID: 2, kind: gateway, ref: fork }
      - { stepID: 3, kind: break }
      - { stepID: 4, kind: delay, arguments: [ { target: offset, type: Duration, value: "60s" } ] }
      - { stepID: 5, kind: expressions, arguments: [ { target: fin, type: Boolean, expr: "true" } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 5 }
      - { parentID: 2, childID: 4 }
      - { parentID: 2, childID: 3 }
)");
  EXPECT_EQ(ran.report.status, Status::completed) << ran.error();
  EXPECT_EQ(ran.var("i"), R"({"@type":"Integer","@value":0})");
  EXPECT_EQ(ran.ended.time_since_epoch(), std::chrono::seconds(0));
}

TEST(Flow, ContinueGoesOnWithTheNextPass) {
  const Ran ran = run_workflow(R"(
workflows:
  flow:
    enabled: true
    steps:
      - { stepID: 1, kind: iterator, ref: loopSequence, arguments: [ { target: last, type: Integer, expr: "4" } ], results: [ { target: i, type: Integer, expr: counter } ] }
      - { stepID: 2, kind: gateway, ref: excl }
      - { stepID: 3, kind: continue }
      - { stepID: 4, kind: expressions, arguments: [ { target: acc, type: String, expr: "acc + i + \",\"" } ] }
      - { stepID: 5, kind: expressions, arguments: [ { target: fin, type: Boolean, expr: "true" } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 5 }
      - { parentID: 2, childID: 3, expr: "i == 1" }
      - { parentID: 2, childID: 4 }
)",
                               R"({"acc": ""})");
  EXPECT_EQ(ran.error(), "");
  EXPECT_EQ(ran.var("acc"), R"({"@type":"String","@value":"0,2,3,"})");
}

TEST(Flow, TerminationDropsWhatStillWaits) {
  const Ran ran = run_workflow(R"(
workflows:
  flow:
    enabled: true
    steps:
      - { stepID: 1, kind: gateway, ref: fork }
      - { stepID: 2, kind: delay, arguments: [ { target: offset, type: Duration, value: "60s" } ] }
      - { stepID: 3, kind: termination }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 3 }
)");
  EXPECT_EQ(ran.report.status, Status::completed);
  EXPECT_EQ(ran.ended.time_since_epoch(), std::chrono::seconds(0));
}

TEST(Flow, LoopLinesTakesLinesThatAreThereAndThoseThatCome) {
  const Ran ran = run_workflow(R"(
workflows:
  flow:
    enabled: true
    steps:
      - { stepID: 1, kind: iterator, ref: loopLines, arguments: [ { target: stream, type: Reader, expr: text } ], results: [ { target: l, type: String, expr: line } ] }
      - { stepID: 2, kind: expressions, arguments: [ { target: acc, type: String, expr: "acc + \"[\" + l + \"]\"" } ] }
      - { stepID: 3, kind: expressions, arguments: [ { target: fin, type: Boolean, expr: "true" } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 3 }
)",
                               R"({"acc": "", "text": "one\ntwo\n\nfour\nfive"})");
  EXPECT_EQ(ran.error(), "");
  EXPECT_EQ(ran.var("acc"), R"({"@type":"String","@value":"[one][two][][four][five]"})");
}

TEST(Flow, TwoStartsAreAnError) {
  const Ran ran = run_workflow(R"(
workflows:
  flow:
    enabled: true
    steps:
      - { stepID: 1, kind: expressions, arguments: [ { target: a, type: Integer, expr: "1" } ] }
      - { stepID: 2, kind: expressions, arguments: [ { target: b, type: Integer, expr: "1" } ] }
    paths: []
)");
  EXPECT_EQ(ran.report.status, Status::failed);
  EXPECT_EQ(ran.steps, "");
}

// An error takes its own branch to the handler. What else runs in the loop goes on, and with it the
// loop; where nothing else does, the loop is left.
TEST(Flow, AnErrorInABodyLeavesItsLoopToTheOtherBranches) {
  constexpr std::string_view kBody = R"(
workflows:
  body:
    scope: { l: { "@type": Array, "@value": [ 1, 2 ] }, n: { "@type": Integer, "@value": 0 } }
    steps:
      - { stepID: 1, kind: error-handler }
      - { stepID: 2, kind: iterator, ref: loopEach, arguments: [ { target: items, type: Array, expr: l } ] }
      - { stepID: 3, kind: gateway, ref: fork }
      - { stepID: 4, kind: error, arguments: [ { target: message, type: String, value: no } ] }
      - { stepID: 5, kind: debug }
      - { stepID: 6, kind: debug }
      - { stepID: 7, kind: debug }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 7 }
      - { parentID: 2, childID: 3 }
      - { parentID: 2, childID: 6 }
      - { parentID: 3, childID: 4 }
      - { parentID: 3, childID: 5 }
)";
  EXPECT_EQ(run_workflow(kBody).steps, "1 2 3 4 5 7 2 3 4 5 7 2 6");
  const std::string alone =
      with(with(kBody, "ref: fork", "ref: excl"), "childID: 5 }", "childID: 5, expr: n > 0 }");
  EXPECT_EQ(run_workflow(alone).steps, "1 2 3 4 7");
}

}  // namespace
}  // namespace millrace
