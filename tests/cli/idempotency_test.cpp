// idempotencyKey "auto" in a session: the same for every attempt, another in each pass of a loop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/bodies.h"
#include "support/millrace_binary.h"
#include "support/raw_server.h"

namespace millrace {
namespace {

using support::answer;
using support::Connection;
using support::RawServer;
using support::Request;

// Twice through a loop around one request; `retry` says how it is tried again.
std::string workflow(const std::string& url, const std::string& retry, const std::string& limits) {
  return R"(workflows:
  flow:
    enabled: true
    steps:
      - stepID: 1
        kind: iterator
        ref: loopEach
        arguments:
          - { target: items, type: Array, expr: "[1, 2]" }
      - stepID: 2
        kind: function
        ref: httpRequestSend
)" + limits +
         R"(        arguments:
          - { target: url, type: String, value: ")" +
         url + R"(" }
          - { target: method, type: String, value: POST }
          - { target: idempotencyKey, type: String, value: auto }
          - { target: failOnStatus, type: Boolean, expr: "true" }
)" + retry +
         R"(      - { stepID: 3, kind: termination }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 3 }
)";
}

// The keys in the order in which they arrived; every other request is refused.
std::vector<std::string> keys_of(const std::string& retry, const std::string& limits) {
  std::vector<std::string> keys;
  RawServer server(RawServer::each_request([&](Connection& peer, const Request& request) {
    keys.push_back(request.header("Idempotency-Key").value_or("none"));
    peer.send(answer("", keys.size() % 2 == 1 ? "503 Busy" : "200 OK"));
  }));
  const support::TemporaryFolder folder;
  const auto result =
      support::run_millrace({"run", folder.file("w.yaml", workflow(server.url(), retry, limits))});
  EXPECT_EQ(result.status, 0) << result.errors;
  server.stop();
  return keys;
}

void expect_a_key_a_pass(const std::vector<std::string>& keys) {
  ASSERT_EQ(keys.size(), 4U);
  EXPECT_EQ(keys[0], keys[1]);
  EXPECT_EQ(keys[2], keys[3]);
  EXPECT_NE(keys[0], keys[2]);
  EXPECT_THAT(keys[0], testing::MatchesRegex("millrace-[0-9a-f]{16}-[0-9]+"));
}

TEST(IdempotencyKey, SameInEachAttemptAndAnotherInEachPass) {
  const auto keys = keys_of(
      "          - { target: retry, type: Vars, expr: '{\"attempts\": 2, \"backoff\": \"1ms\"}' "
      "}\n",
      "");
  expect_a_key_a_pass(keys);
  // Another session has others.
  const auto again = keys_of(
      "          - { target: retry, type: Vars, expr: '{\"attempts\": 2, \"backoff\": \"1ms\"}' "
      "}\n",
      "");
  EXPECT_NE(keys[0], again[0]);
}

TEST(IdempotencyKey, TheStepsOwnRetryKeepsItToo) {
  expect_a_key_a_pass(keys_of("", "        retry: { attempts: 2, backoff: 1ms }\n"));
}

}  // namespace
}  // namespace millrace
