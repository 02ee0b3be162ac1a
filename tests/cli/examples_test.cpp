// Every example runs against the demo's upstream, with the command in its first line, and gives
// what it promises.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "cli/demo_upstream.h"
#include "support/bodies.h"
#include "support/checksum.h"
#include "support/millrace_binary.h"

namespace millrace {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using support::document_of;
using support::run_millrace;
using support::variable;
using testing::HasSubstr;

const fs::path kExamples = fs::path(MILLRACE_SOURCE_DIR) / "examples";

std::string content_of(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

// The workflows among them; beside these lie files that they read.
std::vector<fs::path> workflows() {
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator(kExamples)) {
    if (entry.path().extension() == ".yaml") all.push_back(entry.path());
  }
  return all;
}

class Examples : public testing::Test {
 protected:
  json::object run(const std::string& name, const std::string& more = "") {
    const auto result =
        run_millrace({"run", (kExamples / name).string(), "--output", "json", "--input-json",
                      "{\"upstream\": \"" + upstream_->url() + "\"" + more + "}"});
    EXPECT_EQ(result.status, 0) << result.output << result.errors;
    const json::object document = document_of(result);
    EXPECT_EQ(document.at("scopes"), 0);
    return document;
  }

  std::unique_ptr<DemoUpstream> upstream_ = *DemoUpstream::start();
};

TEST_F(Examples, OrdersPicksFromTheJsonOfAnApi) {
  const json::object document = run("orders.yaml");
  EXPECT_EQ(variable(document, "paid"), 57.75);
  EXPECT_EQ(variable(document, "summary"), "Ann has paid 57.75 and waits for 1 more");
  EXPECT_EQ(document.at("vars").at("open").at("@value").as_array().size(), 1U);
  EXPECT_EQ(variable(run("orders.yaml", ", \"customer\": \"Cleo\""), "summary"),
            "Cleo has paid 99.9 and waits for 0 more");
}

TEST_F(Examples, PollWaitsUntilTheJobIsReady) {
  const json::object document = run("poll.yaml");
  EXPECT_EQ(variable(document, "result"), "42 sacks milled");
  EXPECT_EQ(variable(document, "polls"), 3);
  EXPECT_GE(document.at("elapsed").to_number<double>(), 400.0);
}

TEST_F(Examples, PricesAddsUpLineByLine) {
  const json::object document = run("prices.yaml");
  EXPECT_EQ(variable(document, "total").to_number<double>(), 54.0);
  EXPECT_EQ(variable(document, "rows"), 5);
  EXPECT_EQ(variable(document, "summary"), "5 rows, 54 in all");
}

TEST_F(Examples, DownloadReadsWhatIsStillArriving) {
  const json::object document = run("download.yaml");
  EXPECT_EQ(variable(document, "lines"), 16384);
  EXPECT_EQ(variable(document, "bytes"), 1 << 20);
  EXPECT_EQ(variable(document, "status"), "200 OK");
}

TEST_F(Examples, PagesFollowsTheListToItsEnd) {
  const json::object document = run("pages.yaml");
  EXPECT_EQ(variable(document, "pages"), 4);
  EXPECT_EQ(variable(document, "sacks"), 10);
  EXPECT_EQ(variable(document, "weight"), 455);
}

TEST_F(Examples, WebhookIsDeliveredAtTheThirdAttempt) {
  const json::object document = run("webhook.yaml");
  EXPECT_EQ(variable(document, "attempts"), 3);
  EXPECT_EQ(variable(document, "delivered"), true);
}

TEST_F(Examples, TotalsAreTheWorkOfAScript) {
  const json::object document = run("totals.yaml");
  EXPECT_EQ(variable(document, "summary"), "Cleo leads with 99.9");
  const json::array customers = variable(document, "customers").as_array();
  ASSERT_EQ(customers.size(), 3U);
  EXPECT_EQ(json::serialize(customers[1]), R"({"name":"Ann","total":6.575E1})");
}

TEST_F(Examples, FallbackAsksElsewhereWhenAServiceIsDown) {
  const json::object document = run("fallback.yaml");
  EXPECT_EQ(variable(document, "converted"), 108);
  EXPECT_EQ(variable(document, "from"), "yesterday");
  EXPECT_EQ(variable(document, "problemKind"), "unavailable");
  EXPECT_THAT(std::string(variable(document, "problem").as_string()), HasSubstr("503"));
  EXPECT_EQ(document.at("steps"), (json::array{1, 2, 3, 4}));
}

TEST_F(Examples, TokenSendsASignedRequest) {
  const json::object document = run("token.yaml");
  const json::object& received = document.at("vars").at("received").at("@value").as_object();
  EXPECT_EQ(received.at("customer").at("@value"), "Ann");
  EXPECT_EQ(received.at("note").at("@value"), "wants \"rye\",\nnot wheat");
  EXPECT_EQ(variable(document, "problem"), "");
  const std::string token(variable(document, "token").as_string());
  EXPECT_EQ(token.rfind("eyJhbGciOiJIUzI1NiIsImtpZCI6ImV4YW1wbGUiLCJ0eXAiOiJKV1QifQ.", 0), 0U);
}

TEST_F(Examples, SideBySideTakesAsLongAsTheSlowerCall) {
  const json::object document = run("side_by_side.yaml");
  EXPECT_EQ(variable(document, "oneAfterTheOther"), 1200);
  const auto took = variable(document, "took").to_number<double>();
  EXPECT_GE(took, 700);
  if (!support::is_sanitized()) {
    EXPECT_LT(took, 1150);
  }
}

TEST_F(Examples, ApprovalAsksBeforeMuchIsSpent) {
  const auto result =
      run_millrace({"run", (kExamples / "approval.yaml").string(), "--output", "json", "--answers",
                    (kExamples / "approval.answers.jsonl").string()});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(result.errors, "");
  EXPECT_EQ(variable(document_of(result), "summary"), "1280 spent, 1 refused");
}

TEST_F(Examples, AllVerifyWithoutIssueOrWarning) {
  for (const fs::path& path : workflows()) {
    const auto result = run_millrace({"check", "--strict", path.string()});
    EXPECT_EQ(result.status, 0) << path << result.output << result.errors;
  }
}

// Word for word as a reader would copy it, but for the port, the pause and where the binary is.
TEST_F(Examples, TheCommandInTheFirstLineWorks) {
  upstream_->stop();
  int commands = 0;
  for (const fs::path& path : workflows()) {
    const std::string content = content_of(path);
    ASSERT_EQ(content.rfind("# ./run ", 0), 0U) << path;
    std::string command = content.substr(2, content.find('\n') - 2);
    if (command.find("run examples/") == std::string::npos) continue;
    const auto port = (*DemoUpstream::start())->port();
    const support::TemporaryFolder folder;
    fs::copy(kExamples, folder.path());
    folder.file(path.filename().string(),
                std::regex_replace(content, std::regex("8085"), std::to_string(port)));
    command = std::regex_replace(command, std::regex("8085"), std::to_string(port));
    command = std::regex_replace(command, std::regex("\\./run"), "\"$MILLRACE\"");
    command = std::regex_replace(command, std::regex("examples/"), folder.path().string() + "/");
    if (!support::is_sanitized()) {
      command = std::regex_replace(command, std::regex("sleep 2"), "sleep 0.5");
    }
    const auto result = support::run_process(
        {.arguments = {"/bin/sh", "-c", command}, .environment = {{"MILLRACE", MILLRACE_BINARY}}},
        std::chrono::seconds(60));
    EXPECT_THAT(result.errors, HasSubstr("completed")) << command << "\n" << result.errors;
    ++commands;
  }
  EXPECT_EQ(commands, 11);
}

}  // namespace
}  // namespace millrace
