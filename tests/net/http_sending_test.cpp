// Bodies that go out, headers, retries.
#include "fetching.h"

namespace millrace {
namespace {

using support::answer;
using testing::HasSubstr;

RawServer::Handler echo() {
  return RawServer::each_request([](Connection& peer, const Request& request) {
    peer.send(answer(request.head + request.body));
  });
}

TEST(HttpSending, TextsAndFormsAndHeaders) {
  RawServer server(echo());
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest request;
    request.url = server.url("/x?old=1");
    request.params = Fields{{"b", "2 3"}, {"a", "ü&"}};
    request.headers = {{"x-own", "v"}, {"X-Empty", ""}, {"content-length", "999"}};
    request.user = "me";
    request.password = "secret";
    request.body = "text";
    auto response = co_await here.send(std::move(request));
    REQUIRE_OK(response);
    const std::string seen = *co_await here.read(response->body);
    EXPECT_THAT(seen, HasSubstr("POST /x?a=%C3%BC%26&b=2+3 HTTP/1.1\r\n"));
    EXPECT_THAT(seen, HasSubstr("X-Own: v\r\n"));
    EXPECT_THAT(seen, HasSubstr("X-Empty:\r\n"));
    EXPECT_THAT(seen, HasSubstr("Content-Length: 4\r\n"));
    EXPECT_THAT(seen, HasSubstr("Authorization: Basic bWU6c2VjcmV0\r\n"));
    EXPECT_THAT(seen, testing::Not(HasSubstr("Content-Type")));
    EXPECT_THAT(seen, testing::EndsWith("\r\n\r\ntext"));
  });
}

TEST(HttpSending, NothingThatBreaksLinesIsSent) {
  RawServer server(echo());
  fetching([&](Fetching& here) -> Task<void> {
    const auto refuse = [&](std::function<void(HttpRequest&)> spoil) -> Task<void> {
      HttpRequest request;
      request.url = server.url();
      spoil(request);
      auto response = co_await here.send(std::move(request));
      REQUIRE(!response);
      EXPECT_EQ(response.error().kind(), ErrorKind::invalid) << response.error().to_line();
    };
    co_await refuse([](HttpRequest& r) { r.headers = {{"X", "a\r\nY: b"}}; });
    co_await refuse([](HttpRequest& r) { r.headers = {{"X\n", "a"}}; });
    co_await refuse([](HttpRequest& r) { r.headers = {{"X", std::string("a\0b", 3)}}; });
    co_await refuse([](HttpRequest& r) { r.bearer = "a\nb"; });
    co_await refuse([](HttpRequest& r) { r.method = "GET /\r\n"; });
    co_await refuse([](HttpRequest& r) { r.url += "\r\nX: y"; });
    co_await refuse([](HttpRequest& r) { r.url += std::string("\0x", 2); });
    co_await refuse([](HttpRequest& r) { r.timeout = seconds(-1); });
    EXPECT_EQ(server.accepted(), 0U);
  });
}

// The answer to HEAD has no body, whatever length it gives.
TEST(HttpSending, HeadHasNoBodyEitherWay) {
  std::atomic<int> requests = 0;
  RawServer server(RawServer::each_request([&](Connection& peer, const Request& request) {
    ++requests;
    EXPECT_EQ(request.method, "HEAD");
    EXPECT_FALSE(request.header("Content-Length"));
    EXPECT_FALSE(request.header("Content-Type"));
    peer.send(support::head_for(135));
  }));
  fetching([&](Fetching& here) -> Task<void> {
    const auto send = [&](Content body, std::vector<Part> parts = {}) {
      HttpRequest request;
      request.url = server.url();
      request.method = "head";
      request.timeout = seconds(3);
      request.body = std::move(body);
      request.parts = std::move(parts);
      request.body_type = "application/x-www-form-urlencoded";
      return here.send(std::move(request));
    };
    // An unset variable is an empty text.
    for (const Content& nothing :
         {Content(), Content(std::string()), Content(Ref<Reader>(make_ref<TextReader>("")))}) {
      auto response = co_await send(nothing);
      REQUIRE_OK(response);
      EXPECT_EQ(response->content_length, 135);
      auto text = co_await here.read(response->body);
      REQUIRE_OK(text);
      EXPECT_EQ(*text, "");
    }
    EXPECT_EQ(requests, 3);
    EXPECT_EQ(server.accepted(), 1U);
    const Part part{.name = "a", .content = {}, .filename = {}, .content_type = {}};
    for (const auto& refused :
         {co_await send("text"), co_await send(Ref<Reader>(make_ref<TextReader>("text"))),
          co_await send({}, {part})}) {
      REQUIRE(!refused);
      EXPECT_EQ(refused.error().kind(), ErrorKind::invalid);
      EXPECT_THAT(refused.error().message(), HasSubstr("HEAD"));
      EXPECT_THAT(refused.error().message(), HasSubstr("body"));
    }
    EXPECT_EQ(requests, 3);
  });
}

TEST(HttpSending, ABodyStreamsOutWhileItArrives) {
  constexpr std::size_t kSize = 16 << 20;
  RawServer source(after_request([](Connection& peer) { support::stream_lines(peer, kSize); }));
  RawServer unknown(after_request([](Connection& peer) {
    peer.send("HTTP/1.1 200 OK\r\n\r\n" + support::numbered_lines(1 << 20));
  }));
  RawServer target(RawServer::each_request([](Connection& peer, const Request& request) {
    peer.send(answer(std::to_string(request.body.size()) + " " +
                     request.header("Transfer-Encoding").value_or("-")));
  }));
  fetching([&](Fetching& here) -> Task<void> {
    for (const auto& [from, expected] :
         {std::pair(&source, "16777216 -"), std::pair(&unknown, "1048576 chunked")}) {
      auto response = co_await here.get(from->url());
      REQUIRE_OK(response);
      HttpRequest request;
      request.url = target.url();
      request.body = Ref<Reader>(response->body);
      auto sent = co_await here.send(std::move(request));
      REQUIRE_OK(sent);
      EXPECT_EQ(*co_await here.read(sent->body), expected);
    }
  });
}

TEST(HttpSending, PartsOfAForm) {
  RawServer server(echo());
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest request;
    request.url = server.url();
    request.parts = {
        {.name = "a\"b", .content = std::string("1"), .filename = {}, .content_type = {}},
        {.name = "file",
         .content = Ref<Reader>(make_ref<TextReader>("content")),
         .filename = "x.txt",
         .content_type = "text/plain"}};
    auto response = co_await here.send(std::move(request));
    REQUIRE_OK(response);
    const std::string seen = *co_await here.read(response->body);
    const std::size_t at = seen.find("boundary=") + 9;
    const std::string boundary = seen.substr(at, seen.find("\r\n", at) - at);
    EXPECT_THAT(seen, HasSubstr("POST / HTTP/1.1\r\n"));
    EXPECT_THAT(seen, HasSubstr("Content-Type: multipart/form-data; boundary=" + boundary));
    EXPECT_THAT(seen,
                testing::EndsWith(
                    "\r\n\r\n--" + boundary +
                    "\r\nContent-Disposition: form-data; name=\"a%22b\"\r\n\r\n1\r\n--" + boundary +
                    "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.txt\"\r\n"
                    "Content-Type: text/plain\r\n\r\ncontent\r\n--" +
                    boundary + "--\r\n"));
  });
}

TEST(HttpSending, ThroughAProxyUnderThePolicy) {
  RawServer proxy(echo());
  HttpOptions options;
  options.egress.deny_ranges = {*IpRange::parse("10.0.0.0/8")};
  fetching(
      [&](Fetching& here) -> Task<void> {
        HttpRequest request;
        request.url = "http://192.0.2.7/x";
        request.proxy = "http://me:pw@127.0.0.1:" + std::to_string(proxy.port());
        HttpRequest denied = request;
        auto response = co_await here.send(std::move(request));
        REQUIRE_OK(response);
        const std::string seen = *co_await here.read(response->body);
        EXPECT_THAT(seen, HasSubstr("GET http://192.0.2.7/x HTTP/1.1\r\n"));
        EXPECT_THAT(seen, HasSubstr("Proxy-Authorization: Basic bWU6cHc=\r\n"));
        denied.url = "http://10.0.0.1/x";
        auto refused = co_await here.send(std::move(denied));
        REQUIRE(!refused);
        EXPECT_EQ(refused.error().kind(), ErrorKind::denied);
      },
      options);
}

// The server answers before it has read the body, and the body outlives the request that sent it.
TEST(HttpSending, AnAnswerBeforeTheBodyIsSent) {
  RawServer server([](Connection& peer) {
    peer.read_head();
    peer.send(answer("too large", "413 Content Too Large", "Connection: close\r\n"));
    peer.wait_peer_closed(seconds(2));
  });
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest request;
    request.url = server.url();
    request.body = std::string(20 << 20, 'x');
    auto response = co_await here.send(std::move(request));
    REQUIRE_OK(response);
    EXPECT_EQ(response->status_code, 413);
    EXPECT_EQ(*co_await here.read(response->body), "too large");
  });
}

TEST(HttpSending, AFailingSourceFailsTheRequest) {
  RawServer source(
      after_request([](Connection& peer) { peer.send(support::head_for(100) + "abc"); }));
  RawServer target(echo());
  fetching([&](Fetching& here) -> Task<void> {
    auto response = co_await here.get(source.url());
    REQUIRE_OK(response);
    HttpRequest request;
    request.url = target.url();
    request.body = Ref<Reader>(response->body);
    auto sent = co_await here.send(std::move(request));
    REQUIRE(!sent);
    EXPECT_EQ(sent.error().phase(), "body");
    EXPECT_THAT(sent.error().message(), HasSubstr("before the end of the response body"));
  });
}

TEST(HttpSending, RetriesUntilItWorks) {
  std::atomic<int> count = 0;
  RawServer server(RawServer::each_request([&](Connection& peer, const Request& request) {
    if (++count < 3) {
      peer.send(answer("busy", "503 Service Unavailable"));
    } else {
      peer.send(answer(request.body));
    }
  }));
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest request;
    request.url = server.url();
    request.method = "PUT";
    request.body = "again";
    request.retry = {.attempts = 5, .backoff = milliseconds(1)};
    HttpRequest unsafe = request;
    auto response = co_await here.send(std::move(request));
    REQUIRE_OK(response);
    EXPECT_EQ(response->attempts, 3);
    EXPECT_EQ(*co_await here.read(response->body), "again");
    EXPECT_EQ(server.accepted(), 1U);

    count = 0;
    unsafe.method = "POST";
    auto once = co_await here.send(std::move(unsafe));
    REQUIRE_OK(once);
    EXPECT_EQ(once->attempts, 1);
    EXPECT_EQ(once->status_code, 503);
  });
}

TEST(HttpSending, RetryGivesTheLastResultAndKeepsTheDeadline) {
  RawServer busy(RawServer::each_request([](Connection& peer, const Request&) {
    peer.send(answer("busy", "503 Service Unavailable", "Retry-After: 60\r\n"));
  }));
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest request;
    request.url = busy.url();
    request.timeout = seconds(5);
    request.retry = {.attempts = 5, .backoff = milliseconds(1)};
    const TimePoint began = now();
    auto response = co_await here.send(std::move(request));
    REQUIRE_OK(response);
    EXPECT_LT(now() - began, seconds(1));
    EXPECT_EQ(response->status_code, 503);

    HttpRequest refused;
    refused.url = "http://127.0.0.1:9/";
    refused.retry = {.attempts = 3, .backoff = milliseconds(1)};
    auto never = co_await here.send(std::move(refused));
    REQUIRE(!never);
    EXPECT_THAT(never.error().message(), HasSubstr("connection refused"));
  });
}

TEST(HttpSending, FailOnStatusCarriesTheAnswer) {
  RawServer server(RawServer::each_request([](Connection& peer, const Request& request) {
    peer.send(answer(std::string(9000, 'e'), request.target.substr(1) + " Oops"));
  }));
  fetching([&](Fetching& here) -> Task<void> {
    for (const auto& [status, kind] :
         {std::pair("404", ErrorKind::invalid), std::pair("429", ErrorKind::unavailable),
          std::pair("500", ErrorKind::unavailable)}) {
      HttpRequest request;
      request.url = server.url("/" + std::string(status));
      request.fail_on_status = true;
      auto response = co_await here.send(std::move(request));
      REQUIRE(!response);
      EXPECT_EQ(response.error().kind(), kind);
      EXPECT_THAT(response.error().message(), HasSubstr(std::string(status) + " Oops"));
      EXPECT_TRUE(response.error().details());
    }
  });
}

// An idle connection that the server closed: the next request goes out on a new one.
TEST(HttpSending, AnIdleConnectionThatDiedIsReplaced) {
  RawServer server(after_request([](Connection& peer) { peer.send(answer("once")); }));
  fetching([&](Fetching& here) -> Task<void> {
    for (int i = 0; i < 3; ++i) {
      HttpRequest request;
      request.url = server.url();
      request.body = "x";
      auto response = co_await here.send(std::move(request));
      REQUIRE_OK(response);
      EXPECT_EQ(*co_await here.read(response->body), "once");
      EXPECT_TRUE(server.wait_all_closed(seconds(1)));
    }
    EXPECT_EQ(server.accepted(), 3U);
  });
}

// The answer is whole before the request is: neither the step nor the body waits for the rest.
TEST(HttpSending, AnAnswerThatDoesNotWaitForTheRequest) {
  for (const std::string& whole :
       {answer("big"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "3\r\nbig\r\n0\r\n\r\n"),
        std::string("HTTP/1.1 204 No Content\r\n\r\n")}) {
    RawServer server([&whole](Connection& peer) {
      if (!peer.read_head()) return;
      peer.send(whole);
      peer.stall_until_closed();
    });
    fetching([&](Fetching& here) -> Task<void> {
      HttpRequest request;
      request.url = server.url();
      request.timeout = seconds(2);
      request.first_byte_timeout = seconds(1);
      request.body = std::string(20 << 20, 'x');
      const TimePoint began = now();
      auto response = co_await here.send(std::move(request));
      REQUIRE_OK(response);
      auto text = co_await here.read(response->body);
      REQUIRE_OK(text);
      EXPECT_EQ(*text, response->status_code == 204 ? "" : "big");
      EXPECT_LT(now() - began, milliseconds(kSanitized ? 1500 : 500));
      // What is left of the request would be taken for the next one.
      EXPECT_EQ(here.client.open_sockets(), 0U);
    });
  }
}

TEST(HttpSending, ALongHeadIsRefusedBeforeItIsSent) {
  RawServer server(echo());
  fetching([&](Fetching& here) -> Task<void> {
    HttpRequest request;
    request.url = server.url();
    request.headers = {{"X-Long", std::string(2 << 20, 'x')}};
    auto response = co_await here.send(std::move(request));
    REQUIRE(!response);
    EXPECT_EQ(response.error().kind(), ErrorKind::exhausted);
    EXPECT_THAT(response.error().message(), HasSubstr("the headers of the request"));
    EXPECT_EQ(server.accepted(), 0U);
  });
}

TEST(HttpSending, ALimitThatHasPassedBeforeItBeganBlamesNoOther) {
  fetching([](Fetching& here) -> Task<void> {
    HttpRequest request;
    request.url = "http://127.0.0.1:9/";
    request.timeout = Nanos{1};
    auto response = co_await here.send(std::move(request));
    REQUIRE(!response);
    EXPECT_EQ(response.error().kind(), ErrorKind::deadline);
    EXPECT_THAT(response.error().message(), testing::Not(HasSubstr("in use")));
  });
}

}  // namespace
}  // namespace millrace
