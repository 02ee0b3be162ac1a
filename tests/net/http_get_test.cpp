#include "fetching.h"

namespace millrace {
namespace {

using testing::HasSubstr;

TEST(HttpGet, BringsStatusHeadersAndBody) {
  RawServer server(RawServer::each_request([](Connection& peer, const Request& request) {
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.target, "/path?x=1");
    EXPECT_EQ(request.header("Accept-Encoding"), "gzip, deflate, br, zstd");
    EXPECT_EQ(request.header("User-Agent"), "Millrace");
    peer.send(plain_answer("hello", "content-type: text/plain\r\nx-two: a\r\nX-Two: b\r\n"));
  }));
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(server.url("/path?x=1"));
    EXPECT_TRUE(response) << response.error().to_line();
    if (!response) co_return;
    EXPECT_EQ(response->status, "200 OK");
    EXPECT_EQ(response->status_code, 200);
    EXPECT_EQ(response->content_length, 5);
    EXPECT_EQ(response->content_type, "text/plain");
    EXPECT_EQ(response->url, server.url("/path?x=1"));
    EXPECT_EQ(response->headers[2].name, "X-Two");
    auto text = co_await here.read(response->body);
    EXPECT_TRUE(text) << text.error().to_line();
    if (text) EXPECT_EQ(*text, "hello");
  });
}

}  // namespace
}  // namespace millrace
