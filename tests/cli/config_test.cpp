// Settings: `millrace run --config FILE`, `millrace config`, docs/configuration.md.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "cli/read_settings.h"
#include "support/bodies.h"
#include "support/millrace_binary.h"
#include "support/raw_server.h"

namespace millrace {
namespace {

using support::document_of;
using support::run_millrace;
using support::TemporaryFolder;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Config : public testing::Test {
 protected:
  std::string file(std::string_view content, const std::string& name = "c.yaml") {
    return folder_.file(name, content);
  }
  RunSettings read(std::string_view content, const std::string& name = "c.yaml") {
    auto settings = read_settings(file(content, name));
    EXPECT_TRUE(settings) << settings.error().to_line();
    return settings ? *settings : RunSettings();
  }
  // "c.yaml:3:5: message"
  std::string error(std::string_view content) {
    auto settings = read_settings(file(content));
    if (settings) return "(none)";
    const std::string line = settings.error().to_line();
    return line.substr(std::min(line.size(), line.rfind("c.yaml")));
  }
  // Runs a workflow with these settings.
  boost::json::object run(std::string_view settings, const std::string& steps,
                          const std::string& paths = "") {
    const std::string workflow = file(
        "workflows:\n  flow:\n    enabled: true\n    steps:\n" + steps + "    paths:\n" + paths,
        "w.yaml");
    return document_of(run_millrace({"run", "--output", "json", "--trace", "--clock", "virtual",
                                     "--config", file(settings), workflow}));
  }
  static std::string message(const boost::json::object& document) {
    return std::string(document.at("error").at("message").as_string());
  }

  TemporaryFolder folder_;
};

TEST_F(Config, ThePageIsWhatTheTableSays) {
  std::ifstream in(MILLRACE_SOURCE_DIR "/docs/configuration.md");
  std::ostringstream page;
  page << in.rdbuf();
  EXPECT_EQ(page.str(), run_millrace({"config", "list"}).output)
      << "put the output of `millrace config list` in its place";
  std::set<std::string_view> keys;
  for (const Setting& setting : all_settings()) {
    EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
    EXPECT_THAT(page.str(), HasSubstr("`" + std::string(setting.key) + "`"));
  }
}

TEST_F(Config, ReadsEveryKindOfSettingFromYamlAndJson) {
  const RunSettings settings = read(R"(
session: { timeout: 10m, steps: 7 }
http:
  timeout: 0s
  bodyKeep: 64MiB
  line: 10 kB
  head: 4096
  userAgent: probe
  egress:
    everything: false
    loopback: true
    allowHosts: [ .example.com ]
    denyRanges: [ 10.0.0.0/8, "::1" ]
)");
  EXPECT_EQ(settings.session_timeout, std::chrono::minutes(10));
  EXPECT_EQ(settings.session.steps, 7U);
  EXPECT_EQ(settings.http.limits.timeout, Nanos{0});
  EXPECT_EQ(settings.http.limits.body_keep, 64U << 20U);
  EXPECT_EQ(settings.http.limits.line, 10'000U);
  EXPECT_EQ(settings.http.limits.head, 4096U);
  EXPECT_EQ(settings.http.limits.connections, HttpLimits().connections);
  EXPECT_EQ(settings.http.user_agent, "probe");
  EXPECT_FALSE(settings.http.egress.everything);
  EXPECT_TRUE(settings.http.egress.loopback);
  EXPECT_THAT(settings.http.egress.allow_hosts, ElementsAre(".example.com"));
  ASSERT_EQ(settings.http.egress.deny_ranges.size(), 2U);
  EXPECT_TRUE(settings.http.egress.deny_ranges[0].contains(*IpAddress::parse("10.1.2.3")));
  EXPECT_EQ(read(R"({"http": {"redirects": 0}})", "c.json").http.limits.redirects, 0U);
  EXPECT_EQ(read("").http.limits.redirects, HttpLimits().redirects);
}

TEST_F(Config, AnUnknownKeyIsAnErrorThatNamesTheNearest) {
  EXPECT_EQ(error("http:\n  timeuot: 30s\n"),
            "c.yaml:2:3: unknown setting \"http.timeuot\": did you mean \"http.timeout\"?");
  EXPECT_EQ(error("htpp: {}\n"), "c.yaml:1:1: unknown setting \"htpp\": did you mean \"http\"?");
  EXPECT_THAT(error("colour: red\n"), AllOf(HasSubstr("c.yaml:1:1"), HasSubstr("config list")));
  EXPECT_THAT(error("smtp: { host: mail.example.com }\n"),
              AllOf(HasSubstr("c.yaml:1:1"), HasSubstr("no function sends any")));
}

TEST_F(Config, AWrongValueIsAnErrorAtItsPlace) {
  EXPECT_EQ(error("http:\n  timeout: soon\n").substr(0, 30), "c.yaml:2:12: http.timeout: \"so");
  for (const auto& [text, expected] : std::vector<std::pair<std::string, std::string>>{
           {"http: { timeout: [ 1 ] }", "http.timeout must be a duration such as 30s, not a list"},
           {"http: { timeout: -1s }", "http.timeout must be longer than 0"},
           {"session: { timeout: 0s }", "session.timeout must be longer than 0"},
           {"http: { bodyKeep: much }", "http.bodyKeep: \"much\" is no number of bytes"},
           {"http: { line: 0 }", "http.line must be at least 1 B"},
           {"http: { redirects: 1.5 }", "http.redirects must be a whole number"},
           {"http: { redirects: -1 }", "http.redirects: \"-1\" must be a whole number"},
           {"http: { connections: 0 }", "http.connections must be at least 1"},
           {"http: { userAgent: 7 }", "http.userAgent must be a text, not the number 7"},
           {"http: { egress: { everything: 1 } }", "must be true or false, not the number 1"},
           {"http: { egress: { denyHosts: a.com } }", "must be a list of names, not the text"},
           {"http: { egress: { denyRanges: [ 1.2.3.4/40 ] } }",
            "c.yaml:1:33: an item of http.egress.denyRanges must be"},
           {"http: fast", "http must be a map of settings, not the text \"fast\""},
           {"[ 1 ]", "the file must be a map of settings, not a list"},
           {"http: { line: 1, line: 2 }", "line"},
           {"---\nhttp: {}\n---\nhttp: {}\n", "one document"}}) {
    EXPECT_THAT(error(text), AllOf(HasSubstr("c.yaml:"), HasSubstr(expected))) << text;
  }
}

TEST_F(Config, ASettingThatWouldHaveNoEffectIsAnError) {
  EXPECT_THAT(error("http:\n  egress:\n    private: false\n"),
              AllOf(HasSubstr("c.yaml:3:5: http.egress.private has no effect"),
                    HasSubstr("http.egress.everything")));
  EXPECT_EQ(error("http: { egress: { private: false, everything: false } }\n"), "(none)");
}

TEST_F(Config, CheckSaysWhetherAFileIsRight) {
  const auto right = run_millrace({"config", "check", file("http: { redirects: 3 }\n")});
  EXPECT_EQ(right.status, 0);
  EXPECT_THAT(right.output, HasSubstr("c.yaml"));
  const auto wrong = run_millrace({"config", "check", file("http: { redirect: 3 }\n")});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.errors, HasSubstr("c.yaml:1:9: unknown setting"));
  EXPECT_EQ(run_millrace({"config", "check", "nowhere.yaml"}).status, 2);
  EXPECT_EQ(
      run_millrace({"run", "--config", "nowhere.yaml", file("workflows: {}\n", "w.yaml")}).status,
      2);
}

TEST_F(Config, LimitsOfTheSessionAndItsReportHold) {
  const std::string delay =
      "      - { stepID: 1, kind: delay, arguments: [ { target: offset, type: Duration, value: 1h "
      "} "
      "] }\n";
  EXPECT_THAT(message(run("session: { timeout: 1m }", delay)),
              HasSubstr("setting session.timeout"));
  const std::string loop =
      "      - { stepID: 1, kind: iterator, ref: loopSequence, arguments: [ { target: last, type: "
      "Integer, expr: \"20\" } ] }\n"
      "      - { stepID: 2, kind: debug }\n      - { stepID: 3, kind: debug }\n";
  const std::string paths =
      "      - { parentID: 1, childID: 2 }\n      - { parentID: 1, childID: 3 }\n";
  EXPECT_EQ(message(run("session: { steps: 12 }", loop, paths)),
            "the session has made 12 steps, its limit (setting session.steps)");
  const auto report = run("report: { steps: 3, frames: 2 }", loop, paths);
  EXPECT_EQ(report.at("status"), "completed");
  EXPECT_EQ(report.at("steps").as_array().size(), 3U);
  EXPECT_EQ(report.at("stepsTruncated"), true);
  EXPECT_EQ(report.at("frames").as_array().size(), 2U);
  EXPECT_EQ(report.at("framesTruncated"), true);
  EXPECT_EQ(run("report: { frameMemory: 1 }", loop, paths).at("frames").as_array().size(), 1U);
  const std::string work =
      "      - { stepID: 1, kind: expressions, arguments: [ { target: a, type: String, expr: "
      "'toUpper(\"abcdefghijklmnopqrstuvwxyz\")' } ] }\n";
  EXPECT_THAT(message(run("step: { operations: 1 }", work)), HasSubstr("1 operations"));
  EXPECT_THAT(message(run("step: { memory: 8 }", work)), HasSubstr("8 bytes"));
}

class HttpConfig : public Config {
 protected:
  boost::json::object request(const std::string& settings) {
    return run(settings, R"(      - stepID: 1
        kind: function
        ref: httpRequestSend
        arguments: [ { target: url, type: String, value: ")" +
                             server_.url() + R"(" } ]
        results: [ { target: body, type: String, expr: body } ]
)");
  }

  support::RawServer server_{support::RawServer::each_request(
      [](support::Connection& connection, const support::Request& request) {
        connection.send(support::answer(request.head));
      })};
};

TEST_F(HttpConfig, TheEgressPolicyHolds) {
  EXPECT_EQ(request("").at("status"), "completed");
  EXPECT_THAT(message(request("http: { egress: { everything: false } }")),
              HasSubstr("egress policy (a loopback address)"));
  EXPECT_THAT(message(request("http: { egress: { denyRanges: [ 127.0.0.0/8 ] } }")),
              HasSubstr("deny-list"));
  EXPECT_EQ(
      request("http: { egress: { everything: false, allowRanges: [ 127.0.0.1 ] } }").at("status"),
      "completed");
}

TEST_F(HttpConfig, LimitsAndTheUserAgentHold) {
  EXPECT_THAT(
      std::string(support::variable(request("http: { userAgent: probe/7 }"), "body").as_string()),
      HasSubstr("probe/7"));
  EXPECT_THAT(message(request("http: { castBody: 5 }")), HasSubstr("5 bytes"));
  EXPECT_THAT(message(request("http: { head: 10 }")), HasSubstr("larger than 10 bytes"));
}

}  // namespace
}  // namespace millrace
