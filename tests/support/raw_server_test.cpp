#include "support/raw_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

namespace millrace::support {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A blocking client of one request, as small as can be.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(port);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&there), sizeof there), 0);
  }
  ~Client() { close(); }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  void send(std::string_view text) const {
    EXPECT_EQ(::send(socket_, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }
  // Everything until the server closes; `reset` tells how it did.
  std::string read_all(bool& reset) const {
    std::string all;
    char piece[4096];
    ssize_t size = 0;
    while ((size = ::recv(socket_, piece, sizeof piece, 0)) > 0) {
      all.append(piece, static_cast<std::size_t>(size));
    }
    reset = size < 0;
    return all;
  }

 private:
  int socket_;
};

std::size_t descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST(RawServer, ReadsRequestsWithLengthAndChunksAndAnswers) {
  RequestLog log;
  RawServer server(RawServer::each_request([&](Connection& connection, const Request& request) {
    log.add(request);
    connection.send("HTTP/1.1 204 No Content\r\n\r\n");
    if (log.count() == 2) connection.close();
  }));
  const Client client(server.port());
  client.send("POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  client.send("PUT /d HTTP/1.1\r\nTRANSFER-encoding: chunked\r\n\r\n2\r\nxy\r\n1\r\nz\r\n0\r\n\r\n");
  bool reset = false;
  EXPECT_EQ(client.read_all(reset).size(), 2 * std::string("HTTP/1.1 204 No Content\r\n\r\n").size());
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
  const Client client(server.port());
  client.send("GET / HTTP/1.1\r\n\r\n");
  bool reset = true;
  EXPECT_EQ(client.read_all(reset), std::string(1000, 'x'));
  EXPECT_FALSE(reset);
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(200));
}

TEST(RawServer, ResetsTheConnection) {
  RawServer server([](Connection& connection) {
    connection.read_request();
    connection.reset();
  });
  const Client client(server.port());
  client.send("GET / HTTP/1.1\r\n\r\n");
  bool reset = false;
  client.read_all(reset);
  EXPECT_TRUE(reset);
}

TEST(RawServer, SeesThePeerClose) {
  std::atomic<bool> seen{false};
  RawServer server([&](Connection& connection) { seen = connection.wait_peer_closed(seconds(5)); });
  Client client(server.port());
  client.send("anything");
  client.close();
  EXPECT_TRUE(server.wait_all_closed(seconds(5)));
  while (server.accepted() == 0) std::this_thread::yield();
  EXPECT_TRUE(server.wait_all_closed(seconds(5)));
  EXPECT_TRUE(seen);
}

TEST(RawServer, StopsWhileHandlersStallAndLeaksNothing) {
  const std::size_t before = descriptors();
  {
    RawServer server([](Connection& connection) { connection.stall_until_closed(); });
    const Client one(server.port());
    const Client two(server.port());
    while (server.accepted() < 2) std::this_thread::yield();
    server.stop();
    EXPECT_EQ(server.open_now(), 0U);
  }
  EXPECT_EQ(descriptors(), before);
}

}  // namespace
}  // namespace millrace::support
