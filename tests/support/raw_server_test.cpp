#include "support/raw_server.h"

#include <gtest/gtest.h>

#include "support/measure.h"
#include "support/raw_client.h"

namespace millrace::support {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(RawServer, ReadsRequestsWithLengthAndChunksAndAnswers) {
  RequestLog log;
  RawServer server(RawServer::each_request([&](Connection& connection, const Request& request) {
    log.add(request);
    connection.send("HTTP/1.1 204 No Content\r\n\r\n");
    if (log.count() == 2) connection.close();
  }));
  RawClient client(server.port());
  client.send("POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  client.send(
      "PUT /d HTTP/1.1\r\nTRANSFER-encoding: chunked\r\n\r\n2\r\nxy\r\n1\r\nz\r\n0\r\n\r\n");
  EXPECT_EQ(client.read_all().size(), 2 * std::string("HTTP/1.1 204 No Content\r\n\r\n").size());
  ASSERT_EQ(log.count(), 2U);
  EXPECT_EQ(log.all()[0].method, "POST");
  EXPECT_EQ(log.all()[0].target, "/a?b=c");
  EXPECT_EQ(log.all()[0].header("host"), "x");
  EXPECT_EQ(log.all()[0].header("accept"), std::nullopt);
  EXPECT_EQ(log.all()[0].body, "abc");
  EXPECT_EQ(log.all()[1].body, "xyz");
  EXPECT_EQ(server.accepted(), 1U);
}

TEST(RawServer, DripsOverTheGivenTime) {
  RawServer server([](Connection& connection) {
    connection.read_request();
    connection.drip(std::string(1000, 'x'), milliseconds(200), 7);
  });
  const auto began = std::chrono::steady_clock::now();
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(client.read_all(), std::string(1000, 'x'));
  EXPECT_FALSE(client.was_reset());
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(200));
}

TEST(RawServer, ResetsTheConnection) {
  RawServer server([](Connection& connection) {
    connection.read_request();
    connection.reset();
  });
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\n\r\n");
  client.read_all();
  EXPECT_TRUE(client.was_reset());
}

TEST(RawServer, SeesThePeerClose) {
  std::atomic<bool> seen{false};
  RawServer server([&](Connection& connection) { seen = connection.wait_peer_closed(seconds(5)); });
  RawClient client(server.port());
  client.send("anything");
  client.close();
  EXPECT_TRUE(server.wait_all_closed(seconds(5)));
  while (server.accepted() == 0) std::this_thread::yield();
  EXPECT_TRUE(server.wait_all_closed(seconds(5)));
  EXPECT_TRUE(seen);
}

TEST(RawServer, StopsWhileHandlersStallAndLeaksNothing) {
  const std::size_t before = open_descriptors();
  {
    RawServer server([](Connection& connection) { connection.stall_until_closed(); });
    const RawClient one(server.port());
    const RawClient two(server.port());
    while (server.accepted() < 2) std::this_thread::yield();
    server.stop();
    EXPECT_EQ(server.open_now(), 0U);
  }
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace millrace::support
