// `millrace run --trace`: the frames of the document.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "support/bodies.h"
#include "support/millrace_binary.h"
#include "support/raw_server.h"

namespace millrace {
namespace {

namespace json = boost::json;
using support::document_of;
using support::run_millrace;
using support::TemporaryFolder;
using testing::HasSubstr;
using testing::Not;

json::object traced(const std::string& file, int status = 0) {
  const auto result = run_millrace({"run", "--trace", "--output", "json", file});
  EXPECT_EQ(result.status, status) << result.errors;
  EXPECT_THAT(result.errors, Not(HasSubstr("step 1  ")));  // the lines are for --output text
  return document_of(result);
}

TEST(TraceOption, AFrameAStepInTheDocumentWithTheFieldsOfTheSpec) {
  const TemporaryFolder folder;
  const std::string file = folder.file("w.yaml", R"(workflows:
  flow:
    enabled: true
    scope: { n: { "@type": Integer, "@value": 2 } }
    steps:
      - { stepID: 1, kind: expressions, arguments: [ { target: m, type: Integer, expr: n * 2 } ] }
      - { stepID: 2, kind: error, arguments: [ { target: message, type: String, value: no flour } ] }
    paths:
      - { parentID: 1, childID: 2 }
)");
  const json::object document = traced(file, 1);
  const json::array& frames = document.at("frames").as_array();
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_FALSE(document.contains("framesTruncated"));

  const json::object& first = frames[0].as_object();
  EXPECT_THAT(std::string(first.at("createdAt").as_string()),
              testing::MatchesRegex("20[0-9-]+T[0-9:.]+Z"));
  EXPECT_EQ(first.at("sessionID"), document.at("sessionID"));
  EXPECT_TRUE(first.at("stateID").is_string());
  EXPECT_TRUE(first.at("parentID").is_null());
  EXPECT_EQ(first.at("stepID"), 1);
  EXPECT_EQ(first.at("nextSteps"), (json::array{2}));
  EXPECT_EQ(first.at("input"), json::object());
  EXPECT_EQ(first.at("scope").at("n").at("@value"), 2);
  EXPECT_FALSE(first.at("scope").as_object().contains("m"));
  EXPECT_EQ(first.at("results"), (json::object{{"m", {{"@type", "Integer"}, {"@value", 4}}}}));
  EXPECT_GE(first.at("elapsedTime").to_number<double>(), 0.0);
  EXPECT_LE(first.at("stepTime").to_number<double>(), document.at("elapsed").to_number<double>());
  for (const auto* name : {"action", "error", "waitedFor", "timings"}) {
    EXPECT_FALSE(first.contains(name)) << name;
  }

  const json::object& second = frames[1].as_object();
  EXPECT_EQ(second.at("parentID"), 1);
  EXPECT_EQ(second.at("input").at("message").at("@value"), "no flour");
  EXPECT_EQ(second.at("error").at("kind"), "invalid");
  EXPECT_EQ(second.at("error").at("message"), "no flour");
  EXPECT_FALSE(document_of(run_millrace({"run", "--output", "json", file})).contains("frames"));
}

TEST(TraceOption, AnHttpStepTellsItsTimingsAndAReaderShowsWhatWasRead) {
  support::RawServer server(support::RawServer::each_request(
      [](support::Connection& connection, const support::Request&) {
        connection.send(support::answer("some text"));
      }));
  const TemporaryFolder folder;
  const json::object document = traced(folder.file("w.yaml", R"(workflows:
  flow:
    enabled: true
    steps:
      - stepID: 1
        kind: function
        ref: httpRequestSend
        arguments: [ { target: url, type: String, value: ")" + server.url() +
                                                                 R"(" } ]
        results: [ { target: body, type: Reader, expr: body } ]
      - { stepID: 2, kind: expressions, arguments: [ { target: t, type: String, expr: body } ] }
      - { stepID: 3, kind: expressions, arguments: [ { target: u, type: String, expr: t } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 2, childID: 3 }
)"));
  const json::array& frames = document.at("frames").as_array();
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[0].at("waitedFor").at(0).at("what"), "function");
  EXPECT_GT(frames[0].at("waitedFor").at(0).at("time").to_number<double>(), 0.0);
  EXPECT_EQ(frames[0].at("timings").at("firstByte").at("@type"), "Duration");
  EXPECT_EQ(frames[1].at("results").at("t").at("@value"), "some text");
  EXPECT_EQ(frames[2].at("scope").at("body"),
            (json::object{{"@type", "Reader"}, {"@value", "some text"}}));
}

TEST(TraceOption, AFrameSaysWhereInForksAndLoopsItIsAndWhatWasTriedAgain) {
  support::RawServer server([](support::Connection& connection) { connection.read_request(); });
  const TemporaryFolder folder;
  const json::object document = traced(folder.file("w.yaml", R"(workflows:
  flow:
    enabled: true
    steps:
      - { stepID: 1, kind: gateway, ref: fork }
      - { stepID: 2, kind: debug }
      - { stepID: 3, kind: iterator, ref: loopSequence, arguments: [ { target: last, type: Integer, expr: "2" } ] }
      - { stepID: 4, kind: debug }
      - stepID: 5
        kind: function
        ref: httpRequestSend
        retry: { attempts: 2, backoff: 1ms }
        arguments: [ { target: url, type: String, value: ")" + server.url() +
                                                                 R"(" } ]
    paths: [ { parentID: 1, childID: 2 }, { parentID: 1, childID: 3 }, { parentID: 3, childID: 4 }, { parentID: 3, childID: 5 } ]
)"),
                                       1);
  std::vector<json::object> of_step[6];
  for (const json::value& frame : document.at("frames").as_array()) {
    of_step[frame.at("stepID").to_number<std::size_t>()].push_back(frame.as_object());
  }
  EXPECT_FALSE(of_step[1].at(0).contains("branch"));
  EXPECT_FALSE(of_step[1].at(0).contains("loops"));
  EXPECT_EQ(of_step[2].at(0).at("branch"), (json::array{1}));
  EXPECT_EQ(of_step[3].at(0).at("branch"), (json::array{2}));
  EXPECT_EQ(of_step[4].at(1).at("branch"), (json::array{2}));
  EXPECT_EQ(of_step[4].at(1).at("loops"), 1);
  EXPECT_EQ(of_step[4].at(1).at("pass"), 2);
  EXPECT_FALSE(of_step[4].at(1).contains("retried"));
  ASSERT_EQ(of_step[5].at(0).at("retried").as_array().size(), 1U);
  EXPECT_EQ(of_step[5].at(0).at("retried").at(0).at("kind"), "unavailable");
  EXPECT_EQ(of_step[5].at(0).at("error").at("kind"), "unavailable");
}

TEST(TraceOption, FramesAreLimitedAndTheDocumentSaysSo) {
  const TemporaryFolder folder;
  const json::object document = traced(folder.file("w.yaml", R"(workflows:
  flow:
    enabled: true
    steps:
      - { stepID: 1, kind: iterator, ref: loopSequence, arguments: [ { target: last, type: Integer, expr: "6000" } ] }
      - { stepID: 2, kind: debug }
      - { stepID: 3, kind: debug }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 3 }
)"));
  EXPECT_EQ(document.at("frames").as_array().size(), 10'000U);
  EXPECT_EQ(document.at("framesTruncated"), true);
  EXPECT_EQ(document.at("steps").as_array().size(), 12'002U);
}

}  // namespace
}  // namespace millrace
