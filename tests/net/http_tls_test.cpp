// TLS: whom to trust, who we are, how old the protocol may be; certificates are made by the test.
#include "fetching.h"
#include "support/certificates.h"

namespace millrace {
namespace {

using support::answer;
using support::Authority;
using support::Identity;
using support::TlsSetup;
using testing::HasSubstr;

RawServer::Handler greeting() {
  return RawServer::each_request(
      [](Connection& peer, const Request&) { peer.send(answer("hello")); });
}

// The body, or the error as "kind/phase: message".
Task<void> fetch(Fetching& here, std::string url, TlsOptions tls, std::string& seen) {
  HttpRequest request;
  request.url = std::move(url);
  request.tls = std::move(tls);
  auto response = co_await here.send(std::move(request));
  if (!response) {
    const Error& error = response.error();
    seen = std::string(to_string(error.kind())) + "/" + error.phase() + ": " + error.message();
    co_return;
  }
  seen = *co_await here.read(response->body);
}

std::string fetch_once(const RawServer& server, const TlsOptions& tls) {
  std::string seen;
  fetching([&](Fetching& here) -> Task<void> { co_await fetch(here, server.url(), tls, seen); });
  return seen;
}

TEST(HttpTls, TrustsTheAuthorityThatIsNamedAndNoOther) {
  const Authority authority("Test authority");
  const Authority other("Another one");
  RawServer server(greeting(), TlsSetup(authority.issue()));
  const TlsOptions none;
  EXPECT_THAT(fetch_once(server, none), testing::StartsWith("unavailable/tls: the certificate of"));
  EXPECT_THAT(fetch_once(server, none), HasSubstr("tls.caCertificate"));
  EXPECT_EQ(fetch_once(server, {.ca_certificate = authority.certificate()}), "hello");
  EXPECT_THAT(fetch_once(server, {.ca_certificate = other.certificate()}),
              testing::StartsWith("unavailable/tls: "));
  EXPECT_EQ(fetch_once(server, {.ca_certificate = other.certificate() + authority.certificate()}),
            "hello");
  EXPECT_EQ(fetch_once(server, {.verify = false}), "hello");
}

TEST(HttpTls, RefusesAnotherHostAndTimesThatDoNotFit) {
  using std::chrono::hours;
  const Authority authority("Test authority");
  const std::pair<const char*, Identity> cases[] = {
      {"wrong host", authority.issue({.host = "example.test"})},
      {"wrong address", authority.issue({.host = "127.0.0.9"})},
      {"expired", authority.issue({.from = hours(-48), .until = hours(-24)})},
      {"not yet", authority.issue({.from = hours(24), .until = hours(48)})},
      {"self-signed", support::self_signed()}};
  for (const auto& [name, identity] : cases) {
    RawServer server(greeting(), TlsSetup(identity));
    EXPECT_THAT(fetch_once(server, {.ca_certificate = authority.certificate()}),
                testing::StartsWith("unavailable/tls: "))
        << name;
    EXPECT_EQ(fetch_once(server, {.verify = false}), "hello") << name;
  }
}

TEST(HttpTls, ShowsItsOwnCertificateWhereItIsAsked) {
  const Authority authority("Test authority");
  const Authority clients("Authority of clients");
  const Identity client = clients.issue({.host = "client.test"});
  const Identity stranger = authority.issue({.host = "stranger.test"});
  RawServer server(greeting(),
                   TlsSetup(authority.issue(), {.client_authority = clients.certificate()}));
  const TlsOptions none{.ca_certificate = authority.certificate()};
  const auto as = [&](const Identity& who) {
    TlsOptions tls = none;
    tls.client_certificate = who.certificate;
    tls.client_key = who.key;
    return tls;
  };
  EXPECT_EQ(fetch_once(server, as(client)), "hello");
  TlsOptions together = none;
  together.client_certificate = client.certificate + client.key;
  EXPECT_EQ(fetch_once(server, together), "hello");
  EXPECT_THAT(fetch_once(server, none), testing::StartsWith("unavailable/"));
  EXPECT_THAT(fetch_once(server, as(stranger)), testing::StartsWith("unavailable/"));
}

TEST(HttpTls, MinimumVersion) {
  const Authority authority("Test authority");
  RawServer old(greeting(), TlsSetup(authority.issue(), {.only_tls_1_2 = true}));
  RawServer recent(greeting(), TlsSetup(authority.issue()));
  TlsOptions tls{.ca_certificate = authority.certificate()};
  for (const char* version : {"", "1.2"}) {
    tls.min_version = version;
    EXPECT_EQ(fetch_once(old, tls), "hello");
  }
  tls.min_version = "1.3";
  EXPECT_THAT(fetch_once(old, tls), testing::StartsWith("unavailable/tls: no TLS connection to"));
  EXPECT_EQ(fetch_once(recent, tls), "hello");
}

TEST(HttpTls, WhatIsNoCertificateOrKeyIsRefusedBeforeAnythingIsOpened) {
  const Authority authority("Test authority");
  const Identity mine = authority.issue();
  const Identity another = authority.issue();
  RawServer server(greeting(), TlsSetup(mine));
  const std::pair<TlsOptions, const char*> cases[] = {
      {{.ca_certificate = "nonsense"}, "tls.caCertificate is no certificate"},
      {{.client_certificate = "nonsense", .client_key = mine.key}, "tls.clientCertificate is no"},
      {{.client_certificate = mine.certificate}, "tls.clientKey is missing"},
      {{.client_key = mine.key}, "without tls.clientCertificate"},
      {{.client_certificate = mine.certificate, .client_key = "nonsense"}, "no private key in PEM"},
      {{.client_certificate = mine.certificate, .client_key = another.key}, "does not belong"},
      {{.client_certificate = mine.certificate, .client_key = support::encrypted(mine.key)},
       "needs a password"}};
  for (const auto& [tls, message] : cases) {
    const std::string seen = fetch_once(server, tls);
    EXPECT_THAT(seen, testing::StartsWith("invalid/: ")) << message;
    EXPECT_THAT(seen, HasSubstr(message));
  }
  EXPECT_EQ(server.accepted(), 0U);
}

// A connection is used again only by who would have made the very same.
TEST(HttpTls, KeepsConnectionsOfDifferentTrustApart) {
  const Authority authority("Test authority");
  const Authority clients("Authority of clients");
  const Identity client = clients.issue({.host = "client.test"});
  RawServer server(greeting(), TlsSetup(authority.issue()));
  fetching([&](Fetching& here) -> Task<void> {
    const TlsOptions careless{.verify = false};
    const TlsOptions trusting{.ca_certificate = authority.certificate()};
    std::string seen;
    co_await fetch(here, server.url(), careless, seen);
    EXPECT_EQ(seen, "hello");
    co_await fetch(here, server.url(), careless, seen);
    EXPECT_EQ(server.accepted(), 1U);
    co_await fetch(here, server.url(), {}, seen);
    EXPECT_THAT(seen, testing::StartsWith("unavailable/tls"));
    const std::size_t before = server.accepted();
    co_await fetch(here, server.url(), trusting, seen);
    EXPECT_EQ(seen, "hello");
    EXPECT_EQ(server.accepted(), before + 1);
    TlsOptions known = trusting;
    known.client_certificate = client.certificate;
    known.client_key = client.key;
    co_await fetch(here, server.url(), known, seen);
    EXPECT_EQ(seen, "hello");
    EXPECT_EQ(server.accepted(), before + 2);
    TlsOptions newest = trusting;
    newest.min_version = "1.3";
    co_await fetch(here, server.url(), newest, seen);
    EXPECT_EQ(server.accepted(), before + 3);
  });
}

// The certificate says who we are, like a password: another origin does not get it.
TEST(HttpTls, ARedirectToAnotherOriginLosesTheClientCertificate) {
  const Authority authority("Test authority");
  const Authority clients("Authority of clients");
  const Identity client = clients.issue({.host = "client.test"});
  RawServer wants(greeting(),
                  TlsSetup(authority.issue(), {.client_authority = clients.certificate()}));
  RawServer redirects(RawServer::each_request([&](Connection& peer, const Request&) {
                        peer.send(answer("", "302 Found", "Location: " + wants.url() + "\r\n"));
                      }),
                      TlsSetup(authority.issue()));
  const TlsOptions tls{.ca_certificate = authority.certificate(),
                       .client_certificate = client.certificate,
                       .client_key = client.key};
  EXPECT_EQ(fetch_once(wants, tls), "hello");
  EXPECT_THAT(fetch_once(redirects, tls), testing::StartsWith("unavailable/"));
}

// OpenSSL writes to the socket without asking for no signal, and a signal would end the process.
TEST(HttpTls, ASocketThatIsGoneEndsNothingButItsRequest) {
  const Authority authority("Test authority");
  RawServer server(
      [](Connection& peer) {
        peer.read_head();
        peer.reset();
      },
      TlsSetup(authority.issue()));
  fetching([&](Fetching& here) -> Task<void> {
    for (int i = 0; i < 20; ++i) {
      HttpRequest request;
      request.url = server.url();
      request.tls.ca_certificate = authority.certificate();
      if (i % 2 == 0) request.body = std::string(4 << 20, 'x');
      auto response = co_await here.send(std::move(request));
      REQUIRE(!response);
      EXPECT_EQ(response.error().kind(), ErrorKind::unavailable);
    }
  });
}

// The same of a connection that waits for the next request.
TEST(HttpTls, AnIdleConnectionThatWasResetIsReplaced) {
  const Authority authority("Test authority");
  RawServer server(
      [](Connection& peer) {
        if (!peer.read_request()) return;
        peer.send(answer("hello"));
        peer.sleep(milliseconds(20));
        peer.reset();
      },
      TlsSetup(authority.issue()));
  fetching([&](Fetching& here) -> Task<void> {
    const TlsOptions tls{.ca_certificate = authority.certificate()};
    for (int i = 0; i < 5; ++i) {
      std::string seen;
      co_await fetch(here, server.url(), tls, seen);
      EXPECT_EQ(seen, "hello");
      EXPECT_TRUE(server.wait_all_closed(seconds(1)));
      if (i % 2 == 1) co_await here.session.sleep_for(milliseconds(20), "noticing it");
    }
    EXPECT_EQ(server.accepted(), 5U);
  });
}

// What has no body does not end with its connection, whatever its head leaves out.
TEST(HttpTls, AnswersWithoutABodyNeedNoFarewell) {
  const Authority authority("Test authority");
  RawServer server(RawServer::each_request([](Connection& peer, const Request& request) {
                     peer.send(request.method == "HEAD" ? "HTTP/1.1 200 OK\r\n\r\n"
                                                        : "HTTP/1.1 204 No Content\r\n\r\n");
                   }),
                   TlsSetup(authority.issue()));
  fetching([&](Fetching& here) -> Task<void> {
    for (const char* method : {"HEAD", "GET", "HEAD"}) {
      HttpRequest request;
      request.url = server.url();
      request.method = method;
      request.tls.ca_certificate = authority.certificate();
      auto response = co_await here.send(std::move(request));
      REQUIRE_OK(response);
      auto body = co_await here.read(response->body);
      REQUIRE_OK(body);
      EXPECT_EQ(*body, "");
    }
    EXPECT_EQ(server.accepted(), 1U);
  });
}

TEST(HttpTls, TellsHowLongTheHandshakeTook) {
  const Authority authority("Test authority");
  RawServer server(greeting(), TlsSetup(authority.issue()));
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest request;
    request.url = server.url();
    request.tls.ca_certificate = authority.certificate();
    auto response = co_await here.send(std::move(request));
    REQUIRE_OK(response);
    EXPECT_GT(response->body->timings().tls, Nanos{0});
  });
}

TEST(HttpTls, AdvisesWhatHelps) {
  using std::chrono::hours;
  const Authority authority("Test authority");
  const TlsOptions trusting{.ca_certificate = authority.certificate()};
  RawServer other(greeting(), TlsSetup(authority.issue({.host = "example.test"})));
  EXPECT_THAT(fetch_once(other, trusting), HasSubstr("is the host in the URL right?"));
  EXPECT_THAT(fetch_once(other, trusting), testing::Not(HasSubstr("caCertificate")));
  RawServer old(greeting(), TlsSetup(authority.issue({.from = hours(-48), .until = hours(-24)})));
  EXPECT_THAT(fetch_once(old, trusting), HasSubstr("has to renew it"));
}

}  // namespace
}  // namespace millrace
