#include "cli/demo_upstream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/demo_answers.h"
#include "support/checksum.h"
#include "support/measure.h"
#include "support/raw_client.h"

namespace millrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using support::body_of;
using support::fetch;
using support::RawClient;
using testing::HasSubstr;
using testing::StartsWith;

TEST(DemoUpstream, DripsTextOfAKnownChecksum) {
  const auto upstream = *DemoUpstream::start();
  const auto began = steady_clock::now();
  const std::string body = body_of(fetch(upstream->port(), "/drip?bytes=1048576&seconds=0.4"));
  EXPECT_GE(steady_clock::now() - began, milliseconds(400));
  EXPECT_EQ(body.size(), 1U << 20U);
  EXPECT_EQ(std::count(body.begin(), body.end(), '\n'), 16384);
  EXPECT_EQ(support::sha256(body), support::sha256(demo_text(1U << 20U)));
  EXPECT_EQ(support::sha256(body),
            "e0c7aef643a607026857fcd6cfabcf91512a29d4e30d96bbd8e02e82f54377cf");
  EXPECT_EQ(upstream->bytes_sent(), 1U << 20U);
}

TEST(DemoUpstream, StallsAfterSoManyBytesUntilTheClientGoes) {
  const auto upstream = *DemoUpstream::start();
  RawClient client(upstream->port());
  client.send("GET /stall?after=500 HTTP/1.1\r\n\r\n");
  EXPECT_EQ(body_of(client.read_all(milliseconds(200))), demo_text(500));
  EXPECT_EQ(upstream->open_sockets(), 2U);
  client.close();
  for (int i = 0; i < 500 && upstream->open_sockets() != 1; ++i) {
    std::this_thread::sleep_for(milliseconds(2));
  }
  EXPECT_EQ(upstream->open_sockets(), 1U);
}

TEST(DemoUpstream, AJobIsDoneWhenAskedForTheThirdTime) {
  const auto upstream = *DemoUpstream::start();
  EXPECT_THAT(fetch(upstream->port(), "/job/start"), HasSubstr("\"path\": \"/job/1\""));
  EXPECT_THAT(fetch(upstream->port(), "/job/1"), HasSubstr("running"));
  EXPECT_THAT(fetch(upstream->port(), "/job/1"), HasSubstr("running"));
  EXPECT_THAT(fetch(upstream->port(), "/job/1"), HasSubstr("done"));
  EXPECT_THAT(fetch(upstream->port(), "/job/1"), HasSubstr("done"));
  EXPECT_THAT(fetch(upstream->port(), "/job/77"), StartsWith("HTTP/1.1 404 "));
}

TEST(DemoUpstream, EchoesKeepsAliveAndTakesItsTime) {
  const auto upstream = *DemoUpstream::start();
  RawClient client(upstream->port());
  client.send(
      "POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET /slow?ms=150 HTTP/1.1\r\n"
      "Connection: close\r\n\r\n");
  const auto began = steady_clock::now();
  const std::string both = client.read_all();
  EXPECT_GE(steady_clock::now() - began, milliseconds(150));
  EXPECT_THAT(both, HasSubstr("\r\n\r\nhelloHTTP/1.1 200 OK"));
  EXPECT_THAT(both, HasSubstr("{\"waited\": 150}"));
}

TEST(DemoUpstream, AnswersWhatTheExamplesNeed) {
  const auto upstream = *DemoUpstream::start();
  EXPECT_THAT(fetch(upstream->port(), "/down"), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(fetch(upstream->port(), "/orders.json"), HasSubstr("\"customer\": \"Ann\""));
  EXPECT_THAT(fetch(upstream->port(), "/prices.csv"), HasSubstr("\nflour,3,1.25\n"));
  EXPECT_THAT(fetch(upstream->port(), "/fallback.json"), HasSubstr("\"rate\": 1.08"));
  EXPECT_THAT(fetch(upstream->port(), "/mill/page"), HasSubstr("\"/mill/page?number=2\""));
  EXPECT_THAT(fetch(upstream->port(), "/mill/page?number=4"), HasSubstr("\"next\": \"\""));
  EXPECT_THAT(fetch(upstream->port(), "/webhook"), HasSubstr("503"));
  EXPECT_THAT(fetch(upstream->port(), "/"), HasSubstr("/drip?bytes=1048576&seconds=3"));
  EXPECT_THAT(fetch(upstream->port(), "/nothing"), StartsWith("HTTP/1.1 404 "));
}

TEST(DemoUpstream, GarbageGetsARefusalAndNothingStays) {
  const auto upstream = *DemoUpstream::start();
  const auto answer_to = [&](const std::string& bytes) {
    RawClient client(upstream->port());
    client.send(bytes);
    return client.read_all();
  };
  EXPECT_THAT(answer_to("\x16\x03\x01 garbage\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer_to("GET\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer_to("GET  HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer_to("GET /" + std::string(20'000, 'x')), StartsWith("HTTP/1.1 431 "));
  for (const std::string length : {"9999999999", "-1", "x", "99999999999999999999999", ""}) {
    EXPECT_THAT(answer_to("POST /echo HTTP/1.1\r\nContent-Length: " + length + "\r\n\r\n"),
                StartsWith("HTTP/1.1 413 "))
        << length;
  }
  EXPECT_THAT(fetch(upstream->port(), "/drip?bytes=-5&seconds=0"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(body_of(fetch(upstream->port(), "/drip?bytes=nan&seconds=0")).size(), 1U << 20U);
}

TEST(DemoUpstream, APortThatIsTakenIsAnErrorThatSaysSo) {
  const auto first = *DemoUpstream::start();
  const auto second = DemoUpstream::start(first->port());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind(), ErrorKind::conflict);
  EXPECT_THAT(second.error().message(), HasSubstr(std::to_string(first->port())));
  EXPECT_THAT(second.error().message(), HasSubstr("--port"));
}

TEST(DemoUpstream, RefusesMoreConnectionsThanItsLimit) {
  const auto upstream = *DemoUpstream::start();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 80; ++i) clients.push_back(std::make_unique<RawClient>(upstream->port()));
  EXPECT_EQ(clients.back()->read_all(), "");
  EXPECT_LE(upstream->open_sockets(), 65U);
}

TEST(DemoUpstream, StoppedHalfWayItLeavesNothing) {
  const std::size_t descriptors = support::open_descriptors();
  {
    const auto upstream = *DemoUpstream::start();
    RawClient dripping(upstream->port());
    RawClient stalling(upstream->port());
    RawClient idle(upstream->port());
    dripping.send("GET /drip?seconds=60 HTTP/1.1\r\n\r\n");
    stalling.send("GET /stall HTTP/1.1\r\n\r\n");
    EXPECT_EQ(dripping.read(1000).size(), 1000U);
    EXPECT_EQ(stalling.read(1000).size(), 1000U);
    EXPECT_EQ(upstream->open_sockets(), 4U);
    const auto began = steady_clock::now();
    upstream->stop();
    EXPECT_LT(steady_clock::now() - began, seconds(1));
    EXPECT_EQ(upstream->open_sockets(), 0U);
    EXPECT_EQ(Scope::live(), 0U);
  }
  EXPECT_EQ(support::open_descriptors(), descriptors);
}

}  // namespace
}  // namespace millrace
