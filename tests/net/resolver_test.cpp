// Names, asked of a real DNS server on loopback, and connecting to what they stand for.
#include <mutex>

#include "fetching.h"
#include "support/black_hole.h"
#include "support/dns_server.h"

namespace millrace {
namespace {

using support::BlackHole;
using support::DnsAnswer;
using support::DnsServer;
using testing::HasSubstr;

HttpOptions asking(const DnsServer& server) {
  HttpOptions options;
  options.name_servers = {server.address()};
  return options;
}

RawServer::Handler answers() {
  return RawServer::each_request([](Connection& peer, const Request&) {
    peer.send(support::answer("ok", "200 OK", "Connection: close\r\n"));
  });
}

std::string url_of(const std::string& host, const RawServer& server) {
  return "http://" + host + ":" + std::to_string(server.port()) + "/";
}

Task<void> succeeds(Fetching& here, std::string url) {
  auto response = co_await here.get(std::move(url));
  REQUIRE_OK(response);
  auto text = co_await here.read(response->body);
  REQUIRE_OK(text);
  EXPECT_EQ(*text, "ok");
}

TEST(Names, AreRememberedForAsLongAsTheirRecordHolds) {
  DnsServer names([](const std::string&) { return DnsAnswer{{"127.0.0.1"}, 1}; });
  RawServer server(answers());
  fetching(
      [&](Fetching& here) -> Task<void> {
        co_await succeeds(here, url_of("api.test", server));
        const std::size_t asked = names.questions();
        EXPECT_EQ(asked, 2U);
        co_await succeeds(here, url_of("api.test", server));
        co_await succeeds(here, url_of("API.Test", server));
        EXPECT_EQ(names.questions(), asked);
        co_await here.session.sleep_for(milliseconds(1100), "the record to pass");
        co_await succeeds(here, url_of("api.test", server));
        EXPECT_EQ(names.questions(), 2 * asked);
      },
      asking(names));
}

TEST(Names, WithoutATimeToLiveAreAskedForEachTime) {
  DnsServer names([](const std::string&) { return DnsAnswer{{"127.0.0.1"}, 0}; });
  RawServer server(answers());
  fetching(
      [&](Fetching& here) -> Task<void> {
        for (int i = 0; i < 3; ++i) co_await succeeds(here, url_of("api.test", server));
        EXPECT_EQ(names.questions(), 6U);
      },
      asking(names));
}

TEST(Names, AskedForByManyAtOnceAreAskedForOnce) {
  DnsServer names([](const std::string&) {
    std::this_thread::sleep_for(milliseconds(50));
    return DnsAnswer{{"127.0.0.1"}, 60};
  });
  RawServer server(answers());
  fetching(
      [&](Fetching& here) -> Task<void> {
        Scope all(here.session, "all");
        for (int i = 0; i < 20; ++i) {
          all.start("one", [&](Scope&) -> Task<Result<void>> {
            co_await succeeds(here, url_of("api.test", server));
            co_return Result<void>();
          });
        }
        co_await all.join();
        co_await all.close();
        EXPECT_EQ(names.questions(), 2U);
      },
      asking(names));
}

// Who asked first may leave: the others still get their answer.
TEST(Names, OneWhoLeavesTakesNobodyElseAlong) {
  DnsServer names([](const std::string&) {
    std::this_thread::sleep_for(milliseconds(200));
    return DnsAnswer{{"127.0.0.1"}, 60};
  });
  RawServer server(answers());
  fetching(
      [&](Fetching& here) -> Task<void> {
        Scope all(here.session, "all", {.fail_fast = false});
        all.start("hasty", [&](Scope&) -> Task<Result<void>> {
          HttpRequest request;
          request.url = url_of("api.test", server);
          request.timeout = milliseconds(50);
          auto response = co_await here.send(std::move(request));
          EXPECT_TRUE(!response && response.error().kind() == ErrorKind::deadline);
          if (!response) EXPECT_EQ(response.error().phase(), "dns");
          co_return Result<void>();
        });
        all.start("patient", [&](Scope&) -> Task<Result<void>> {
          co_await succeeds(here, url_of("api.test", server));
          co_return Result<void>();
        });
        co_await all.join();
        co_await all.close();
        EXPECT_EQ(names.questions(), 2U);
      },
      asking(names));
}

TEST(Names, FailuresAreNotRemembered) {
  std::atomic<bool> exists{false};
  DnsServer names([&](const std::string&) {
    return exists ? DnsAnswer{{"127.0.0.1"}, 60} : DnsAnswer{};
  });
  RawServer server(answers());
  fetching(
      [&](Fetching& here) -> Task<void> {
        auto response = co_await here.get(url_of("new.test", server));
        REQUIRE(!response);
        EXPECT_EQ(response.error().kind(), ErrorKind::unavailable);
        EXPECT_EQ(response.error().phase(), "dns");
        EXPECT_THAT(response.error().message(), HasSubstr("\"new.test\" (no such name)"));
        exists = true;
        co_await succeeds(here, url_of("new.test", server));
      },
      asking(names));
}

TEST(Names, NoMoreAreRememberedThanTheLimit) {
  DnsServer names([](const std::string&) { return DnsAnswer{{"127.0.0.1"}, 600}; });
  RawServer server(answers());
  HttpOptions options = asking(names);
  options.limits.names = 2;
  fetching(
      [&](Fetching& here) -> Task<void> {
        for (const char* name : {"a.test", "b.test", "c.test", "a.test", "b.test", "c.test"}) {
          co_await succeeds(here, url_of(name, server));
        }
        EXPECT_GT(names.questions(), 6U);
      },
      std::move(options));
  NameCache cache(2);
  const TimePoint at = now();
  for (int i = 0; i < 100; ++i) {
    cache.put(std::to_string(i), {{*IpAddress::parse("127.0.0.1")}, seconds(60)}, at);
    EXPECT_LE(cache.size(), 2U);
    EXPECT_NE(cache.find(std::to_string(i), at), nullptr);
  }
}

TEST(Names, ASilentServerIsWaitedForNoLongerThanTheLimit) {
  DnsServer names([](const std::string&) -> std::optional<DnsAnswer> { return std::nullopt; });
  fetching(
      [&](Fetching& here) -> Task<void> {
        HttpRequest request;
        request.url = "http://api.test/";
        request.connect_timeout = milliseconds(200);
        const TimePoint began = now();
        auto response = co_await here.send(std::move(request));
        EXPECT_GE(now() - began, milliseconds(200));
        EXPECT_LT(now() - began, milliseconds(kSanitized ? 2000 : 400));
        REQUIRE(!response);
        EXPECT_EQ(response.error().kind(), ErrorKind::deadline);
        EXPECT_EQ(response.error().phase(), "dns");
        EXPECT_THAT(response.error().message(), HasSubstr("while resolving \"api.test\""));
      },
      asking(names));
}

// A port of one's own instead of DNS.
class Fixed final : public NameSource {
 public:
  explicit Fixed(std::vector<std::string> addresses) : addresses_(std::move(addresses)) {}
  std::unique_ptr<NameLookup> look_up(Shard& /*shard*/, const std::string& /*host*/) override {
    class Known final : public NameLookup {
     public:
      explicit Known(NameAnswer answer) { finish(std::move(answer)); }
    };
    NameAnswer answer;
    for (const auto& text : addresses_) answer.addresses.push_back(*IpAddress::parse(text));
    return std::make_unique<Known>(std::move(answer));
  }

 private:
  std::vector<std::string> addresses_;
};

HttpOptions with_addresses(std::vector<std::string> addresses) {
  HttpOptions options;
  options.names = std::make_shared<Fixed>(std::move(addresses));
  return options;
}

TEST(Addresses, ADeadFirstIsPassedOverSoon) {
  RawServer server(answers());
  const BlackHole first("127.0.0.2", server.port());
  const BlackHole second("127.0.0.3", server.port());
  fetching(
      [&](Fetching& here) -> Task<void> {
        const TimePoint began = now();
        co_await succeeds(here, url_of("many.test", server));
        EXPECT_LT(now() - began, milliseconds(kSanitized ? 5000 : 1500));
        EXPECT_GE(now() - began, milliseconds(450));
      },
      with_addresses({"127.0.0.2", "127.0.0.3", "127.0.0.1"}));
}

TEST(Addresses, OneThatRefusesCostsNoTime) {
  RawServer server(answers());
  fetching(
      [&](Fetching& here) -> Task<void> {
        const TimePoint began = now();
        co_await succeeds(here, url_of("many.test", server));
        EXPECT_LT(now() - began, milliseconds(kSanitized ? 2000 : 200));
      },
      with_addresses({"127.0.0.4", "127.0.0.5", "::1", "127.0.0.1"}));
}

TEST(Addresses, WhenAllRefuseTheErrorSaysSo) {
  RawServer server(answers());
  const std::string url = url_of("many.test", server);
  server.stop();
  fetching(
      [&](Fetching& here) -> Task<void> {
        auto response = co_await here.get(url);
        REQUIRE(!response);
        EXPECT_EQ(response.error().kind(), ErrorKind::unavailable);
        EXPECT_EQ(response.error().phase(), "connect");
        EXPECT_THAT(response.error().message(), HasSubstr("connection refused"));
      },
      with_addresses({"127.0.0.4", "127.0.0.5", "127.0.0.1"}));
}

TEST(Addresses, WhenNoneAnswersTheLimitOfAllHolds) {
  RawServer server(answers());
  const BlackHole first("127.0.0.2", server.port());
  const BlackHole second("127.0.0.3", server.port());
  HttpOptions options = with_addresses({"127.0.0.2", "127.0.0.3"});
  options.limits.connect_addresses = milliseconds(600);
  fetching(
      [&](Fetching& here) -> Task<void> {
        const TimePoint began = now();
        auto response = co_await here.get(url_of("many.test", server));
        EXPECT_GE(now() - began, milliseconds(600));
        REQUIRE(!response);
        EXPECT_EQ(response.error().kind(), ErrorKind::unavailable);
        EXPECT_THAT(response.error().message(), HasSubstr("none of its addresses answered"));
        HttpRequest request;
        request.url = url_of("many.test", server);
        request.connect_timeout = milliseconds(100);
        auto hasty = co_await here.send(std::move(request));
        REQUIRE(!hasty);
        EXPECT_EQ(hasty.error().kind(), ErrorKind::deadline);
        EXPECT_EQ(hasty.error().phase(), "connect");
      },
      std::move(options));
}

TEST(Addresses, AConnectionThatStandsIsUsedAgainWithoutARace) {
  RawServer server(RawServer::each_request(
      [](Connection& peer, const Request&) { peer.send(support::answer("ok")); }));
  const BlackHole first("127.0.0.2", server.port());
  fetching(
      [&](Fetching& here) -> Task<void> {
        for (int i = 0; i < 3; ++i) co_await succeeds(here, url_of("many.test", server));
        EXPECT_EQ(server.accepted(), 1U);
        EXPECT_EQ(here.client.connections().opened, 1U);
      },
      with_addresses({"127.0.0.2", "127.0.0.1"}));
}

}  // namespace
}  // namespace millrace
