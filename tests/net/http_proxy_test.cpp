// Requests through proxies: forwarding, tunnels, SOCKS; and the egress policy, which holds for the
// proxy and for what lies behind it.
#include <cstdlib>

#include "fetching.h"
#include "support/proxies.h"

namespace millrace {
namespace {

using support::answer;
using support::Authority;
using support::Proxies;
using support::TlsSetup;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

RawServer::Handler telling() {
  return RawServer::each_request(
      [](Connection& peer, const Request& request) { peer.send(answer(request.head)); });
}

std::string at(const std::string& scheme, const RawServer& proxy, const std::string& login = "") {
  return scheme + "://" + (login.empty() ? "" : login + "@") +
         "127.0.0.1:" + std::to_string(proxy.port());
}

// The body, or the error as "kind/phase: message".
Task<void> fetch(Fetching& here, HttpRequest request, std::string& seen) {
  auto response = co_await here.send(std::move(request));
  if (response) {
    auto body = co_await here.read(response->body);
    seen = body ? *body : body.error().message();
    co_return;
  }
  const Error& error = response.error();
  seen = std::string(to_string(error.kind())) + "/" + error.phase() + ": " + error.message();
}

std::string fetch_once(HttpRequest request, const HttpOptions& options = {}) {
  std::string seen;
  fetching([&](Fetching& here) -> Task<void> { co_await fetch(here, std::move(request), seen); },
           options);
  return seen;
}

HttpRequest through(const std::string& url, const std::string& proxy) {
  HttpRequest request;
  request.url = url;
  request.proxy = proxy;
  return request;
}

TEST(HttpProxy, ForwardsPlainRequests) {
  Proxies proxies;
  proxies.login = "me:pw";
  RawServer proxy(proxies.http());
  RawServer target(telling());
  const std::string seen = fetch_once(through(target.url("/x?y"), at("http", proxy, "me:pw")));
  EXPECT_THAT(seen, StartsWith("GET " + target.url("/x?y") + " HTTP/1.1\r\n"));
  EXPECT_THAT(proxies.asked(), ElementsAre("GET " + target.url("/x?y") + " by me:pw"));
}

TEST(HttpProxy, MakesTunnelsForTls) {
  const Authority authority("Test authority");
  Proxies proxies;
  proxies.login = "me:pw";
  RawServer proxy(proxies.http());
  RawServer target(telling(), TlsSetup(authority.issue()));
  HttpRequest request = through(target.url("/x"), at("http", proxy, "me:pw"));
  request.tls.ca_certificate = authority.certificate();
  request.headers = {{"X-Own", "for the target"}};
  const std::string seen = fetch_once(request);
  // What is meant for one of the two does not reach the other.
  EXPECT_THAT(seen, StartsWith("GET /x HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("X-Own: for the target\r\n"));
  EXPECT_THAT(seen, Not(HasSubstr("Proxy-")));
  EXPECT_THAT(proxies.asked(),
              ElementsAre("CONNECT 127.0.0.1:" + std::to_string(target.port()) + " by me:pw"));
  request.tls = {};
  EXPECT_THAT(fetch_once(request), StartsWith("unavailable/tls: "));
}

TEST(HttpProxy, ATunnelIsOnlyForWhoKnewThePassword) {
  const Authority authority("Test authority");
  Proxies proxies;
  proxies.login = "me:pw";
  RawServer proxy(proxies.http());
  RawServer target(telling(), TlsSetup(authority.issue()));
  fetching([&](Fetching& here) -> Task<void> {
    std::string seen;
    for (const auto& [login, expected] :
         {std::pair("me:pw", "GET /"), std::pair("me:pw", "GET /"),
          std::pair("me:wrong", "unavailable/connect: no connection"),
          std::pair("", "unavailable/connect: no connection")}) {
      HttpRequest request = through(target.url(), at("http", proxy, login));
      request.tls.ca_certificate = authority.certificate();
      co_await fetch(here, std::move(request), seen);
      EXPECT_THAT(seen, StartsWith(expected));
      EXPECT_THAT(seen, Not(HasSubstr("wrong")));
    }
    EXPECT_THAT(seen, HasSubstr("407"));
    const std::string connect = "CONNECT 127.0.0.1:" + std::to_string(target.port());
    EXPECT_THAT(proxies.asked(), ElementsAre(connect + " by me:pw",
                                             testing::StartsWith(connect + " by Basic "), connect));
  });
}

TEST(HttpProxy, SocksIsToldTheAddressOrTheName) {
  Proxies proxies;
  RawServer proxy(proxies.socks5());
  RawServer target(telling());
  const std::string port = std::to_string(target.port());
  const std::string by_name = "http://localhost:" + port + "/";
  EXPECT_THAT(fetch_once(through(target.url(), at("socks5", proxy))), StartsWith("GET / "));
  EXPECT_THAT(fetch_once(through(by_name, at("socks5", proxy))), HasSubstr("Host: localhost"));
  EXPECT_THAT(fetch_once(through(by_name, at("socks5h", proxy))), StartsWith("GET / "));
  EXPECT_THAT(fetch_once(through("http://only.proxy.invalid:" + port, at("SOCKS5H", proxy))),
              HasSubstr("Host: only.proxy.invalid"));
  EXPECT_THAT(fetch_once(through("http://only.proxy.invalid:" + port, at("socks5", proxy))),
              StartsWith("unavailable/dns: "));
  EXPECT_THAT(
      proxies.asked(),
      ElementsAre("SOCKS5 address 127.0.0.1:" + port, "SOCKS5 address 127.0.0.1:" + port,
                  "SOCKS5 name localhost:" + port, "SOCKS5 name only.proxy.invalid:" + port));
}

TEST(HttpProxy, SocksWithAPasswordAndTls) {
  const Authority authority("Test authority");
  Proxies proxies;
  proxies.login = "me:pw";
  RawServer proxy(proxies.socks5());
  RawServer target(telling(), TlsSetup(authority.issue({.host = "localhost"})));
  HttpRequest request = through("https://localhost:" + std::to_string(target.port()) + "/",
                                at("socks5h", proxy, "me:pw"));
  request.tls.ca_certificate = authority.certificate();
  EXPECT_THAT(fetch_once(request), StartsWith("GET / "));
  request.proxy = at("socks5h", proxy, "me:wrong");
  EXPECT_THAT(fetch_once(request), StartsWith("unavailable/connect: no connection to localhost"));
  EXPECT_THAT(fetch_once(request), Not(HasSubstr("wrong")));
}

TEST(HttpProxy, SaysWhenNobodyIsThere) {
  Proxies proxies;
  RawServer http(proxies.http());
  RawServer socks(proxies.socks5());
  const std::string dead = "http://127.0.0.1:9/";
  EXPECT_THAT(fetch_once(through(dead, "http://127.0.0.1:9")),
              StartsWith("unavailable/connect: cannot connect to the proxy 127.0.0.1:9 ("));
  EXPECT_THAT(fetch_once(through(dead, at("socks5", socks))),
              StartsWith("unavailable/connect: no connection to 127.0.0.1:9 (through the proxy "));
  EXPECT_THAT(fetch_once(through("https://127.0.0.1:9/", at("http", http))),
              StartsWith("unavailable/connect: "));
}

TEST(HttpProxy, AProxyThatStallsMeetsTheLimits) {
  RawServer proxy([](Connection& peer) { peer.stall_until_closed(); });
  for (const char* scheme : {"http", "socks5", "socks5h"}) {
    HttpRequest request = through("https://127.0.0.1:9/", at(scheme, proxy));
    request.connect_timeout = milliseconds(100);
    const std::string seen = fetch_once(request);
    EXPECT_THAT(seen, StartsWith("deadline/connect: ")) << scheme;
    EXPECT_THAT(seen, HasSubstr("127.0.0.1:9 (through the proxy 127.0.0.1:")) << scheme;
  }
}

// What the machine's environment says of proxies is for other programs.
TEST(HttpProxy, TheEnvironmentHasNoSay) {
  Proxies proxies;
  RawServer proxy(proxies.http());
  RawServer target(telling());
  ::setenv("no_proxy", "*", 1);
  ::setenv("http_proxy", "http://127.0.0.1:9", 1);
  const std::string proxied = fetch_once(through(target.url(), at("http", proxy)));
  const std::string plain = fetch_once(through(target.url(), ""));
  ::unsetenv("no_proxy");
  const std::string direct = fetch_once(through(target.url(), ""));
  ::unsetenv("http_proxy");
  EXPECT_THAT(proxied, StartsWith("GET http://"));
  EXPECT_THAT(plain, StartsWith("GET / "));
  EXPECT_THAT(direct, StartsWith("GET / "));
}

TEST(HttpProxy, ThePolicyHoldsForBothEnds) {
  Proxies proxies;
  RawServer http(proxies.http());
  RawServer socks(proxies.socks5());
  HttpOptions strict;
  strict.egress.everything = false;
  strict.egress.allow_ranges = {*IpRange::parse("127.0.0.1/32")};
  for (const std::string& proxy : {at("http", http), at("socks5", socks), at("socks5h", socks)}) {
    for (const char* target : {"http://169.254.169.254/", "https://169.254.169.254/",
                               "http://127.0.0.2:1/", "http://0x7f000002:1/"}) {
      EXPECT_THAT(fetch_once(through(target, proxy), strict), StartsWith("denied/policy: "))
          << proxy << " to " << target;
    }
    // Where nobody here can tell its address, it is not taken on trust.
    EXPECT_THAT(fetch_once(through("http://only.proxy.invalid/", proxy), strict),
                StartsWith("unavailable/dns: "));
  }
  strict.egress.allow_ranges = {};
  strict.egress.allow_hosts = {"example.test"};
  EXPECT_THAT(fetch_once(through("http://192.0.2.1/", at("http", http)), strict),
              StartsWith("denied/policy: "));
  EXPECT_THAT(proxies.asked(), testing::IsEmpty());
}

TEST(HttpProxy, CredentialsAreSaidOnce) {
  std::string head;
  RawServer proxy([&head](Connection& peer) {
    if (auto request = peer.read_request()) head = request->head;
    peer.send(answer("hello"));
  });
  HttpRequest request = through("http://127.0.0.1:9/", at("http", proxy, "me:pw"));
  request.headers = {{"proxy-authorization", "Basic other"}};
  EXPECT_EQ(fetch_once(request), "hello");
  EXPECT_THAT(head, HasSubstr("Proxy-Authorization: Basic bWU6cHc=\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Basic other")));
}

}  // namespace
}  // namespace millrace
