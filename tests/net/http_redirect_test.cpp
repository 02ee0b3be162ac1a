#include <fmt/format.h>

#include "fetching.h"

namespace millrace {
namespace {

using support::answer;
using testing::HasSubstr;

// Answers /to?STATUS with that redirect to `location`, everything else with what came.
RawServer::Handler redirecting(const std::string& location) {
  return RawServer::each_request([location](Connection& peer, const Request& request) {
    if (request.target.starts_with("/to?")) {
      const std::string status = request.target.substr(4);
      peer.send("HTTP/1.1 " + status + " Moved\r\nLocation: " + location +
                "\r\nContent-Length: 4\r\n\r\ngone");
    } else {
      peer.send(answer(request.method + " " + request.target + " " +
                       request.header("Authorization").value_or("-") + " " + request.body));
    }
  });
}

TEST(HttpRedirect, FollowsByTheMethodRules) {
  RawServer server(redirecting("/there?a=1"));
  const std::pair<std::string, std::string> cases[] = {
      {"GET 301", "GET"},       {"POST 301", "GET"}, {"POST 302", "GET"}, {"POST 303", "GET"},
      {"PUT 303", "GET"},       {"PUT 302", "PUT"},  {"GET 307", "GET"},  {"POST 307", "POST"},
      {"DELETE 308", "DELETE"}, {"POST 308", "POST"}};
  fetching([&](Fetching& here) -> Task<void> {
    for (const auto& [sent, method] : cases) {
      const std::size_t space = sent.find(' ');
      HttpRequest request;
      request.method = sent.substr(0, space);
      request.url = server.url("/to?" + sent.substr(space + 1));
      if (request.method.starts_with('P')) request.body = "body";
      request.bearer = "token";
      auto response = co_await here.send(std::move(request));
      REQUIRE_OK(response);
      EXPECT_EQ(response->url, server.url("/there?a=1"));
      const std::string body = method.starts_with('P') ? "body" : "";
      EXPECT_EQ(*co_await here.read(response->body),
                fmt::format("{} /there?a=1 Bearer token {}", method, body));
    }
    EXPECT_EQ(server.accepted(), 1U);
  });
}

TEST(HttpRedirect, DropsCredentialsWhenTheOriginChanges) {
  RawServer other(redirecting(""));
  RawServer server(redirecting(other.url("/there")));
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest request;
    request.url = server.url("/to?302");
    request.headers = {{"authorization", "secret"}, {"Cookie", "x=1"}};
    auto response = co_await here.send(std::move(request));
    REQUIRE_OK(response);
    EXPECT_EQ(*co_await here.read(response->body), "GET /there - ");
  });
}

TEST(HttpRedirect, EndsWhereItMust) {
  RawServer loop(redirecting("/to?302"));
  RawServer scheme(redirecting("ftp://127.0.0.1/"));
  RawServer broken(redirecting("http://127.0.0.1:99999/"));
  RawServer refused(redirecting("http://127.0.0.2:1/"));
  HttpOptions options;
  options.egress.deny_ranges = {*IpRange::parse("127.0.0.2/32")};
  fetching(
      [&](Fetching& here) -> Task<void> {
        auto endless = co_await here.get(loop.url("/to?302"));
        REQUIRE(!endless);
        EXPECT_EQ(endless.error().kind(), ErrorKind::exhausted);
        EXPECT_THAT(endless.error().message(), HasSubstr("more than 10 redirects"));
        auto elsewhere = co_await here.get(scheme.url("/to?302"));
        REQUIRE(!elsewhere);
        EXPECT_EQ(elsewhere.error().kind(), ErrorKind::denied);
        auto nowhere = co_await here.get(broken.url("/to?302"));
        REQUIRE(!nowhere);
        EXPECT_EQ(nowhere.error().kind(), ErrorKind::unavailable);
        auto denied = co_await here.get(refused.url("/to?302"));
        REQUIRE(!denied);
        EXPECT_EQ(denied.error().kind(), ErrorKind::denied);
        EXPECT_EQ(denied.error().phase(), "policy");
        // Not followed: the redirect is the result.
        HttpRequest request;
        request.url = loop.url("/to?302");
        request.follow_redirects = false;
        auto plain = co_await here.send(std::move(request));
        REQUIRE_OK(plain);
        EXPECT_EQ(plain->status_code, 302);
      },
      options);
}

// Answers /to?STATUS with a redirect, everything else with the request as it came.
RawServer::Handler redirecting_and_showing(const std::string& location) {
  return RawServer::each_request([location](Connection& peer, const Request& request) {
    if (request.target.starts_with("/to?")) {
      peer.send("HTTP/1.1 " + request.target.substr(4) + " Moved\r\nLocation: " + location +
                "\r\nContent-Length: 0\r\n\r\n");
    } else {
      peer.send(answer(request.head + request.body));
    }
  });
}

TEST(HttpRedirect, AHostHeaderIsForItsOriginAlone) {
  RawServer other(redirecting_and_showing(""));
  RawServer away(redirecting_and_showing(other.url("/there")));
  RawServer home(redirecting_and_showing("/there"));
  fetching([&](Fetching& here) -> Task<void> {
    for (const bool leaves : {true, false}) {
      HttpRequest request;
      request.url = (leaves ? away : home).url("/to?302");
      request.headers = {{"host", "own.example"}, {"Idempotency-Key", "key"}};
      auto response = co_await here.send(std::move(request));
      REQUIRE_OK(response);
      const std::string seen = *co_await here.read(response->body);
      EXPECT_THAT(seen, HasSubstr(leaves ? fmt::format("Host: 127.0.0.1:{}\r\n", other.port())
                                         : std::string("Host: own.example\r\n")));
      // It names the request, wherever that is answered.
      EXPECT_THAT(seen, HasSubstr("Idempotency-Key: key\r\n"));
    }
  });
}

TEST(HttpRedirect, WhatTellsOfABodyGoesWithIt) {
  RawServer server(redirecting_and_showing("/there"));
  fetching([&](Fetching& here) -> Task<void> {
    for (const auto& [method, status] : {std::pair("GET", "303"), std::pair("POST", "303"),
                                         std::pair("POST", "302"), std::pair("PUT", "303")}) {
      HttpRequest request;
      request.url = server.url("/to?" + std::string(status));
      request.method = method;
      request.body = std::string("body");
      request.headers = {{"content-encoding", "identity"},
                         {"Content-Language", "de"},
                         {"Content-Type", "text/plain"},
                         {"X-Own", "stays"}};
      auto response = co_await here.send(std::move(request));
      REQUIRE_OK(response);
      const std::string seen = *co_await here.read(response->body);
      EXPECT_THAT(seen, testing::StartsWith("GET /there ")) << method;
      EXPECT_THAT(seen, testing::EndsWith("\r\n\r\n")) << method;
      EXPECT_THAT(seen, testing::Not(HasSubstr("Content-"))) << method;
      EXPECT_THAT(seen, HasSubstr("X-Own: stays\r\n")) << method;
    }
  });
}

TEST(HttpRedirect, HostsAreTheSameInAnyCase) {
  const auto url = [](const char* text) { return *RequestUrl::parse(text); };
  EXPECT_TRUE(url("http://Example.COM/").same_origin(url("http://example.com:80/x")));
  EXPECT_EQ(url("http://Example.COM/").authority(), "example.com:80");
}

}  // namespace
}  // namespace millrace
