// Where requests may go: judged by the address that is connected to, however it is written.
#include "fetching.h"
#include "support/dns_server.h"

namespace millrace {
namespace {

using support::DnsAnswer;
using support::DnsServer;
using testing::AllOf;
using testing::HasSubstr;

HttpOptions guarded() {
  HttpOptions options;
  options.egress.everything = false;
  return options;
}

std::vector<IpRange> ranges(std::initializer_list<const char*> texts) {
  std::vector<IpRange> all;
  for (const char* text : texts) all.push_back(*IpRange::parse(text));
  return all;
}

RawServer::Handler answers() {
  return after_request([](Connection& peer) { peer.send(support::answer("secret")); });
}

Task<void> expect_refused(Fetching& here, std::string url, std::string why) {
  auto response = co_await here.get(url);
  EXPECT_FALSE(response) << url;
  if (response) co_return;
  EXPECT_EQ(response.error().kind(), ErrorKind::denied) << url;
  EXPECT_EQ(response.error().phase(), "policy") << url;
  EXPECT_THAT(response.error().message(),
              AllOf(HasSubstr("refused by the egress policy"), HasSubstr(why)))
      << url;
}

struct Spelling {
  const char* host;
  const char* why;
};

class Egress : public testing::TestWithParam<Spelling> {};

TEST_P(Egress, RefusesTheAddressHoweverItIsWritten) {
  RawServer server(answers(), "0.0.0.0");
  fetching(
      [&](Fetching& here) -> Task<void> {
        const std::string url =
            std::string("http://") + GetParam().host + ":" + std::to_string(server.port()) + "/";
        co_await expect_refused(here, url, GetParam().why);
        EXPECT_EQ(server.accepted(), 0U);
      },
      guarded());
}

INSTANTIATE_TEST_SUITE_P(
    Spellings, Egress,
    testing::Values(
        Spelling{"127.0.0.1", "loopback"}, Spelling{"127.1", "loopback"},
        Spelling{"127.255.255.254", "loopback"}, Spelling{"0177.0.0.1", "loopback"},
        Spelling{"0x7f.1", "loopback"}, Spelling{"0x7f000001", "loopback"},
        Spelling{"2130706433", "loopback"}, Spelling{"017700000001", "loopback"},
        Spelling{"0x7f.0.0.0x1", "loopback"}, Spelling{"localhost", "loopback"},
        Spelling{"LOCALHOST.", "loopback"}, Spelling{"[::1]", "loopback"},
        Spelling{"[0:0:0:0:0:0:0:1]", "loopback"}, Spelling{"[::ffff:127.0.0.1]", "loopback"},
        Spelling{"[::ffff:7f00:1]", "loopback"}, Spelling{"[64:ff9b::127.0.0.1]", "loopback"},
        Spelling{"[2002:7f00:1::]", "loopback"}, Spelling{"0.0.0.0", "unspecified"},
        Spelling{"0", "unspecified"}, Spelling{"[::]", "unspecified"},
        Spelling{"[::ffff:0.0.0.0]", "unspecified"}, Spelling{"169.254.169.254", "metadata"},
        Spelling{"[::ffff:169.254.169.254]", "metadata"}, Spelling{"2852039166", "metadata"},
        Spelling{"0xa9fea9fe", "metadata"}, Spelling{"[fe80::1]", "metadata"},
        Spelling{"[fd00:ec2::254]", "metadata"}, Spelling{"[fd00:0ec2:0::0254]", "metadata"},
        Spelling{"100.100.100.200", "metadata"}, Spelling{"168.63.129.16", "metadata"}));

TEST(EgressRulesTest, PrivateRangesAreASetting) {
  HttpOptions options = guarded();
  options.egress.private_ranges = false;
  fetching(
      [&](Fetching& here) -> Task<void> {
        for (const char* host : {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
                                 "100.64.0.1", "[fc00::1]", "[fd12::1]", "[fec0::1]"}) {
          co_await expect_refused(here, std::string("http://") + host + "/", "private");
        }
      },
      std::move(options));
}

TEST(EgressRulesTest, LoopbackIsASetting) {
  RawServer server(answers());
  HttpOptions options = guarded();
  options.egress.loopback = true;
  fetching(
      [&](Fetching& here) -> Task<void> {
        auto response = co_await here.get(server.url());
        EXPECT_TRUE(response);
      },
      std::move(options));
}

TEST(EgressRulesTest, TheServersOwnListenersAreNeverReached) {
  RawServer server(answers());
  HttpOptions options;
  options.egress.everything = true;
  options.egress.own_addresses = {{*IpAddress::parse("0.0.0.0"), server.port()}};
  fetching(
      [&](Fetching& here) -> Task<void> {
        co_await expect_refused(here, server.url(), "this server itself");
        EXPECT_EQ(server.accepted(), 0U);
      },
      std::move(options));
}

TEST(EgressRulesTest, ListsByHostAndByRange) {
  RawServer server(answers());
  const std::string port = ":" + std::to_string(server.port()) + "/";
  DnsServer names([](const std::string&) { return DnsAnswer{{"127.0.0.1"}, 0}; });
  HttpOptions options = guarded();
  options.name_servers = {names.address()};
  options.egress.allow_hosts = {"good.test", ".inner.test"};
  options.egress.deny_hosts = {"bad.inner.test"};
  options.egress.deny_ranges = ranges({"127.0.0.9"});
  fetching(
      [&](Fetching& here) -> Task<void> {
        for (const char* host : {"good.test", "GOOD.test", "a.inner.test", "b.a.inner.test"}) {
          auto response = co_await here.get("http://" + std::string(host) + port);
          EXPECT_TRUE(response) << host << ": " << response.error().to_line();
        }
        for (const char* host :
             {"other.test", "notgood.test", "inner.test", "good.test.evil.test"}) {
          co_await expect_refused(here, "http://" + std::string(host) + port, "loopback");
        }
        co_await expect_refused(here, "http://bad.inner.test" + port, "deny-list");
        co_await expect_refused(here, "http://BAD.inner.test." + port, "deny-list");
        co_await expect_refused(here, "http://127.0.0.9" + port, "deny-list");
      },
      std::move(options));
}

// Of several addresses those that are refused are passed over, and the request goes to another.
TEST(EgressRulesTest, ANameWithSeveralAddressesReachesThoseThatAreAllowed) {
  RawServer good(answers(), "127.0.0.2");
  DnsServer names([](const std::string& name) {
    if (name == "mixed.test") return DnsAnswer{{"127.0.0.1", "169.254.169.254", "127.0.0.2"}, 60};
    return DnsAnswer{{"127.0.0.1", "169.254.169.254", "::1"}, 60};
  });
  HttpOptions options = guarded();
  options.name_servers = {names.address()};
  options.egress.allow_ranges = ranges({"127.0.0.2/32"});
  fetching(
      [&](Fetching& here) -> Task<void> {
        const std::string port = ":" + std::to_string(good.port()) + "/";
        auto response = co_await here.get("http://mixed.test" + port);
        REQUIRE_OK(response);
        co_await expect_refused(here, "http://refused.test" + port, "");
        EXPECT_EQ(good.accepted(), 1U);
      },
      std::move(options));
}

// Rebinding: the name is harmless when it is first asked for, and afterwards leads inside.
TEST(EgressRulesTest, ANameThatChangesItsAnswerGainsNothing) {
  RawServer outside(answers(), "127.0.0.2");
  std::atomic<int> asked{0};
  DnsServer names([&](const std::string&) {
    return DnsAnswer{{asked++ < 2 ? "127.0.0.2" : "127.0.0.1"}, 0};
  });
  HttpOptions options = guarded();
  options.name_servers = {names.address()};
  options.egress.allow_ranges = ranges({"127.0.0.2/32"});
  fetching(
      [&](Fetching& here) -> Task<void> {
        const std::string url = "http://rebind.test:" + std::to_string(outside.port()) + "/";
        auto response = co_await here.get(url);
        REQUIRE_OK(response);
        auto text = co_await here.read(response->body);
        co_await expect_refused(here, url, "rebind.test (127.0.0.1)");
      },
      std::move(options));
}

TEST(EgressRulesTest, ARedirectIntoARefusedRangeIsRefused) {
  for (const char* target :
       {"http://127.0.0.1:1/", "http://0x7f.1/", "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data", "//2130706433/", "http://inside.test/"}) {
    RawServer outside(
        after_request([target](Connection& peer) {
          peer.send(support::answer("", "302 Found", std::string("Location: ") + target + "\r\n"));
        }),
        "127.0.0.2");
    DnsServer names([](const std::string&) { return DnsAnswer{{"127.0.0.1"}, 0}; });
    HttpOptions options = guarded();
    options.name_servers = {names.address()};
    options.egress.allow_ranges = ranges({"127.0.0.2/32"});
    fetching(
        [&](Fetching& here) -> Task<void> {
          co_await expect_refused(here, outside.url(), "");
          EXPECT_EQ(outside.accepted(), 1U);
        },
        std::move(options));
  }
}

}  // namespace
}  // namespace millrace
