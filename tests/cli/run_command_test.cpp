// `millrace run`: its document, its options, its exit status.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <set>

#include "support/bodies.h"
#include "support/millrace_binary.h"
#include "support/raw_server.h"

namespace millrace {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using support::document_of;
using support::run_millrace;
using support::TemporaryFolder;
using support::variable;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kDouble = R"(workflows:
  double:
    enabled: true
    scope: { n: { "@type": Integer, "@value": 2 } }
    steps:
      - { stepID: 1, kind: expressions, arguments: [ { target: m, type: Integer, expr: n * 2 } ] }
      - { stepID: 2, kind: expressions, arguments: [ { target: k, type: Integer, expr: m + 1 } ] }
    paths:
      - { parentID: 1, childID: 2 }
)";

class RunCommand : public testing::Test {
 protected:
  std::string file(std::string_view content, const std::string& name = "w.yaml") {
    return folder_.file(name, content);
  }
  json::object run_json(std::vector<std::string> arguments, int status = 0) {
    arguments.insert(arguments.begin(), {"run", "--output", "json"});
    const auto result = run_millrace(std::move(arguments));
    EXPECT_EQ(result.status, status) << result.errors;
    return document_of(result);
  }

  TemporaryFolder folder_;
};

TEST_F(RunCommand, TheDocumentHasTheFieldsOfTheSpec) {
  const json::object document = run_json({file(kDouble)});
  EXPECT_EQ(document.at("workflow"), "double");
  EXPECT_TRUE(document.at("sessionID").is_string());
  EXPECT_EQ(document.at("status"), "completed");
  EXPECT_EQ(document.at("steps"), (json::array{1, 2}));
  EXPECT_EQ(document.at("scopes"), 0);
  EXPECT_TRUE(document.at("elapsed").is_number());
  EXPECT_FALSE(document.contains("error"));
  EXPECT_FALSE(document.contains("issues"));
  EXPECT_EQ(document.at("vars").at("m"), (json::object{{"@type", "Integer"}, {"@value", 4}}));
  EXPECT_FALSE(document.at("vars").as_object().contains("invoker"));
}

TEST_F(RunCommand, TextIsAVariableALineOnStdoutAndTheRestOnStderr) {
  const auto result = run_millrace({"run", file(kDouble)});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.output,
              AllOf(HasSubstr("m = 4\n"), HasSubstr("k = 5\n"), Not(HasSubstr("\033"))));
  EXPECT_THAT(result.errors, AllOf(HasSubstr("\"double\" completed"), Not(HasSubstr("\033"))));
}

TEST_F(RunCommand, ReadsTheWorkflowOrTheInputFromStandardInput) {
  const auto piped = run_millrace({"run", "-", "--output", "json"}, std::string(kDouble));
  EXPECT_EQ(variable(document_of(piped), "m"), 4);
  const auto input =
      run_millrace({"run", file(kDouble), "--input", "-", "--output", "json"}, "{\"n\": 21}");
  EXPECT_EQ(variable(document_of(input), "m"), 42);
}

TEST_F(RunCommand, InputIsTypedOrPlainAndVariablesAreExpressions) {
  const std::string workflow = file(kDouble);
  EXPECT_EQ(
      variable(run_json({workflow, "--input-json", R"({"n": {"@type": "Integer", "@value": 8}})"}),
               "m"),
      16);
  EXPECT_EQ(variable(run_json({workflow, "--input-json", R"({"n": 8})"}), "m"), 16);
  EXPECT_EQ(variable(run_json({workflow, "--input", folder_.file("in.json", R"({"n": 9})")}), "m"),
            18);
  const json::object both = run_json({workflow, "--var", "n=3*5", "--var", "t=\"a\"+\"b\""});
  EXPECT_EQ(variable(both, "m"), 30);
  EXPECT_EQ(variable(both, "t"), "ab");
  EXPECT_EQ(run_json({workflow, "--input-json", "{}"}).at("vars").at("n").at("@type"), "Integer");
}

TEST_F(RunCommand, StartsAtTheStepThatIsNamed) {
  const json::object document = run_json({file(kDouble), "--step", "2", "--var", "m=10"});
  EXPECT_EQ(document.at("steps"), (json::array{2}));
  EXPECT_EQ(variable(document, "k"), 11);
}

TEST_F(RunCommand, SeveralWorkflowsNeedAName) {
  std::string other(kDouble);
  other.replace(other.find("double"), 6, "second");
  const std::string one = file(kDouble, "one.yaml");
  const std::string two = file(other, "two.yaml");
  const auto neither = run_millrace({"run", one, two});
  EXPECT_EQ(neither.status, 2);
  EXPECT_THAT(neither.errors,
              AllOf(HasSubstr("--workflow"), HasSubstr("double"), HasSubstr("second")));
  EXPECT_EQ(run_json({one, two, "--workflow", "second"}).at("workflow"), "second");
}

TEST_F(RunCommand, JsonDefinitionsRunToo) {
  const std::string definition = R"({"workflows": [{"handle": "json", "enabled": true, "steps": [
    {"stepID": "1", "kind": "expressions", "arguments": [{"target": "a", "type": "Integer", "expr": "1"}]}],
    "paths": [], "triggers": []}]})";
  EXPECT_EQ(variable(run_json({file(definition, "w.json")}), "a"), 1);
}

TEST_F(RunCommand, AFailureNamesKindMessageAndStep) {
  const std::string failing = file(R"(workflows:
  flow:
    enabled: true
    steps:
      - { stepID: 3, kind: error, arguments: [ { target: message, type: String, expr: '"no flour"' } ] }
    paths: []
)");
  const json::object document = run_json({failing}, 1);
  EXPECT_EQ(document.at("status"), "failed");
  EXPECT_EQ(document.at("error").at("step"), 3);
  EXPECT_THAT(std::string(document.at("error").at("message").as_string()), HasSubstr("no flour"));
  EXPECT_TRUE(document.at("error").at("kind").is_string());
  EXPECT_EQ(document.at("scopes"), 0);
  const auto text = run_millrace({"run", failing});
  EXPECT_EQ(text.status, 1);
  EXPECT_THAT(text.errors,
              AllOf(HasSubstr("no flour"), HasSubstr("step 3"), HasSubstr("\"flow\"")));
}

TEST_F(RunCommand, IssuesComeAllAtOnceWithStatus3) {
  const auto result = run_millrace({"run", "--output", "json", file(R"(workflows:
  flow:
    enabled: true
    steps:
      - { stepID: 1, kind: expressions, arguments: [ { target: a, type: Integr, expr: "1" } ] }
      - { stepID: 2, kind: gateway, ref: maybe }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 2, childID: 9 }
)")});
  EXPECT_EQ(result.status, 3);
  const json::object document = document_of(result);
  EXPECT_EQ(document.at("workflow"), "flow");
  EXPECT_EQ(document.at("sessionID"), "0");  // none was begun
  std::set<std::string> culprits;
  for (const json::value& issue : document.at("issues").as_array()) {
    culprits.insert(json::serialize(issue.at("culprit")));
    EXPECT_FALSE(issue.at("description").as_string().empty());
  }
  EXPECT_THAT(culprits, ElementsAre("{\"path\":1}", "{\"step\":0}", "{\"step\":1}"));
}

TEST_F(RunCommand, TraceShowsEachStepWhileItRuns) {
  const auto result = run_millrace({"run", "--trace", file(kDouble)});
  EXPECT_THAT(result.errors,
              AllOf(HasSubstr("step 1"), HasSubstr("step 2"), HasSubstr("expressions")));
}

constexpr std::string_view kDelay = R"(workflows:
  nap:
    enabled: true
    steps:
      - { stepID: 1, kind: delay, arguments: [ { target: offset, type: Duration, value: 1h } ] }
      - { stepID: 2, kind: expressions, arguments: [ { target: done, type: Boolean, expr: "true" } ] }
    paths:
      - { parentID: 1, childID: 2 }
)";

TEST_F(RunCommand, OnAVirtualClockDelaysPassAtOnce) {
  const auto result = run_millrace({"run", "--clock", "virtual", "--output", "json", file(kDelay)});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_LT(result.elapsed, seconds(10));
  EXPECT_GE(document_of(result).at("elapsed").to_number<double>(), 3'600'000.0);
}

TEST_F(RunCommand, TheSessionsTimeoutEndsADelay) {
  const auto result = run_millrace({"run", "--timeout", "200ms", "--output", "json", file(kDelay)});
  EXPECT_EQ(result.status, 1);
  EXPECT_LT(result.elapsed, seconds(10));
  const json::object document = document_of(result);
  EXPECT_EQ(document.at("status"), "failed");
  EXPECT_EQ(document.at("error").at("kind"), "deadline");
  EXPECT_THAT(std::string(document.at("error").at("message").as_string()), HasSubstr("--timeout"));
  EXPECT_EQ(document.at("scopes"), 0);
}

// ---- readers in a result

std::string hand_over_body(const std::string& url) {
  return R"(workflows:
  flow:
    enabled: true
    steps:
      - stepID: 1
        kind: function
        ref: httpRequestSend
        arguments:
          - { target: url, type: String, value: ")" +
         url + R"(" }
          - { target: timeout, type: Duration, value: 20s }
        results: [ { target: body, type: Reader, expr: body } ]
    paths: []
)";
}

TEST_F(RunCommand, AReaderInTheResultIsShown) {
  support::RawServer server(support::RawServer::each_request(
      [](support::Connection& connection, const support::Request&) {
        connection.send(support::answer("some text"));
      }));
  const json::object document = run_json({file(hand_over_body(server.url()))});
  EXPECT_EQ(document.at("vars").at("body"),
            (json::object{{"@type", "Reader"}, {"@value", "some text"}}));
  EXPECT_EQ(document.at("scopes"), 0);
}

TEST_F(RunCommand, ALongReaderIsCutOffAt64KiB) {
  const std::string body = support::numbered_lines(1U << 20U);
  support::RawServer server(support::RawServer::each_request(
      [&](support::Connection& connection, const support::Request&) {
        connection.send(support::answer(body));
      }));
  const json::object reader =
      run_json({file(hand_over_body(server.url()))}).at("vars").at("body").as_object();
  EXPECT_EQ(reader.at("@truncated"), true);
  EXPECT_EQ(std::string(reader.at("@value").as_string()), body.substr(0, 64U << 10U));
}

TEST_F(RunCommand, AStalledReaderDelaysTheEndByASecondAtMost) {
  support::RawServer server([](support::Connection& connection) {
    connection.read_request();
    connection.send(support::head_for(1000) + "so far");
    connection.stall_until_closed();
  });
  const auto result = run_millrace({"run", "--output", "json", file(hand_over_body(server.url()))});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_GE(result.elapsed, milliseconds(900));
  EXPECT_LT(result.elapsed, seconds(support::is_sanitized() ? 6 : 3));
  const json::object document = document_of(result);
  EXPECT_EQ(variable(document, "body"), "so far");
  EXPECT_EQ(document.at("vars").at("body").at("@truncated"), true);
  EXPECT_EQ(document.at("scopes"), 0);
  EXPECT_TRUE(server.wait_all_closed(seconds(2)));
}

TEST_F(RunCommand, AResultThatIsPipedAwayIsNoCrash) {
  const auto result =
      support::run_process({.arguments = {"/bin/sh", "-c", "\"$0\" run \"$1\" | :; exit 0",
                                          MILLRACE_BINARY, file(kDouble)}});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.errors, Not(HasSubstr("terminate")));
}

TEST_F(RunCommand, TheTimeoutIsAlsoOfWhatIsBegunWithoutWaiting) {
  const auto result = run_millrace(
      {"run", "--output", "json", "--workflow", "ping", "--timeout", "300ms", file(R"(workflows:
  ping:
    steps:
      - { stepID: 1, kind: delay, arguments: [ { target: offset, type: Duration, value: 10ms } ] }
      - { stepID: 2, kind: exec-workflow, arguments: [ { target: workflow, type: Handle, value: pong }, { target: wait, type: Boolean, value: false } ] }
    paths: [ { parentID: 1, childID: 2 } ]
  pong:
    steps:
      - { stepID: 1, kind: exec-workflow, arguments: [ { target: workflow, type: Handle, value: ping }, { target: wait, type: Boolean, value: false } ] }
    paths: []
)")});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("had not ended within --timeout"));
  EXPECT_EQ(document_of(result).at("cutOff"), 1);
  EXPECT_LT(result.elapsed, seconds(20));
}

// As where the operator has set a limit for the process.
TEST_F(RunCommand, WithoutMemoryTheSessionFailsAndSaysSo) {
  if (support::is_sanitized()) GTEST_SKIP() << "address space is not what it needs here";
  const std::string grows = file(R"(workflows:
  grows:
    scope: { l: { "@type": Array, "@value": [] } }
    steps:
      - { stepID: 1, kind: debug }
      - { stepID: 2, kind: expressions, arguments: [ { target: l, type: Array, expr: 'push(l, repeat("x", 10000))' } ] }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 2, childID: 2 } ]
)");
  support::ProcessSetup setup = support::millrace({"run", grows});
  setup.arguments.insert(setup.arguments.begin(),
                         {"/bin/bash", "-c", "ulimit -v 400000; exec \"$0\" \"$@\""});
  const auto result = support::run_process(setup, seconds(60));
  EXPECT_EQ(result.signal, 0) << result.errors;
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors,
              HasSubstr("the process has no memory left for the session's variables"));
}

}  // namespace
}  // namespace millrace
