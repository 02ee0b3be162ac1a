// A body that drips in over two seconds, asked for with a limit of an hour, is read by later steps:
// every byte, and from the first one on, while the upstream is still sending.

#include <gtest/gtest.h>

#include <atomic>

#include "support/bodies.h"
#include "support/checksum.h"
#include "support/millrace_binary.h"
#include "support/raw_server.h"
#include "support/workflow_text.h"

namespace millrace {
namespace {

using std::chrono::seconds;
using support::Connection;
using support::RawServer;
using support::Request;

constexpr std::size_t kSize = 1U << 20U;

class LaterReader : public testing::Test {
 protected:
  // What of the body had been sent when a step that had read its first line said so; and all of it.
  void expect_every_byte(const std::function<void(Connection&, const std::string&)>& send_body) {
    const std::string body = support::numbered_lines(kSize);
    std::atomic<std::size_t> sent_at_mark{0};
    std::atomic<bool> done_at_mark{true};
    std::atomic<bool> done{false};
    RawServer server(RawServer::each_request([&](Connection& connection, const Request& request) {
      if (request.target == "/mark") {
        sent_at_mark = server_->bytes_sent();
        done_at_mark = done.load();
        connection.send(support::answer("marked"));
        return;
      }
      send_body(connection, body);
      done = true;
    }));
    server_ = &server;
    const support::TemporaryFolder folder;
    const std::string file = folder.file(
        "w.yaml",
        support::workflow({support::request(1, server.url("/body"), "1h"), support::lines_of(2),
                           support::request(3, server.url("/mark"), "", "mark"),
                           "{ stepID: 4, kind: break }", support::set(5, "text", "String", "body")},
                          "1-2 2-3 2-5 3-4"));
    const auto result = support::run_millrace({"run", "--output", "json", file});
    ASSERT_EQ(result.status, 0) << result.output.substr(0, 1000) << result.errors;
    EXPECT_GE(result.elapsed, seconds(2));

    const auto document = support::document_of(result);
    const std::string text(support::variable(document, "text").as_string());
    EXPECT_EQ(text.size(), kSize);
    EXPECT_EQ(support::sha256(text), support::sha256(body));
    EXPECT_EQ(support::variable(document, "line"), body.substr(0, 63).c_str());
    EXPECT_EQ(document.at("scopes"), 0);

    EXPECT_FALSE(done_at_mark) << "the reading step began after the last byte";
    EXPECT_LT(sent_at_mark, kSize / 4);
    EXPECT_TRUE(server.wait_all_closed(seconds(2)));
  }

  RawServer* server_ = nullptr;
};

TEST_F(LaterReader, OfABodyWithItsLength) {
  expect_every_byte([](Connection& connection, const std::string& body) {
    connection.send(support::head_for(body.size()));
    connection.drip(body, seconds(2));
  });
}

TEST_F(LaterReader, OfAChunkedBody) {
  expect_every_byte([](Connection& connection, const std::string& body) {
    connection.send(support::chunked_head());
    for (std::size_t at = 0; at < body.size(); at += kSize / 64) {
      connection.send(support::chunk(std::string_view(body).substr(at, kSize / 64)));
      connection.sleep(std::chrono::milliseconds(2050 / 64));
    }
    connection.send(support::last_chunk());
  });
}

TEST_F(LaterReader, OfABodyThatTheConnectionEnds) {
  expect_every_byte([](Connection& connection, const std::string& body) {
    connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    connection.drip(body, seconds(2));
    connection.close();
  });
}

// A decoder that waits for more than it needs would hold the reader up until the end.
TEST_F(LaterReader, OfACompressedBody) {
  expect_every_byte([](Connection& connection, const std::string& body) {
    const std::string packed = support::compressed(support::Encoding::gzip, body);
    connection.send(support::head_for(packed.size(), "Content-Encoding: gzip\r\n"));
    connection.drip(packed, seconds(2));
  });
}

}  // namespace
}  // namespace millrace
