// `millrace run`: prompts that --answers answers, and those that nobody does.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "support/millrace_binary.h"

namespace millrace {
namespace {

namespace json = boost::json;
using std::chrono::seconds;
using support::document_of;
using support::run_millrace;
using support::variable;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kAsk = R"(workflows:
  ask:
    enabled: true
    steps:
      - { stepID: 1, kind: prompt, ref: confirm, arguments: [ { target: title, type: String, value: Go? }, { target: price, type: Integer, expr: "12" } ], results: [ { target: ok, type: Boolean, expr: ok } ] }
      - { stepID: 2, kind: expressions, arguments: [ { target: done, type: Boolean, expr: "true" } ] }
    paths: [ { parentID: 1, childID: 2 } ]
)";

constexpr std::string_view kFork = R"(workflows:
  both:
    enabled: true
    steps:
      - { stepID: 1, kind: gateway, ref: fork }
      - { stepID: 2, kind: prompt, ref: first, results: [ { target: a, type: Integer, expr: a } ] }
      - { stepID: 3, kind: prompt, ref: second, results: [ { target: b, type: Integer, expr: b } ] }
      - { stepID: 4, kind: gateway, ref: join }
      - { stepID: 5, kind: expressions, arguments: [ { target: sum, type: Integer, expr: a + b } ] }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 1, childID: 3 }, { parentID: 2, childID: 4 }, { parentID: 3, childID: 4 }, { parentID: 4, childID: 5 } ]
)";

constexpr std::string_view kOuter = R"(workflows:
  outer:
    enabled: true
    steps:
      - { stepID: 1, kind: exec-workflow, arguments: [ { target: workflow, type: Handle, value: inner } ], results: [ { target: got, type: Integer, expr: n } ] }
    paths: []
  inner:
    enabled: true
    meta: { subWorkflow: true }
    steps:
      - { stepID: 1, kind: prompt, ref: number, results: [ { target: n, type: Integer, expr: n } ] }
    paths: []
)";

class Prompt : public testing::Test {
 protected:
  std::string file(std::string_view content) { return folder_.file("w.yaml", content); }
  std::string answers(std::string_view lines) { return folder_.file("answers.jsonl", lines); }
  // Runs `workflow` with those answers.
  support::ProcessResult run(std::string_view workflow, std::string_view lines,
                             std::vector<std::string> more = {"--output", "json"}) {
    std::vector<std::string> arguments{"run", file(workflow), "--answers", answers(lines)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_millrace(std::move(arguments));
  }

  support::TemporaryFolder folder_;
};

TEST_F(Prompt, IsAnsweredFromTheFileInTypedValuesOrPlainJson) {
  const auto plain = run(kAsk, R"({"step": 1, "input": {"ok": true}})");
  EXPECT_EQ(plain.status, 0) << plain.errors;
  EXPECT_EQ(plain.errors, "");
  const json::object document = document_of(plain);
  EXPECT_EQ(variable(document, "ok"), true);
  EXPECT_EQ(document.at("steps"), (json::array{1, 1, 2}));
  EXPECT_EQ(document.at("scopes"), 0);
  EXPECT_FALSE(document.contains("prompts"));
  const auto typed = run(kAsk,
                         "\n  \n"
                         R"({"step": "1", "input": {"ok": {"@type": "Boolean", "@value": true}}})"
                         "\r\n\n");
  EXPECT_EQ(variable(document_of(typed), "ok"), true);
  const auto piped = run_millrace({"run", file(kAsk), "--answers", "-", "--output", "json"},
                                  R"({"step": 1, "input": {"ok": false}})");
  EXPECT_EQ(variable(document_of(piped), "ok"), false);
}

TEST_F(Prompt, InAForkEachArmHasItsOwn) {
  const auto result = run(kFork,
                          "{\"step\": 3, \"input\": {\"b\": 2}}\n"
                          "{\"step\": 2, \"input\": {\"a\": 40}}\n");
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(variable(document_of(result), "sum"), 42);
}

TEST_F(Prompt, InALoopTakesTheAnswersInOrder) {
  const auto result = run(R"(workflows:
  loop:
    enabled: true
    scope: { all: [] }
    steps:
      - { stepID: 1, kind: iterator, ref: loopSequence, arguments: [ { target: last, type: Integer, value: 3 } ] }
      - { stepID: 2, kind: prompt, ref: number, results: [ { target: n, type: Integer, expr: n } ] }
      - { stepID: 3, kind: expressions, arguments: [ { target: all, type: Array, expr: 'push(all, n)' } ] }
      - { stepID: 4, kind: termination }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 1, childID: 4 }, { parentID: 2, childID: 3 } ]
)",
                          "{\"step\": 2, \"input\": {\"n\": 5}}\n"
                          "{\"step\": 2, \"input\": {\"n\": 6}}\n"
                          "{\"step\": 2, \"input\": {\"n\": 7}}\n"
                          "{\"step\": 2, \"input\": {\"n\": 8}}\n");
  EXPECT_EQ(result.status, 0) << result.errors;
  std::string all;
  const json::object document = document_of(result);
  for (const json::value& item : document.at("vars").at("all").at("@value").as_array()) {
    all += json::serialize(item.is_object() ? item.at("@value") : item) + " ";
  }
  EXPECT_EQ(all, "5 6 7 ");
  EXPECT_THAT(result.errors,
              AllOf(HasSubstr("no prompt asked for these answers"),
                    HasSubstr("answers.jsonl:4 (step 2)"), Not(HasSubstr("jsonl:3"))));
}

TEST_F(Prompt, OfASubWorkflowIsAnsweredByItsHandle) {
  const auto result = run(kOuter,
                          "{\"step\": 1, \"workflow\": \"outer\", \"input\": {\"n\": 1}}\n"
                          "{\"step\": 1, \"workflow\": \"inner\", \"input\": {\"n\": 2}}\n");
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(variable(document_of(result), "got"), 2);
  EXPECT_THAT(result.errors, HasSubstr("answers.jsonl:1 (step 1)"));
}

TEST_F(Prompt, DelaysBesideItPassAtOnceOnAVirtualClock) {
  std::string workflow(kFork);
  const std::string prompt =
      "kind: prompt, ref: second, results: [ { target: b, type: Integer, expr: b } ]";
  workflow.replace(workflow.find(prompt), prompt.size(),
                   "kind: delay, arguments: [ { target: offset, type: Duration, value: 24h } ]");
  workflow.replace(workflow.find("a + b"), 5, "a + 2");
  const auto result = run(workflow, "{\"step\": 2, \"input\": {\"a\": 40}}",
                          {"--output", "json", "--clock", "virtual"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(variable(document_of(result), "sum"), 42);
  const auto unanswered = run(workflow, "", {"--output", "json", "--clock", "virtual"});
  EXPECT_EQ(unanswered.status, 1);
  EXPECT_EQ(document_of(unanswered).at("status"), "prompted");
  EXPECT_GE(document_of(unanswered).at("elapsed").to_number<double>(), 86'400'000.0);
}

TEST_F(Prompt, ThatNobodyAnswersEndsTheRun) {
  const auto result = run_millrace({"run", file(kAsk)});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.output, "");
  EXPECT_THAT(result.errors,
              AllOf(HasSubstr("workflow \"ask\" waits for an answer"),
                    HasSubstr("step 1 of workflow \"ask\" asks for confirm: price = 12, "
                              "title = \"Go?\"\n"),
                    HasSubstr("--answers FILE"), HasSubstr("at a terminal")));

  const auto told = run_millrace({"run", file(kAsk), "--output", "json"});
  EXPECT_EQ(told.status, 1);
  const json::object document = document_of(told);
  EXPECT_EQ(document.at("status"), "prompted");
  EXPECT_FALSE(document.contains("error"));
  EXPECT_EQ(document.at("scopes"), 0);
  EXPECT_EQ(json::serialize(document.at("prompts")),
            R"([{"workflow":"ask","step":1,"ref":"confirm","payload":{"price":{"@type":"Integer",)"
            R"("@value":12},"title":{"@type":"String","@value":"Go?"}}}])");
}

TEST_F(Prompt, ThatNobodyAnswersInAnArmOrASubWorkflowEndsTheRun) {
  const auto fork = run(kFork, "{\"step\": 2, \"input\": {\"a\": 40}}");
  EXPECT_EQ(fork.status, 1);
  EXPECT_EQ(document_of(fork).at("status"), "prompted");
  EXPECT_EQ(document_of(fork).at("prompts").as_array().size(), 1U);
  EXPECT_EQ(document_of(fork).at("prompts").at(0).at("step"), 3);

  const json::object inner = document_of(run(kOuter, ""));
  EXPECT_EQ(inner.at("workflow"), "outer");
  EXPECT_EQ(inner.at("status"), "prompted");
  EXPECT_EQ(inner.at("prompts").at(0).at("workflow"), "inner");
  EXPECT_EQ(inner.at("scopes"), 0);
}

// One that is not waited for neither keeps the run nor changes how it ended.
TEST_F(Prompt, OfASessionThatNobodyWaitsForIsLeftAndToldOf) {
  std::string workflow(kOuter);
  const std::string value = "value: inner }";
  workflow.replace(workflow.find(value), value.size(),
                   "value: inner }, { target: wait, type: Boolean, expr: \"false\" }");
  workflow.replace(workflow.find("target: got, type: Integer, expr: n"), 35,
                   "target: id, type: ID, expr: sessionID");
  const auto result = run(workflow, "", {});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.errors, AllOf(HasSubstr("\"outer\" completed"),
                                   HasSubstr("step 1 of workflow \"inner\" asks for number")));
  workflow.replace(workflow.find("expr: n }"), 9, "expr: n.x.y }");
  const auto failed = run(workflow, R"({"step": 1, "input": {"n": 1}})", {});
  EXPECT_EQ(failed.status, 0);
  EXPECT_THAT(failed.errors,
              AllOf(HasSubstr("workflow \"inner\", which nobody waits for, failed: step 1"),
                    HasSubstr("\"outer\" completed")));
}

TEST_F(Prompt, BadLinesAreToldWithTheirPlaceBeforeAnythingRuns) {
  const struct {
    std::string_view line;
    std::string_view says;
  } kLines[] = {
      {"{", "bad JSON at line 2"},
      {"[1]", "one JSON object"},
      {R"({"input": {}})", "\"step\""},
      {R"({"step": 1.5, "input": {}})", "\"step\""},
      {R"({"step": 1})", "\"input\""},
      {R"({"step": 1, "input": [1]})", "\"input\""},
      {R"({"step": 1, "input": {"n": {"@type": "Integer", "@value": "x"}}})", "Integer"},
      {R"({"step": 1, "input": {}, "workflow": 3})", "\"workflow\""},
      {R"({"step": 1, "inputs": {}, "input": {}})", "\"inputs\""},
  };
  for (const auto& [line, says] : kLines) {
    const auto result =
        run(kAsk, "{\"step\": 1, \"input\": {}}\n" + std::string(line) + "\n", {"--trace"});
    EXPECT_EQ(result.status, 2) << line;
    EXPECT_THAT(result.errors, AllOf(HasSubstr("answers.jsonl:2: "), HasSubstr(std::string(says)),
                                     Not(HasSubstr("prompt confirm"))));
  }
  EXPECT_EQ(run_millrace({"run", file(kAsk), "--answers", "missing.jsonl"}).status, 2);
  const auto twice = run_millrace({"run", "-", "--answers", "-"}, std::string(kAsk));
  EXPECT_EQ(twice.status, 2);
  EXPECT_THAT(twice.errors, HasSubstr("--answers"));
}

TEST_F(Prompt, TheAnswerMustSuitWhatTheStepMakesOfIt) {
  const auto result = run(kFork,
                          "{\"step\": 2, \"input\": {\"a\": \"forty\"}}\n"
                          "{\"step\": 3, \"input\": {\"b\": 2}}\n");
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(document_of(result).at("status"), "failed");
  EXPECT_EQ(document_of(result).at("error").at("step"), 2);
}

// ---- asked at the terminal

class AtTerminal : public Prompt {
 protected:
  support::ProcessSetup at_terminal(std::string_view workflow, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"run", file(workflow), "--output", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    support::ProcessSetup setup = support::millrace(std::move(arguments));
    setup.at_terminal = true;
    return setup;
  }
};

TEST_F(AtTerminal, AQuestionShowsThePayloadAndTakesAssignments) {
  std::string workflow(kAsk);
  workflow.replace(workflow.find("value: Go?"), 10, R"(value: "Go\u001b[2J?")");
  support::Process process(at_terminal(workflow));
  ASSERT_TRUE(process.has_said("> ")) << process.errors_so_far();
  EXPECT_THAT(process.errors_so_far(),
              AllOf(HasSubstr("step 1 of workflow \"ask\" asks for confirm"),
                    HasSubstr("price = 12"), HasSubstr("title = Go\\x1b[2J?")));
  process.type("ok = true\n\n");
  const auto result = process.wait(seconds(20));
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(variable(document_of(result), "ok"), true);
}

TEST_F(AtTerminal, ABadAnswerIsSaidAndAskedAgain) {
  support::Process process(at_terminal(kFork));
  ASSERT_TRUE(process.has_said("asks for first"));
  process.type("forty\n\n");
  ASSERT_TRUE(process.has_said("write NAME=VALUE")) << process.errors_so_far();
  process.type("{\"a\": }\n");
  ASSERT_TRUE(process.has_said("bad JSON")) << process.errors_so_far();
  process.type("{\n  \"a\": 40\n}\n");
  ASSERT_TRUE(process.has_said("asks for second")) << process.errors_so_far();
  process.type("b=2\n\n");
  const auto result = process.wait(seconds(20));
  EXPECT_EQ(variable(document_of(result), "sum"), 42) << result.errors;
}

TEST_F(AtTerminal, AnswersOfTheFileComeFirst) {
  support::Process process(
      at_terminal(kFork, {"--answers", answers("{\"step\": 3, \"input\": {\"b\": 2}}")}));
  ASSERT_TRUE(process.has_said("asks for first"));
  process.type("{\"a\": 40}\n");
  const auto result = process.wait(seconds(20));
  EXPECT_EQ(variable(document_of(result), "sum"), 42) << result.errors;
  EXPECT_THAT(result.errors, Not(HasSubstr("asks for second")));
}

TEST_F(AtTerminal, TheEndOfTheInputGivesUp) {
  support::Process process(at_terminal(kFork));
  ASSERT_TRUE(process.has_said("> "));
  process.type("\x04");
  const auto result = process.wait(seconds(20));
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(document_of(result).at("status"), "prompted");
  EXPECT_EQ(document_of(result).at("prompts").as_array().size(), 2U);
  EXPECT_EQ(document_of(result).at("scopes"), 0);
}

TEST_F(AtTerminal, AnInterruptEndsTheRun) {
  support::Process process(at_terminal(kAsk));
  ASSERT_TRUE(process.has_said("> "));
  process.type("\x03");
  const auto result = process.wait(seconds(20));
  EXPECT_EQ(result.status, 130);
  EXPECT_EQ(document_of(result).at("status"), "canceled");
  EXPECT_EQ(document_of(result).at("scopes"), 0);
}

TEST_F(AtTerminal, TheLimitOfTheStepHoldsWhileThePersonThinks) {
  std::string workflow(kAsk);
  workflow.replace(workflow.find("ref: confirm,"), 13, "ref: confirm, limits: { timeout: 300ms },");
  for (const char* clock : {"real", "virtual"}) {
    support::Process process(at_terminal(workflow, {"--clock", clock}));
    ASSERT_TRUE(process.has_said("> "));
    process.type("ok=tr");
    const auto result = process.wait(seconds(20));
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.errors, HasSubstr("no longer waits for an answer"));
    const json::object document = document_of(result);
    EXPECT_EQ(document.at("status"), "failed");
    EXPECT_EQ(document.at("error").at("kind"), "deadline");
    EXPECT_THAT(std::string(document.at("error").at("message").as_string()),
                HasSubstr("limits.timeout of step 1"));
    EXPECT_EQ(document.at("scopes"), 0);
  }
}

TEST_F(AtTerminal, OtherBranchesGoOnMeanwhile) {
  std::string workflow(kFork);
  const std::string prompt =
      "kind: prompt, ref: second, results: [ { target: b, type: Integer, expr: b } ]";
  workflow.replace(workflow.find(prompt), prompt.size(),
                   "kind: delay, arguments: [ { target: offset, type: Duration, value: 100ms } ]");
  workflow.replace(workflow.find("a + b"), 5, "a + 2");
  std::vector<std::string> arguments{"run", file(workflow), "--trace"};
  support::ProcessSetup setup = support::millrace(std::move(arguments));
  setup.at_terminal = true;
  support::Process process(setup);
  ASSERT_TRUE(process.has_said("step 3 delay: over")) << process.errors_so_far();
  process.type("a=40\n\n");
  const auto result = process.wait(seconds(20));
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.output, HasSubstr("sum = 42"));
}

}  // namespace
}  // namespace millrace
