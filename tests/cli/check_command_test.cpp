// `millrace check`: what it prints, where it points, and what it returns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/millrace_binary.h"

namespace millrace {
namespace {

using support::run_millrace;
using support::TemporaryFolder;
using testing::HasSubstr;

constexpr std::string_view kBroken =
    "workflows:\n"
    "  orders:\n"
    "    steps:\n"
    "      - { stepID: 1, kind: expressions, arguments: [ { target: a, expr: \"1 + )\" } ] }\n"
    "      - { stepID: 2, kind: function, ref: loginfo }\n"
    "    paths:\n"
    "      - { parentID: 1, childID: 9 }\n";

constexpr std::string_view kDoubtful =
    "roles: []\n"
    "workflows:\n"
    "  orders:\n"
    "    steps:\n"
    "      - { stepID: 1, kind: debug }\n"
    "      - { stepID: 2, kind: debug }\n";

class Check : public testing::Test {
 protected:
  TemporaryFolder folder_;
};

TEST_F(Check, PointsAtEveryIssue) {
  const std::string file = folder_.file("w.yaml", std::string(kBroken));
  const auto result = run_millrace({"check", file});
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(
      result.output,
      file +
          ":4:78: error: argument \"a\" cannot be read: expected a value, found \")\"; a value "
          "is a variable, a number, a text in quotes, or a function's call\n"
          "      - { stepID: 1, kind: expressions, arguments: [ { target: a, expr: \"1 + )\" } "
          "] }\n"
          "                                                                             ^\n" +
          file +
          ":5:43: error: unknown function \"loginfo\"; did you mean \"logInfo\"?\n"
          "      - { stepID: 2, kind: function, ref: loginfo }\n"
          "                                          ^\n" +
          file +
          ":7:33: error: the path leads nowhere: there is no step \"9\"; childID must be one "
          "of 1, 2\n"
          "      - { parentID: 1, childID: 9 }\n"
          "                                ^\n" +
          file +
          ":5:9: warning: no path leads to the steps 1, 2: with more than one start a session "
          "must be told where to begin (run --step ID)\n"
          "      - { stepID: 2, kind: function, ref: loginfo }\n"
          "        ^\n");
  EXPECT_EQ(result.errors, "3 issues, 1 warning in 1 file\n");
}

// The condition of each argument is wrong at the same character: "a + )".
TEST_F(Check, FindsThePlaceInEveryKindOfScalar) {
  const std::string file = folder_.file("w.yaml",
                                        "workflows:\n"
                                        "  orders:\n"
                                        "    steps:\n"
                                        "      - stepID: 1\n"
                                        "        kind: expressions\n"
                                        "        arguments:\n"
                                        "          - { target: plain, expr: a + ) }\n"
                                        "          - { target: single, expr: 'a + ''x'' + )' }\n"
                                        "          - { target: double, expr: \"\\\"日\\\" + )\" }\n"
                                        "          - target: block\n"
                                        "            expr: |\n"
                                        "              a\n"
                                        "              \t+ )\n"
                                        "          - target: folded\n"
                                        "            expr: >\n"
                                        "              a\n"
                                        "              + )\n");
  const std::string output = run_millrace({"check", file}).output;
  const auto expect_place = [&](std::string_view place, std::string_view lines) {
    const std::size_t begin = output.find(file + std::string(place) + " error: ");
    ASSERT_NE(begin, std::string::npos) << place << "\n" << output;
    const std::size_t first = output.find('\n', begin) + 1;
    EXPECT_EQ(output.substr(first, lines.size()), lines);
  };
  expect_place(":7:40:",
               "          - { target: plain, expr: a + ) }\n"
               "                                       ^\n");
  expect_place(":8:50:",
               "          - { target: single, expr: 'a + ''x'' + )' }\n"
               "                                                 ^\n");
  expect_place(":9:46:",
               "          - { target: double, expr: \"\\\"日\\\" + )\" }\n"
               "                                              ^\n");
  expect_place(":13:18:",
               "                + )\n"
               "                  ^\n");
  // Where lines are folded the file's own cannot be told: the expression is shown.
  expect_place(":16:15:",
               "      a + )\n"
               "          ^\n");
}

TEST_F(Check, FindsThePlaceInJson) {
  const std::string file = folder_.file(
      "w.json",
      R"json({"handle": "orders", "steps": [{"stepID": "1", "kind": "expressions", "arguments": [)json"
      R"json({"target": "a", "expr": "\"x\" + nothing(\"y\")"}]}], "paths": []})json");
  const auto result = run_millrace({"check", file});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.output,
              HasSubstr(file + ":1:118: warning: there is no function \"nothing\": the expression "
                               "will fail\n..."));
  EXPECT_THAT(result.output, testing::EndsWith(" ^~~~~~~~~~~~\n"));
}

TEST_F(Check, PrintsTheSameFromRun) {
  const std::string file = folder_.file("w.yaml", std::string(kBroken));
  const auto checked = run_millrace({"check", file});
  const auto run = run_millrace({"run", file});
  EXPECT_EQ(run.status, 3);
  const std::string errors = checked.output.substr(0, checked.output.find(file + ":5:9: warning"));
  EXPECT_EQ(run.errors, errors + "millrace: the definition has issues and was not run\n");
}

TEST_F(Check, GivesADocumentForPrograms) {
  const std::string file = folder_.file("w.yaml", std::string(kBroken));
  const auto result = run_millrace({"check", "--output", "json", file});
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.output, testing::StartsWith("{\"issues\":[{\"culprit\":{\"step\":0},"));
  EXPECT_THAT(result.output, HasSubstr("\"line\":4,\"column\":78,\"expression\":{\"line\":1,"
                                       "\"column\":5}}"));
  EXPECT_THAT(result.output, HasSubstr("{\"culprit\":{\"path\":0},"));
  EXPECT_THAT(result.output, HasSubstr("],\"warnings\":[{"));
  EXPECT_EQ(result.errors, "");
}

TEST_F(Check, CountsWarningsWhereItIsStrict) {
  const std::string file = folder_.file("w.yaml", std::string(kDoubtful));
  const auto lenient = run_millrace({"check", file});
  EXPECT_EQ(lenient.status, 0);
  EXPECT_THAT(lenient.output, HasSubstr(file + ":6:9: warning: "));
  EXPECT_THAT(lenient.errors, HasSubstr(file + ":1:1: the section \"roles\" was skipped"));
  EXPECT_EQ(run_millrace({"check", "--strict", file}).status, 3);
}

TEST_F(Check, ReadsStandardInputAndGoesOnAfterABadFile) {
  const auto result = run_millrace({"check", "none.yaml", "-"},
                                   "{\"handle\": \"orders\", \"steps\": "
                                   "[{\"stepID\": \"1\", \"kind\": \"debug\"}]}");
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.output, "");
  EXPECT_EQ(result.errors,
            "millrace: cannot read \"none.yaml\": No such file or directory\n"
            "0 issues, 0 warnings in 1 file\n");
}

}  // namespace
}  // namespace millrace
