// Requests are understood in one way only, however they are cut on the wire.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "net/reading_requests.h"

namespace millrace {
namespace {

const std::vector<std::string>& requests() {
  static const std::string kChunks = "1\r\na\r\n002;x=y\r\nbc\r\n0;z\r\nX-T: t\r\n\r\n";
  static const std::vector<std::string> kAll = {
      "GET /a HTTP/1.1\r\nHost: h\r\nX-A:\r\nX-A:  b \r\n\r\n",
      "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
      "POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\nhello",
      "PUT /d HTTP/1.0\r\nContent-Length: 0\r\n\r\n",
      "POST /e HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "P /f HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: h\r\n\r\n" + kChunks,
  };
  return kAll;
}

ServerLimits small_limits() {
  ServerLimits limits;
  limits.header_bytes = 256;
  limits.body_bytes = 64;
  return limits;
}

TEST(ServerRequestParser, understands_the_same_in_pieces_of_any_size) {
  std::string all;
  for (const std::string& request : requests()) all += request;
  const ServerLimits limits = small_limits();
  const ReadRequests whole = read_requests(all, all.size(), limits);
  EXPECT_EQ(whole.told,
            "GET|/a||Host:h|X-A:|X-A:b|POST|/b|hello|Host:h|Content-Length:5|"
            "POST|/c|hello|Host:h|Content-Length:5, 5|PUT|/d||Content-Length:0|"
            "POST|/e||Host:h|Transfer-Encoding:chunked|"
            "P|/f|abc|Transfer-Encoding:chunked|Host:h|");
  EXPECT_FALSE(whole.refused);
  for (std::size_t piece = 1; piece < 100; ++piece) {
    const ReadRequests read = read_requests(all, piece, limits);
    EXPECT_EQ(read.told, whole.told) << piece;
    EXPECT_FALSE(read.refused) << piece;
  }
}

TEST(ServerRequestParser, waits_for_the_rest_of_whatever_is_cut_short) {
  const ServerLimits limits = small_limits();
  for (const std::string& request : requests()) {
    for (std::size_t cut = 1; cut < request.size(); ++cut) {
      const ReadRequests read = read_requests(request.substr(0, cut), 3, limits);
      EXPECT_FALSE(read.refused) << request.substr(0, cut);
      EXPECT_EQ(read.told, "") << request.substr(0, cut);
    }
  }
}

TEST(ServerRequestParser, understands_the_same_of_what_is_broken) {
  std::mt19937 random(11);
  const ServerLimits limits = small_limits();
  const std::string_view letters("\r\n :;0149af\0\t,-x", 16);
  std::size_t refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes =
        requests()[random() % requests().size()] + requests()[random() % requests().size()];
    for (unsigned n = 1 + random() % 3; n > 0; --n) {
      const std::size_t at = random() % bytes.size();
      switch (random() % 3) {
        case 0: bytes[at] = letters[random() % letters.size()]; break;
        case 1: bytes.insert(at, 1, letters[random() % letters.size()]); break;
        default: bytes.erase(at, 1 + random() % 3);
      }
    }
    const ReadRequests whole = read_requests(bytes, bytes.size(), limits);
    const ReadRequests pieces = read_requests(bytes, 1 + random() % 20, limits);
    EXPECT_TRUE(agree(whole, pieces)) << bytes;
    if (whole.refused) ++refused;
  }
  EXPECT_GT(refused, 5'000U);
  EXPECT_LT(refused, 20'000U);
}

}  // namespace
}  // namespace millrace
