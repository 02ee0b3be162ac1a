// Bodies far larger than memory should hold: bombs, held up by a slow reader, and a gigabyte of
// lines.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "support/bodies.h"
#include "support/checksum.h"
#include "support/measure.h"
#include "support/millrace_binary.h"
#include "support/raw_server.h"
#include "support/workflow_text.h"

namespace millrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::Connection;
using support::Encoding;
using support::RawServer;
using support::Request;
using support::variable;

constexpr std::size_t kMebi = 1U << 20U;
// Sanitizers keep what was freed, and shadow what was not.
std::size_t memory_limit() { return (support::is_sanitized() ? 512 : 64) * kMebi; }
std::size_t scaled(std::size_t size) { return support::is_sanitized() ? size / 16 : size; }

std::string pipe_from(const std::string& from, const std::string& to) {
  return support::workflow(
      {support::request(1, from, "2m"),
       "{ stepID: 2, kind: function, ref: httpRequestSend, arguments: [ "
       "{ target: url, type: String, value: '" +
           to +
           "' }, "
           "{ target: method, type: String, value: POST }, { target: timeout, type: Duration, "
           "value: 2m }, "
           "{ target: body, type: Reader, source: body } ], "
           "results: [ { target: status, type: Integer, expr: statusCode } ] }"},
      "1-2");
}

class Bomb : public testing::TestWithParam<Encoding> {};

// The bomb is piped into a second request whose server takes a first piece, then rests, then takes
// all: while it rests nothing may pile up in between.
TEST_P(Bomb, IsHeldUpInBoundedMemoryAndComesOutRight) {
  const std::size_t size = scaled(512 * kMebi);
  const std::string bomb = support::zero_bomb(GetParam(), size);
  support::Sha256 received;
  std::atomic<std::size_t> received_size{0};
  std::atomic<pid_t> process_id{0};
  std::atomic<std::size_t> resident_at_rest{0};
  RawServer server([&](Connection& connection) {
    auto request = connection.read_head();
    if (!request) return;
    if (request->method == "GET") {
      // A connection that stays open is taken for the sink, and nobody would read from it here.
      connection.send(support::head_for(bomb.size(), "Connection: close\r\nContent-Encoding: " +
                                                         std::string(support::name_of(GetParam())) +
                                                         "\r\n"));
      connection.send(bomb);
      connection.wait_peer_closed(seconds(120));
      return;
    }
    if (request->header("Expect")) connection.send("HTTP/1.1 100 Continue\r\n\r\n");
    bool rested = false;
    connection.read_body(*request, [&](std::string_view piece) {
      received.add(piece);
      received_size += piece.size();
      if (!rested) {
        rested = true;
        connection.sleep(milliseconds(700));
        resident_at_rest = support::resident_bytes(process_id);
      }
    });
    connection.send(support::answer("taken"));
  });
  const support::TemporaryFolder folder;
  support::Process process(support::millrace(
      {"run", "--output", "json",
       folder.file("w.yaml", pipe_from(server.url("/bomb"), server.url("/sink")))}));
  process_id = process.pid();
  const auto result = process.wait(seconds(120));
  ASSERT_EQ(result.status, 0) << result.output << result.errors;
  EXPECT_EQ(variable(support::document_of(result), "status"), 200);

  support::Sha256 zeros;
  const std::string block(kMebi, '\0');
  for (std::size_t at = 0; at < size; at += block.size()) zeros.add(block);
  EXPECT_EQ(received_size, size);
  EXPECT_EQ(received.hex(), zeros.hex());
  EXPECT_GT(resident_at_rest, 0U);
  EXPECT_LT(resident_at_rest, memory_limit());
  EXPECT_LT(result.peak_memory, memory_limit());
  RecordProperty("peak_mebibytes", static_cast<int>(result.peak_memory / kMebi));
}

TEST_P(Bomb, ACastToAStringIsAnErrorAndNoDeadProcess) {
  const std::string bomb = support::zero_bomb(GetParam(), 256 * kMebi);
  RawServer server(RawServer::each_request([&](Connection& connection, const Request&) {
    connection.send(support::head_for(
        bomb.size(), "Content-Encoding: " + std::string(support::name_of(GetParam())) + "\r\n"));
    connection.send(bomb);
  }));
  const support::TemporaryFolder folder;
  const auto result = support::run_millrace(
      {"run", "--output", "json",
       folder.file("w.yaml", support::workflow({support::request(1, server.url(), "1m"),
                                                support::set(2, "text", "String", "body")},
                                               "1-2"))});
  EXPECT_EQ(result.status, 1) << result.output.substr(0, 1000);
  const auto document = support::document_of(result);
  EXPECT_EQ(document.at("error").at("kind"), "exhausted");
  EXPECT_EQ(document.at("error").at("step"), 2);
  EXPECT_EQ(document.at("scopes"), 0);
  EXPECT_LT(result.peak_memory, memory_limit() + 128 * kMebi);
  EXPECT_TRUE(server.wait_all_closed(seconds(2)));
}

INSTANTIATE_TEST_SUITE_P(Of, Bomb,
                         testing::Values(Encoding::gzip, Encoding::deflate, Encoding::br,
                                         Encoding::zstd),
                         [](const testing::TestParamInfo<Encoding>& info) {
                           return std::string(support::name_of(info.param));
                         });

// What nobody reads is not fetched: the server can send no more than what fits the buffers in
// between.
TEST(BackPressure, HoldsTheServerUpWhileNobodyReads) {
  std::atomic<std::size_t> sent_while_unread{0};
  std::atomic<const RawServer*> itself{nullptr};
  RawServer server(RawServer::each_request([&](Connection& connection, const Request& request) {
    if (request.target == "/body") {
      support::stream_lines(connection, std::size_t{1} << 40U);
      return;
    }
    connection.sleep(seconds(1));
    sent_while_unread = itself.load()->bytes_sent();
    connection.send(support::answer("ok"));
  }));
  itself = &server;
  const support::TemporaryFolder folder;
  const auto result = support::run_millrace(
      {"run", "--output", "json",
       folder.file("w.yaml",
                   support::workflow({support::request(1, server.url("/body"), "1m"),
                                      support::request(2, server.url("/slow"), "1m", "other"),
                                      support::set(3, "body", "Any", "true")},
                                     "1-2 2-3"))});
  ASSERT_EQ(result.status, 0) << result.output.substr(0, 1000) << result.errors;
  // The kernel's two buffers, each of a few MiB, and the 256 KiB of a body.
  EXPECT_GT(sent_while_unread, 64U << 10U);
  EXPECT_LT(sent_while_unread, 32 * kMebi);
  EXPECT_LT(result.peak_memory, memory_limit());
  EXPECT_TRUE(server.wait_all_closed(seconds(2)));
}

TEST(Lines, OfAGigabyteAreReadInUnder64MiB) {
  // Lines of 1 KiB: sixteen numbered ones, of which the last keeps its end.
  std::string block = support::line_block();
  for (std::size_t i = 63; i < block.size(); i += 64) {
    if ((i + 1) % 1024 != 0) block[i] = ' ';
  }
  const std::size_t blocks = scaled(1024);
  RawServer server(RawServer::each_request([&](Connection& connection, const Request&) {
    connection.send(support::head_for(blocks * block.size()));
    for (std::size_t i = 0; i < blocks && connection.send(block); ++i) {
    }
  }));
  const support::TemporaryFolder folder;
  const auto result = support::run_millrace(
      {"run", "--output", "json", "--var", "lines=0", "--var", "bytes=0",
       folder.file("w.yaml",
                   support::workflow(
                       {support::request(1, server.url(), "10m"), support::lines_of(2),
                        "{ stepID: 3, kind: expressions, arguments: [ "
                        "{ target: lines, type: Integer, expr: lines + 1 }, "
                        "{ target: bytes, type: Integer, expr: bytes + length(line) + 1 } ] }",
                        "{ stepID: 4, kind: expressions, arguments: [ "
                        "{ target: body, type: Any, expr: 'true' } ] }"},
                       "1-2 2-3 2-4"))},
      "", seconds(500));
  ASSERT_EQ(result.status, 0) << result.output.substr(0, 1000) << result.errors;
  const auto document = support::document_of(result);
  EXPECT_EQ(variable(document, "lines"), blocks * 1024);
  EXPECT_EQ(variable(document, "bytes"), blocks * kMebi);
  EXPECT_EQ(document.at("scopes"), 0);
  EXPECT_LT(result.peak_memory, memory_limit());
  RecordProperty("peak_mebibytes", static_cast<int>(result.peak_memory / kMebi));
}

}  // namespace
}  // namespace millrace
