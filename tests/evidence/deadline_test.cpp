// The limit of a request holds while its body is read by a later step, or by nobody: to within 50
// ms, with an error that says what, where and how far.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json/serialize.hpp>
#include <regex>

#include "support/bodies.h"
#include "support/millrace_binary.h"
#include "support/raw_server.h"
#include "support/workflow_text.h"

namespace millrace {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using support::Connection;
using support::RawServer;
using support::Request;
using support::request;
using support::variable;
using testing::AllOf;
using testing::HasSubstr;

const std::string kSoFar = support::numbered_lines(64 * 100);

milliseconds tolerance() { return milliseconds(support::is_sanitized() ? 500 : 50); }

class BodyDeadline : public testing::Test {
 protected:
  json::object run(const std::string& workflow, int status, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"run", "--output", "json", folder_.file("w.yaml", workflow)});
    const auto result = support::run_millrace(std::move(more));
    EXPECT_EQ(result.status, status) << result.output.substr(0, 2000) << result.errors;
    json::object document = support::document_of(result);
    EXPECT_EQ(document.at("scopes"), 0);
    EXPECT_TRUE(server_.wait_all_closed(seconds(2)));
    return document;
  }

  // The time spent, in the message, is the limit and no more than the tolerance above it.
  static void expect_on_time(const std::string& message, milliseconds limit) {
    std::smatch found;
    ASSERT_TRUE(std::regex_search(message, found, std::regex("after ([0-9.]+)(m?s)"))) << message;
    const double spent = std::stod(found[1]) * (found[2] == "s" ? 1000 : 1);
    EXPECT_GE(spent, static_cast<double>(limit.count())) << message;
    EXPECT_LE(spent, static_cast<double>((limit + tolerance()).count())) << message;
  }

  static std::string message_of(const json::object& document) {
    return std::string(document.at("error").at("message").as_string());
  }

  void expect_closed_after(milliseconds limit) {
    // The limit began with the step, a little before the server saw the request.
    EXPECT_GE(closed_after_.load(), limit - tolerance());
    EXPECT_LE(closed_after_.load(), limit + tolerance());
  }

  // "/stall": 6400 bytes of 1 MiB, then nothing. "/slow": an answer after two seconds. "/quick": at
  // once.
  RawServer server_{RawServer::each_request([this](Connection& connection, const Request& request) {
    const auto began = steady_clock::now();
    if (request.target == "/stall") {
      connection.send(support::head_for(1U << 20U) + kSoFar);
      connection.wait_peer_closed(seconds(30));
      closed_after_ = std::chrono::duration_cast<milliseconds>(steady_clock::now() - began);
      connection.close();
      return;
    }
    if (request.target == "/slow") connection.sleep(seconds(2));
    connection.send(support::answer("ok"));
  })};
  std::atomic<milliseconds> closed_after_{milliseconds(0)};
  support::TemporaryFolder folder_;
};

TEST_F(BodyDeadline, StrikesTheLaterStepThatReads) {
  const json::object document =
      run(support::workflow({request(1, server_.url("/stall"), "1s"), support::lines_of(2),
                             support::set(3, "last", "String", "line"),
                             support::set(4, "end", "Boolean", "true")},
                            "1-2 2-3 2-4"),
          1);
  const json::object& error = document.at("error").as_object();
  EXPECT_EQ(error.at("kind"), "deadline");
  EXPECT_EQ(error.at("step"), 2);
  EXPECT_EQ(error.at("phase"), "body");
  EXPECT_THAT(
      message_of(document),
      AllOf(HasSubstr("deadline of 1s exceeded"), HasSubstr("while reading the response body"),
            HasSubstr("6400 of 1048576 bytes"), HasSubstr("argument \"timeout\" of step 1")));
  expect_on_time(message_of(document), seconds(1));
  expect_closed_after(seconds(1));
  EXPECT_LE(document.at("elapsed").to_number<double>(),
            1000.0 + 2 * static_cast<double>(tolerance().count()));
}

TEST_F(BodyDeadline, StrikesACastToString) {
  const json::object document = run(support::workflow({request(1, server_.url("/stall"), "1s"),
                                                       support::set(7, "text", "String", "body")},
                                                      "1-7"),
                                    1);
  EXPECT_EQ(document.at("error").at("kind"), "deadline");
  EXPECT_EQ(document.at("error").at("step"), 7);
  EXPECT_THAT(message_of(document), HasSubstr("6400 of 1048576 bytes"));
  expect_on_time(message_of(document), seconds(1));
}

TEST_F(BodyDeadline, CanBeCaughtByAnErrorHandler) {
  const json::object document =
      run(support::workflow({support::handler(1), request(2, server_.url("/stall"), "1s"),
                             support::set(3, "text", "String", "body"),
                             support::set(4, "caught", "Boolean", "true")},
                            "1-2 1-4 2-3"),
          0);
  EXPECT_EQ(variable(document, "caught"), true);
  EXPECT_EQ(variable(document, "errorKind"), "deadline");
  EXPECT_EQ(variable(document, "errorPhase"), "body");
  EXPECT_EQ(variable(document, "errorStepID"), "3");
  const std::string message(variable(document, "errorMessage").as_string());
  EXPECT_THAT(message, HasSubstr("argument \"timeout\" of step 2"));
  expect_on_time(message, seconds(1));
  EXPECT_EQ(document.at("status"), "completed");
}

TEST_F(BodyDeadline, HoldsWhileNobodyReadsAndTheSessionGoesOn) {
  const json::object document =
      run(support::workflow({request(1, server_.url("/stall"), "1s"),
                             request(2, server_.url("/slow"), "10s", "other"),
                             support::set(3, "text", "String", "other")},
                            "1-2 2-3"),
          0);
  EXPECT_EQ(variable(document, "text"), "ok");
  expect_closed_after(seconds(1));
  // The printer reads it last, and finds it poisoned.
  EXPECT_TRUE(document.at("vars").at("body").as_object().contains("@error")) << document;
}

TEST_F(BodyDeadline, PoisonsTheReaderForWhoComesLater) {
  const json::object document =
      run(support::workflow({request(1, server_.url("/stall"), "1s"),
                             request(2, server_.url("/slow"), "10s", "other"),
                             support::set(3, "text", "String", "body")},
                            "1-2 2-3"),
          1);
  EXPECT_EQ(document.at("error").at("kind"), "deadline");
  EXPECT_EQ(document.at("error").at("step"), 3);
  EXPECT_THAT(message_of(document), HasSubstr("argument \"timeout\" of step 1"));
  expect_on_time(message_of(document), seconds(1));
  EXPECT_GE(document.at("elapsed").to_number<double>(), 2000.0);
}

TEST_F(BodyDeadline, OfTwoBranchesEachHasItsOwn) {
  const json::object document =
      run(support::workflow({support::gateway(1, "fork"), support::handler(2, "A"),
                             request(3, server_.url("/stall"), "600ms", "a"),
                             support::set(4, "textA", "String", "a"), support::handler(5, "B"),
                             request(6, server_.url("/stall"), "1200ms", "b"),
                             support::set(7, "textB", "String", "b"), support::gateway(8, "join"),
                             support::set(9, "end", "Boolean", "true")},
                            "1-2 1-5 2-3 2-8 3-4 4-8 5-6 5-8 6-7 7-8 8-9"),
          0);
  EXPECT_EQ(variable(document, "end"), true);
  const std::string a(variable(document, "errorMessageA").as_string());
  const std::string b(variable(document, "errorMessageB").as_string());
  EXPECT_THAT(a, AllOf(HasSubstr("deadline of 600ms"), HasSubstr("of step 3")));
  EXPECT_THAT(b, AllOf(HasSubstr("deadline of 1.2s"), HasSubstr("of step 6")));
  expect_on_time(a, milliseconds(600));
  expect_on_time(b, milliseconds(1200));
  EXPECT_EQ(variable(document, "errorStepIDA"), "4");
  EXPECT_EQ(variable(document, "errorStepIDB"), "7");
}

TEST_F(BodyDeadline, UnhandledInOneBranchEndsTheOtherAtOnce) {
  const json::object document = run(
      support::workflow(
          {support::gateway(1, "fork"), request(2, server_.url("/stall"), "600ms", "a"),
           support::set(3, "textA", "String", "a"), request(4, server_.url("/stall"), "20s", "b"),
           support::set(5, "textB", "String", "b")},
          "1-2 1-4 2-3 4-5"),
      1);
  EXPECT_EQ(document.at("error").at("step"), 3);
  expect_on_time(message_of(document), milliseconds(600));
  EXPECT_LE(document.at("elapsed").to_number<double>(),
            600.0 + 2 * static_cast<double>(tolerance().count()));
}

TEST_F(BodyDeadline, OfTheSessionIsEarlierThanTheRequests) {
  const json::object document = run(support::workflow({request(1, server_.url("/stall"), "1h"),
                                                       support::set(2, "text", "String", "body")},
                                                      "1-2"),
                                    1, {"--timeout", "1s"});
  EXPECT_EQ(document.at("status"), "failed");
  EXPECT_EQ(document.at("error").at("kind"), "deadline");
  EXPECT_EQ(document.at("error").at("step"), 2);
  EXPECT_THAT(message_of(document), AllOf(HasSubstr("deadline of 1s"), HasSubstr("--timeout")));
  expect_on_time(message_of(document), seconds(1));
  EXPECT_LE(document.at("elapsed").to_number<double>(),
            1000.0 + 2 * static_cast<double>(tolerance().count()));
}

TEST_F(BodyDeadline, OfTheRequestIsEarlierThanTheSessions) {
  const json::object document = run(support::workflow({request(1, server_.url("/stall"), "700ms"),
                                                       support::set(2, "text", "String", "body")},
                                                      "1-2"),
                                    1, {"--timeout", "20s"});
  EXPECT_THAT(message_of(document), HasSubstr("argument \"timeout\" of step 1"));
  expect_on_time(message_of(document), milliseconds(700));
}

TEST_F(BodyDeadline, StrikesWhileTheHeadIsAwaited) {
  const json::object document =
      run(support::workflow({request(1, server_.url("/slow"), "500ms")}, ""), 1);
  EXPECT_EQ(document.at("error").at("kind"), "deadline");
  EXPECT_EQ(document.at("error").at("phase"), "headers");
  EXPECT_EQ(document.at("error").at("step"), 1);
  expect_on_time(message_of(document), milliseconds(500));
}

// A step that is long done must not shorten what it opened.
TEST_F(BodyDeadline, NeverEndsEarlyBecauseAStepReturned) {
  const json::object document =
      run(support::workflow({request(1, server_.url("/quick"), "20s"),
                             request(2, server_.url("/slow"), "20s", "other"),
                             support::set(3, "text", "String", "body")},
                            "1-2 2-3"),
          0);
  EXPECT_EQ(variable(document, "text"), "ok");
}

}  // namespace
}  // namespace millrace
