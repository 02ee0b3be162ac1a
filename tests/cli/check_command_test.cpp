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
  EXPECT_THAT(result.output, HasSubstr(file + ":4:78: issue: argument \"a\" cannot be read: "));
  EXPECT_THAT(result.output, HasSubstr("1 + )\n"));
  EXPECT_THAT(result.output, HasSubstr(file + ":5:43: issue: unknown function \"loginfo\"; did you "
                                              "mean \"logInfo\"?\n"));
  EXPECT_THAT(result.output,
              HasSubstr(file + ":7:33: issue: the path leads nowhere: there is no step \"9\"; "));
  EXPECT_EQ(result.errors, "1 workflow, 3 issues, 1 warning\n");
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
            "1 workflow, 0 issues, 0 warnings\n");
}

}  // namespace
}  // namespace millrace
