// A delay reads the bodies that are still arriving to their ends first, within their own limits: a
// step behind it gets every byte, although the limit of the request has long passed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/bodies.h"
#include "support/checksum.h"
#include "support/millrace_binary.h"
#include "support/raw_server.h"
#include "support/workflow_text.h"

namespace millrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::Connection;
using support::RawServer;
using support::Request;
using support::request;
using support::variable;
using testing::HasSubstr;

constexpr std::size_t kSize = 8'000'000;

std::string delay(int id, const std::string& length) {
  return "{ stepID: " + std::to_string(id) +
         ", kind: delay, arguments: [{ target: offset, type: Duration, value: " + length + " }] }";
}

class Suspension : public testing::Test {
 protected:
  boost::json::object run(const std::string& workflow, int status,
                          std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"run", "--output", "json", folder_.file("w.yaml", workflow)});
    const auto result = support::run_millrace(std::move(more));
    EXPECT_EQ(result.status, status) << result.output.substr(0, 2000) << result.errors;
    elapsed_ = result.elapsed;
    boost::json::object document = support::document_of(result);
    EXPECT_EQ(document.at("scopes"), 0);
    EXPECT_TRUE(server_.wait_all_closed(seconds(2)));
    return document;
  }

  void expect_every_byte(const boost::json::object& document) {
    const std::string text(variable(document, "text").as_string());
    EXPECT_EQ(text.size(), kSize);
    EXPECT_EQ(support::sha256(text), support::sha256(support::numbered_lines(kSize)));
  }

  // "/drip": 8 MB over a second. "/stall": never more than four bytes of nine.
  RawServer server_{RawServer::each_request([](Connection& connection, const Request& request) {
    if (request.target == "/stall") {
      connection.send(support::head_for(9) + "1234");
      connection.stall_until_closed();
      return;
    }
    connection.send(support::head_for(kSize));
    connection.drip(support::numbered_lines(kSize), seconds(1));
  })};
  support::TemporaryFolder folder_;
  milliseconds elapsed_{};
};

TEST_F(Suspension, LosesNothingOfABodyThatIsStillArriving) {
  expect_every_byte(run(support::workflow({request(1, server_.url("/drip"), "3s"), delay(2, "4s"),
                                           support::set(3, "text", "String", "body")},
                                          "1-2 2-3"),
                        0));
  EXPECT_GE(elapsed_, seconds(4));
}

TEST_F(Suspension, LastsUntilTheBodyIsThere) {
  expect_every_byte(
      run(support::workflow({request(1, server_.url("/drip"), "10s"), delay(2, "100ms"),
                             support::set(3, "text", "String", "body")},
                            "1-2 2-3"),
          0));
  EXPECT_GE(elapsed_, milliseconds(900));
}

TEST_F(Suspension, OfHoursDoesNotJumpOverABody) {
  expect_every_byte(run(support::workflow({request(1, server_.url("/drip"), "10s"), delay(2, "9h"),
                                           support::set(3, "text", "String", "body")},
                                          "1-2 2-3"),
                        0, {"--clock", "virtual"}));
  EXPECT_LT(elapsed_, seconds(9));
}

// Nor does the body's own limit fail the delay.
TEST_F(Suspension, LeavesAFailedBodyToItsReader) {
  const auto document =
      run(support::workflow({request(1, server_.url("/stall"), "300ms"), delay(2, "600ms"),
                             support::set(3, "text", "String", "body")},
                            "1-2 2-3"),
          1);
  const auto& error = document.at("error").as_object();
  EXPECT_EQ(error.at("kind"), "deadline");
  EXPECT_EQ(error.at("step"), 3);
  EXPECT_THAT(std::string(error.at("message").as_string()), HasSubstr("of step 1"));
}

}  // namespace
}  // namespace millrace
