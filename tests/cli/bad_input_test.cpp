// Bad input: one line on stderr that says what is wrong, where, and what to do; the exit status of
// the spec; no crash.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "support/millrace_binary.h"
#include "support/raw_server.h"

namespace millrace {
namespace {

using std::literals::string_literals::operator""s;
using support::ProcessResult;
using support::run_millrace;
using support::TemporaryFolder;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::MatchesRegex;

std::string workflow(const std::string& steps, const std::string& paths = "[]") {
  return "workflows:\n  flow:\n    enabled: true\n    steps:\n" + steps + "    paths: " + paths +
         "\n";
}

std::string request(const std::string& url) {
  return workflow(
      "      - stepID: 1\n        kind: function\n        ref: httpRequestSend\n"
      "        arguments: [ { target: url, type: String, value: \"" +
      url + "\" } ]\n");
}

class BadInput : public testing::Test {
 protected:
  ProcessResult run(const std::string& content) {
    return run_millrace({"run", folder_.file("w.yaml", content)});
  }

  // One line on stderr, that names the program or the file, and nothing that only a programmer
  // reads.
  static void expect_one_line(const ProcessResult& result, int status) {
    EXPECT_EQ(result.status, status) << result.errors;
    EXPECT_EQ(result.signal, 0);
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1) << result.errors;
    EXPECT_LT(result.errors.size(), 1000U) << result.errors;
    EXPECT_THAT(result.errors,
                testing::Not(AnyOf(HasSubstr("terminate called"), HasSubstr("bug"))));
  }

  // The definition has one issue: its first line says all; what follows only shows the place in an
  // expression, and that nothing was run.
  static void expect_one_issue(const ProcessResult& result, const std::string& what) {
    EXPECT_EQ(result.status, 3) << result.errors;
    EXPECT_EQ(result.output, "");
    EXPECT_THAT(result.errors, MatchesRegex(".*w\\.yaml:[0-9]+:[0-9]+: error: (.|\\n)*"));
    EXPECT_THAT(result.errors.substr(0, result.errors.find('\n')), HasSubstr(what));
    const std::regex issue(": error: ");
    EXPECT_EQ(
        std::distance(std::sregex_iterator(result.errors.begin(), result.errors.end(), issue), {}),
        1)
        << result.errors;
  }

  TemporaryFolder folder_;
};

TEST_F(BadInput, AMissingFile) {
  const auto result = run_millrace({"run", "nowhere/at-all.yaml"});
  expect_one_line(result, 2);
  EXPECT_THAT(result.errors, AllOf(HasSubstr("nowhere/at-all.yaml"), HasSubstr("o such file")));
}

TEST_F(BadInput, AFolderInsteadOfAFile) {
  const auto result = run_millrace({"run", folder_.path().string()});
  expect_one_line(result, 2);
  EXPECT_THAT(result.errors, HasSubstr(folder_.path().string()));
}

TEST_F(BadInput, AFileThatIsNotYaml) {
  const auto result = run("workflows: [ {\n");
  expect_one_line(result, 2);
  EXPECT_THAT(result.errors, MatchesRegex(".*w\\.yaml:[0-9]+:[0-9]+.*\n"));
  expect_one_line(run("\0\1\2\xff\xfe garbage \x80"s), 2);
  expect_one_line(run("just some words, no map\n"), 2);
  expect_one_line(run(""), 2);
}

TEST_F(BadInput, JsonThatBreaksOff) {
  const auto result =
      run_millrace({"run", folder_.file("w.json", "{\"workflows\": [{\"handle\": \n")});
  expect_one_line(result, 2);
  EXPECT_THAT(result.errors, MatchesRegex(".*w\\.json:[0-9]+:[0-9]+.*\n"));
}

TEST_F(BadInput, ACyclicAlias) {
  const auto result = run("workflows: &a\n  w:\n    steps: *a\n");
  expect_one_line(result, 2);
  EXPECT_THAT(result.errors, AllOf(HasSubstr("w.yaml:"), HasSubstr("alias")));
}

TEST_F(BadInput, AliasesThatGrowWithoutEnd) {
  std::string laughs = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int n = 0; n < 10; ++n) laughs += (n > 0 ? ", " : "") + before;
    laughs += "]\n";
  }
  const auto result = run(laughs + "workflows: { flow: { meta: *a11, steps: [] } }\n");
  expect_one_line(result, 2);
  EXPECT_LT(result.peak_memory, std::size_t{512} << 20U);
}

TEST_F(BadInput, AMillionNestedBrackets) {
  for (const std::string opening : {"[", "{a: ", "- "}) {
    std::string nested;
    for (int i = 0; i < 1'000'000; ++i) nested += opening;
    const auto result = run(nested);
    expect_one_line(result, 2);
    EXPECT_THAT(result.errors, AnyOf(HasSubstr("deep"), HasSubstr("nest"))) << opening;
    EXPECT_LT(result.elapsed, std::chrono::seconds(support::is_sanitized() ? 60 : 10));
  }
}

TEST_F(BadInput, AMillionNestedBracketsInJsonFromStdin) {
  const auto result = run_millrace({"run", "-"}, std::string(1'000'000, '['));
  expect_one_line(result, 2);
}

TEST_F(BadInput, AMillionNestedBracketsInAnExpression) {
  const auto result =
      run(workflow("      - stepID: 1\n        kind: expressions\n"
                   "        arguments: [ { target: a, type: Any, expr: \"" +
                   std::string(1'000'000, '(') + "\" } ]\n"));
  EXPECT_THAT(result.status, AnyOf(2, 3)) << result.errors.substr(0, 500);
  EXPECT_LT(result.errors.size(), 2000U);
}

TEST_F(BadInput, AnUnknownStepKind) {
  const auto result = run(workflow("      - { stepID: 1, kind: expresions, arguments: [] }\n"));
  expect_one_issue(result, "\"expresions\"");
  EXPECT_THAT(result.errors, AllOf(HasSubstr("w.yaml:5:"), HasSubstr("\"expressions\"")));
}

TEST_F(BadInput, AnExpressionThatDoesNotParse) {
  const auto result =
      run(workflow("      - stepID: 1\n        kind: expressions\n"
                   "        arguments: [ { target: a, type: Any, expr: '1 + ' } ]\n"));
  expect_one_issue(result, "argument \"a\"");
  EXPECT_THAT(result.errors, HasSubstr("w.yaml:7:"));
}

TEST_F(BadInput, AUrlWithABadPort) {
  const auto result = run(request("http://127.0.0.1:99999/"));
  expect_one_line(result, 1);
  EXPECT_THAT(result.errors, AllOf(HasSubstr("port"), HasSubstr("step 1"), HasSubstr("99999")));
}

TEST_F(BadInput, AUrlOfAnotherScheme) {
  const auto result = run(request("file:///etc/passwd"));
  expect_one_line(result, 1);
  EXPECT_THAT(result.errors, AllOf(HasSubstr("file"), HasSubstr("http"), HasSubstr("step 1")));
}

TEST_F(BadInput, ANameThatCannotBeResolved) {
  const auto result = run(request("http://no-such-host.invalid/"));
  expect_one_line(result, 1);
  EXPECT_THAT(result.errors, AllOf(HasSubstr("no-such-host.invalid"), HasSubstr("step 1")));
  EXPECT_LT(result.elapsed, std::chrono::seconds(30));
}

TEST_F(BadInput, ARefusedConnection) {
  std::string url;
  {
    support::RawServer server([](support::Connection&) {});
    url = server.url();
  }
  const auto result = run(request(url));
  expect_one_line(result, 1);
  EXPECT_THAT(result.errors,
              AllOf(HasSubstr("127.0.0.1:"), HasSubstr("refused"), HasSubstr("step 1")));
}

TEST_F(BadInput, InputThatIsNoObject) {
  const std::string file =
      folder_.file("w.yaml", workflow("      - { stepID: 1, kind: termination }\n"));
  for (const std::string input :
       {"[1]", "{", "7", "{\"n\": {\"@type\": \"Integr\", \"@value\": 1}}",
        "{\"n\": {\"@type\": \"Integer\", \"@value\": \"x\"}}"}) {
    const auto result = run_millrace({"run", file, "--input-json", input});
    expect_one_line(result, 2);
    EXPECT_THAT(result.errors, HasSubstr("--input-json")) << input;
  }
  const auto missing = run_millrace({"run", file, "--input", "nowhere.json"});
  expect_one_line(missing, 2);
  EXPECT_THAT(missing.errors, HasSubstr("nowhere.json"));
}

TEST_F(BadInput, OptionsThatAreWrong) {
  const std::string file =
      folder_.file("w.yaml", workflow("      - { stepID: 1, kind: termination }\n"));
  EXPECT_EQ(run_millrace({"run"}).status, 2);
  EXPECT_EQ(run_millrace({"run", file, "--nonsense"}).status, 2);
  EXPECT_EQ(run_millrace({"nonsense"}).status, 2);
  EXPECT_EQ(run_millrace({}).status, 2);
  EXPECT_EQ(run_millrace({"run", file, "--output", "xml"}).status, 2);
  for (const std::string timeout : {"soon", "-5s", "0s", "1d", ""}) {
    EXPECT_EQ(run_millrace({"run", file, "--timeout=" + timeout}).status, 2) << timeout;
  }
  EXPECT_EQ(run_millrace({"run", file, "--timeout", ""}).status, 2);
  EXPECT_EQ(run_millrace({"run", file, "--input-json", ""}).status, 2);
  const auto step = run_millrace({"run", file, "--step", "77"});
  expect_one_line(step, 2);
  EXPECT_THAT(step.errors, HasSubstr("77"));
  const auto variable = run_millrace({"run", file, "--var", "x=1+"});
  expect_one_line(variable, 2);
  EXPECT_THAT(variable.errors, HasSubstr("--var"));
  const auto handle = run_millrace({"run", file, "--workflow", "v"});
  expect_one_line(handle, 2);
  EXPECT_THAT(handle.errors, AllOf(HasSubstr("\"v\""), HasSubstr("flow")));
}

}  // namespace
}  // namespace millrace
