// Where the server listens.
#include "net/serving.h"

namespace millrace {
namespace {

using testing::HasSubstr;

Result<void> listening(const std::string& address) {
  Shard shard;
  HttpServer server(shard, {}, say_hello);
  return server.listen(address);
}

TEST(ServerListen, refuses_what_is_no_address_and_says_what_is) {
  for (const char* address :
       {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1:80 ", "::1:8080", "[::1]", "[127.0.0.1]:80", "[::1:80", "example.com:80",
        "127.0.0.1.5:80", "[]:80", "http://127.0.0.1:80"}) {
    const auto listened = listening(address);
    ASSERT_FALSE(listened) << address;
    EXPECT_EQ(listened.error().kind(), ErrorKind::invalid) << address;
    EXPECT_THAT(listened.error().message(), HasSubstr("127.0.0.1:8080")) << address;
  }
}

TEST(ServerListen, says_that_somebody_else_does) {
  Serving serving;
  const auto listened = listening(serving.address());
  ASSERT_FALSE(listened);
  EXPECT_EQ(listened.error().kind(), ErrorKind::conflict);
  EXPECT_THAT(listened.error().message(), HasSubstr(serving.address()));
}

TEST(ServerListen, says_that_the_address_is_not_of_this_machine) {
  // Kept for documentation (RFC 5737): nobody has it.
  const auto listened = listening("192.0.2.1:0");
  ASSERT_FALSE(listened);
  EXPECT_EQ(listened.error().kind(), ErrorKind::not_found);
}

TEST(ServerListen, knows_its_port_and_the_forms_of_addresses) {
  for (const auto& [address, begins] :
       std::vector<std::pair<std::string, std::string>>{{"127.0.0.1:0", "127.0.0.1:"},
                                                        {"localhost:0", "127.0.0.1:"},
                                                        {"0.0.0.0:0", "0.0.0.0:"}}) {
    Serving serving(say_hello, {}, address);
    EXPECT_THAT(serving.address(), testing::StartsWith(begins));
    EXPECT_NE(serving.port(), 0);
    RawClient client(serving.port());
    client.send(get("/"));
    EXPECT_EQ(read_answer(client).status(), 200);
  }
}

TEST(ServerListen, writes_ipv6_in_brackets) {
  Shard shard;
  HttpServer server(shard, {}, say_hello);
  const auto listened = server.listen("[::1]:0");
  if (!listened && listened.error().kind() != ErrorKind::invalid) GTEST_SKIP() << "no IPv6 here";
  ASSERT_TRUE(listened) << listened.error().to_line();
  EXPECT_THAT(server.address(), testing::MatchesRegex("\\[::1\\]:[1-9][0-9]*"));
}

TEST(ServerListen, everywhere_is_reached_over_ipv4_too) {
  std::string peer;
  {
    Serving serving(
        [&peer](Scope&, ServerRequest request) -> Task<ServerResponse> {
          peer = request.peer;
          co_return ServerResponse{};
        },
        {}, ":0");
    RawClient client(serving.port());
    client.send(get("/"));
    EXPECT_EQ(read_answer(client).status(), 200);
  }
  EXPECT_THAT(peer, testing::StartsWith("127.0.0.1:"));
}

TEST(ServerListen, again_on_the_same_port_at_once) {
  std::string address = "127.0.0.1:0";
  for (int i = 0; i < 5; ++i) {
    Serving serving(say_hello, {}, address);
    address = serving.address();
    // The server closes first, so that its end of the connection lingers in the system.
    RawClient client(serving.port());
    client.send(get("/"));
    EXPECT_EQ(read_answer(client).status(), 200);
    serving.stop();
    EXPECT_EQ(client.read_all(), "");
  }
}

}  // namespace
}  // namespace millrace
