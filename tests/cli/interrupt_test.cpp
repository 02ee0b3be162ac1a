// SIGINT and SIGTERM half way: the session is cancelled, its requests are aborted, the scopes
// close, and the process ends within two seconds.

#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <thread>

#include "support/bodies.h"
#include "support/millrace_binary.h"
#include "support/raw_server.h"

namespace millrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using support::Connection;
using support::RawServer;

std::string reading_lines(const std::string& url) {
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
          - { target: timeout, type: Duration, value: 1h }
        results: [ { target: body, type: Reader, expr: body } ]
      - stepID: 2
        kind: iterator
        ref: loopLines
        arguments: [ { target: stream, type: Reader, expr: body } ]
        results: [ { target: line, type: String, expr: line } ]
      - { stepID: 3, kind: expressions, arguments: [ { target: last, type: String, expr: line } ] }
      - { stepID: 4, kind: termination }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 2, childID: 3 }
      - { parentID: 2, childID: 4 }
)";
}

std::string sleeping_beside_a_body(const std::string& url) {
  std::string text = reading_lines(url);
  const std::size_t from = text.find("      - stepID: 2");
  return text.substr(0, from) +
         R"(      - { stepID: 2, kind: delay, arguments: [ { target: offset, type: Duration, value: 1h } ] }
    paths: [ { parentID: 1, childID: 2 } ]
)";
}

// Waits for `done`, for ten seconds at most.
bool eventually(const std::function<bool()>& done) {
  const auto until = steady_clock::now() + seconds(10);
  while (!done()) {
    if (steady_clock::now() > until) return false;
    std::this_thread::sleep_for(milliseconds(2));
  }
  return true;
}

struct Interrupt {
  int signal;
  int status;
};

class Interrupted : public testing::TestWithParam<Interrupt> {
 protected:
  // Runs `workflow`, sends the signal once `server` has sent `bytes`, and checks the end.
  void expect_clean_end(RawServer& server, const std::string& workflow, std::size_t bytes) {
    const support::TemporaryFolder folder;
    support::Process process(
        support::millrace({"run", "--output", "json", folder.file("w.yaml", workflow)}));
    ASSERT_TRUE(eventually([&] { return server.accepted() > 0 && server.bytes_sent() >= bytes; }));
    std::this_thread::sleep_for(milliseconds(200));
    ASSERT_TRUE(process.is_running()) << process.errors_so_far();
    const auto result = interrupt(process);
    EXPECT_TRUE(server.wait_all_closed(seconds(2)));
    const auto document = support::document_of(result);
    EXPECT_EQ(document.at("status"), "canceled");
    EXPECT_EQ(document.at("error").at("kind"), "canceled");
    EXPECT_EQ(document.at("scopes"), 0);
  }

  // Sends the signal and checks that the process ends by it, and soon.
  static support::ProcessResult interrupt(support::Process& process) {
    const auto told = steady_clock::now();
    process.send_signal(GetParam().signal);
    support::ProcessResult result = process.wait(seconds(20));
    EXPECT_LT(steady_clock::now() - told, seconds(2));
    EXPECT_EQ(result.status, GetParam().status) << result.errors;
    return result;
  }
};

TEST_P(Interrupted, WhileALaterStepReadsADrippingBody) {
  std::atomic<bool> closed{false};
  RawServer server([&](Connection& connection) {
    connection.read_request();
    connection.send(support::head_for(10U << 20U));
    closed = !connection.drip(support::numbered_lines(10U << 20U), seconds(60), 1200);
  });
  expect_clean_end(server, reading_lines(server.url()), 50'000);
  EXPECT_TRUE(closed);
}

TEST_P(Interrupted, WhileTheBodyStalls) {
  std::atomic<bool> closed{false};
  RawServer server([&](Connection& connection) {
    connection.read_request();
    connection.send(support::head_for(1000) + "one line\nand a half");
    closed = connection.wait_peer_closed(seconds(30));
  });
  expect_clean_end(server, reading_lines(server.url()), 10);
  EXPECT_TRUE(closed);
}

TEST_P(Interrupted, WhileTheHeadIsAwaited) {
  std::atomic<bool> closed{false};
  RawServer server([&](Connection& connection) {
    connection.read_request();
    closed = connection.wait_peer_closed(seconds(30));
  });
  expect_clean_end(server, reading_lines(server.url()), 0);
  EXPECT_TRUE(closed);
}

TEST_P(Interrupted, WhileNobodyReadsTheBody) {
  std::atomic<bool> closed{false};
  RawServer server([&](Connection& connection) {
    connection.read_request();
    connection.send(support::head_for(1000) + "one line\nand a half");
    closed = connection.wait_peer_closed(seconds(30));
  });
  expect_clean_end(server, sleeping_beside_a_body(server.url()), 10);
  EXPECT_TRUE(closed);
}

TEST_P(Interrupted, WhileTheServerFloods) {
  RawServer server([](Connection& connection) {
    connection.read_request();
    support::stream_lines(connection, std::size_t{1} << 40U);
  });
  expect_clean_end(server, reading_lines(server.url()), 1U << 20U);
}

TEST_P(Interrupted, WhileExpressionsAreEvaluated) {
  const support::TemporaryFolder folder;
  support::Process process(support::millrace({"run", "--output", "json", folder.file("w.yaml", R"(
workflows:
  heavy:
    enabled: true
    steps:
      - { stepID: 1, kind: iterator, ref: loopSequence, arguments: [ { target: last, type: Integer, value: 100000 } ] }
      - { stepID: 2, kind: expressions, arguments: [ { target: s, type: String, expr: 'replace(repeat("a", 2000000), "a", "bb", -1)' } ] }
      - { stepID: 3, kind: termination }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 1, childID: 3 } ]
)")}));
  std::this_thread::sleep_for(milliseconds(500));
  ASSERT_TRUE(process.is_running()) << process.errors_so_far();
  EXPECT_EQ(support::document_of(interrupt(process)).at("status"), "canceled");
}

INSTANTIATE_TEST_SUITE_P(By, Interrupted,
                         testing::Values(Interrupt{SIGINT, 130}, Interrupt{SIGTERM, 143}),
                         [](const testing::TestParamInfo<Interrupt>& info) {
                           return info.param.signal == SIGINT ? "Sigint" : "Sigterm";
                         });

}  // namespace
}  // namespace millrace
