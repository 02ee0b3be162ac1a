// The contract of httpRequestSend, a row a result and a rule: what becomes of an answer.
#include "function/http_contract.h"
#include "support/certificates.h"
#include "support/proxies.h"

namespace millrace {
namespace {

TEST(HttpContractAnswers, Results) {
  const auto text = [](const Dict& results, const char* name) { return text_of(results, name); };
  const auto number = [](const Dict& results, const char* name) {
    return results.find(name)->as_integer();
  };
  check({
      {.name = "status, statusCode, headers, contentLength, contentType, url, attempts",
       .arguments = {},
       .path = "/x?y=1#z",
       .reply = answer("hello", "201 Created",
                       "content-TYPE: text/plain; charset=utf-8\r\nx-a: 1\r\nX-A:  2 \r\n"),
       .results =
           [&](const Dict& results, const std::string& body) {
             EXPECT_EQ(text(results, "status"), "201 Created");
             EXPECT_EQ(results.find("status")->type(), Type::String);
             EXPECT_EQ(number(results, "statusCode"), 201);
             EXPECT_EQ(results.find("statusCode")->type(), Type::Integer);
             const Dict& headers = results.find("headers")->dict();
             EXPECT_EQ(*headers.find("X-A"), L({"1", "2"}));
             EXPECT_EQ(*headers.find("Content-Type"), L({"text/plain; charset=utf-8"}));
             EXPECT_EQ(number(results, "contentLength"), 5);
             EXPECT_EQ(text(results, "contentType"), "text/plain; charset=utf-8");
             EXPECT_THAT(text(results, "url"), testing::EndsWith("/x?y=1"));
             EXPECT_EQ(number(results, "attempts"), 1);
             EXPECT_EQ(body, "hello");
           }},
      {.name = "status without a reason is the bare number",
       .arguments = {},
       .reply = "HTTP/1.1 204\r\nContent-Length: 0\r\n\r\n",
       .results = [&](const Dict& r, const std::string&) { EXPECT_EQ(text(r, "status"), "204"); }},
      {.name = "contentLength is -1 where it is unknown",
       .arguments = {},
       .reply = support::chunked_answer("hello", 2),
       .results =
           [&](const Dict& results, const std::string& body) {
             EXPECT_EQ(number(results, "contentLength"), -1);
             EXPECT_EQ(text(results, "contentType"), "");
             EXPECT_EQ(body, "hello");
           }},
      {.name = "a body that ends with the connection",
       .arguments = {},
       .reply = "HTTP/1.1 200 OK\r\n\r\nto the end",
       .results =
           [&](const Dict& results, const std::string& body) {
             EXPECT_EQ(number(results, "contentLength"), -1);
             EXPECT_EQ(body, "to the end");
           }},
      {.name = "body keeps bytes that are no UTF-8",
       .arguments = {},
       .reply = answer("\xff\xfe" + kNul),
       .results = [](const Dict&, const std::string& b) { EXPECT_EQ(b, "\xff\xfe" + kNul); }},
      {.name = "json, where a result asks for it, and the body still",
       .arguments = {},
       .reply = answer(R"({"a": [1, "x"]})"),
       .results =
           [](const Dict& results, const std::string& body) {
             EXPECT_EQ(results.find("json")->dict().find("a")->items().size(), 2U);
             EXPECT_EQ(body, R"({"a": [1, "x"]})");
           },
       .wanted = {"json"}},
      {.name = "no json where nobody asks",
       .arguments = {},
       .reply = answer("no json"),
       .results = [](const Dict& r, const std::string&) { EXPECT_FALSE(r.contains("json")); }},
      {.name = "json of what is none",
       .arguments = {},
       .reply = answer("no json"),
       .error = "invalid/body: is not JSON",
       .wanted = {"json"}},
      {.name = "timings as Durations, body and total not before the end",
       .arguments = {},
       .results =
           [](const Dict& results, const std::string&) {
             const Dict& timings = results.find("timings")->dict();
             for (const char* name : {"queue", "dns", "connect", "tls", "firstByte"}) {
               EXPECT_EQ(timings.find(name)->type(), Type::Duration) << name;
             }
             EXPECT_GT(timings.find("connect")->as_duration(), Nanos{0});
             EXPECT_GE(timings.find("firstByte")->as_duration(),
                       timings.find("connect")->as_duration());
             EXPECT_EQ(timings.find("reused")->type(), Type::Boolean);
             EXPECT_EQ(timings.size(), 8U);
           }},
      {.name = "failOnStatus and a good status",
       .arguments = {{"failOnStatus", B(true)}},
       .reply = answer("", "399 Well"),
       .results = [&](const Dict& r,
                      const std::string&) { EXPECT_EQ(number(r, "statusCode"), 399); }},
      {.name = "without failOnStatus every status is a result",
       .arguments = {},
       .reply = answer("oops", "500 Oops"),
       .results = [](const Dict&, const std::string& body) { EXPECT_EQ(body, "oops"); }},
      {.name = "failOnStatus: 4xx",
       .arguments = {{"failOnStatus", B(true)}},
       .reply = answer("", "400 Bad"),
       .error = "invalid/headers: 400 Bad"},
      {.name = "failOnStatus: 429",
       .arguments = {{"failOnStatus", B(true)}},
       .reply = answer("", "429 Slow"),
       .error = "unavailable/headers: 429 Slow"},
      {.name = "failOnStatus: 5xx",
       .arguments = {{"failOnStatus", B(true)}},
       .reply = answer("", "503 Down"),
       .error = "unavailable/headers: 503 Down"},
      {.name = "maxBodySize that holds",
       .arguments = {{"maxBodySize", U(5)}},
       .results = [](const Dict&, const std::string& body) { EXPECT_EQ(body, "hello"); }},
      {.name = "maxBodySize that does not",
       .arguments = {{"maxBodySize", U(4)}},
       .error = "exhausted/body: larger than 4 bytes"},
  });
}

TEST(HttpContractAnswers, Compression) {
  const std::string text = support::numbered_lines(100'000);
  std::vector<Row> rows;
  for (const auto encoding :
       {support::Encoding::gzip, support::Encoding::deflate, support::Encoding::raw_deflate,
        support::Encoding::br, support::Encoding::zstd}) {
    const std::string name(support::name_of(encoding));
    const std::string packed = support::compressed(encoding, text);
    rows.push_back({.name = name,
                    .arguments = {},
                    .sent = {"Accept-Encoding: gzip, deflate, br, zstd\r\n"},
                    .reply = answer(packed, "200 OK", "Content-Encoding: " + name + "\r\n"),
                    .results = [&text](const Dict& results, const std::string& body) {
                      EXPECT_EQ(body, text);
                      EXPECT_EQ(results.find("contentLength")->as_integer(), -1);
                      EXPECT_FALSE(results.find("headers")->dict().contains("Content-Encoding"));
                    }});
    rows.push_back({.name = name + " is counted decoded by maxBodySize",
                    .arguments = {{"maxBodySize", U(text.size() - 1)}},
                    .reply = answer(packed, "200 OK", "Content-Encoding: " + name + "\r\n"),
                    .error = "exhausted/body: larger than 99999 bytes"});
    rows.push_back({.name = name + " that nobody offered stays as it is",
                    .arguments = {{"compressed", B(false)}},
                    .not_sent = {"Accept-Encoding"},
                    .reply = answer(packed, "200 OK", "Content-Encoding: " + name + "\r\n"),
                    .results = [packed](const Dict& results, const std::string& body) {
                      EXPECT_EQ(body, packed);
                      EXPECT_EQ(results.find("contentLength")->as_integer(),
                                static_cast<std::int64_t>(packed.size()));
                      EXPECT_TRUE(results.find("headers")->dict().contains("Content-Encoding"));
                    }});
  }
  rows.push_back({.name = "an encoding of the author's own",
                  .arguments = {{"headers", KVV({{"Accept-Encoding", {"gzip"}}})}},
                  .sent = {"Accept-Encoding: gzip\r\n"},
                  .reply = answer("as it is", "200 OK", "Content-Encoding: gzip\r\n"),
                  .results = [](const Dict&, const std::string& b) { EXPECT_EQ(b, "as it is"); }});
  rows.push_back({.name = "an encoding unknown to all",
                  .arguments = {},
                  .reply = answer("as it is", "200 OK", "Content-Encoding: compress\r\n"),
                  .results = [](const Dict&, const std::string& b) { EXPECT_EQ(b, "as it is"); }});
  rows.push_back(
      {.name = "two, one over the other",
       .arguments = {},
       .reply = answer(support::compressed(support::Encoding::br,
                                           support::compressed(support::Encoding::gzip, text)),
                       "200 OK", "Content-Encoding: gzip, br\r\n"),
       .results = [&text](const Dict&, const std::string& body) { EXPECT_EQ(body, text); }});
  check(rows);
}

TEST(HttpContractAnswers, Redirects) {
  const auto moved = [](const std::string& status, const std::string& location) {
    return answer("gone", status + " Moved", "Location: " + location + "\r\n");
  };
  const std::string fine = answer("there");
  check({
      {.name = "followRedirects by default, a relative Location, the method rules",
       .arguments = {{"method", T("POST")}, {"body", T("text")}, {"headerContentType", T("x/y")}},
       .sent = {"POST /a/b ", "GET /a/c?d HTTP"},
       .path = "/a/b",
       .replies = {moved("302", "c?d"), fine},
       .results =
           [](const Dict& results, const std::string& body) {
             EXPECT_EQ(body, "there");
             EXPECT_THAT(text_of(results, "url"), testing::EndsWith("/a/c?d"));
             EXPECT_EQ(results.find("attempts")->as_integer(), 1);
           }},
      {.name = "no cookies are kept between requests",
       .arguments = {},
       .sent = {"GET /to HTTP"},
       .not_sent = {"Cookie"},
       .replies = {answer("", "302 Found", "Location: /to\r\nSet-Cookie: a=1; Path=/\r\n"), fine}},
      {.name = "307 sends the body again",
       .arguments = {{"body", Stream("again")}},
       .sent = {"POST / ", "POST /to ", "again"},
       .replies = {moved("307", "/to"), fine}},
      {.name = "followRedirects false",
       .arguments = {{"followRedirects", B(false)}},
       .not_sent = {"/to"},
       .replies = {moved("302", "/to"), fine},
       .results =
           [](const Dict& results, const std::string& body) {
             EXPECT_EQ(results.find("statusCode")->as_integer(), 302);
             EXPECT_EQ(body, "gone");
           }},
      {.name = "a 3xx without Location is the result",
       .arguments = {},
       .reply = answer("choose", "300 Many"),
       .results = [](const Dict&, const std::string& body) { EXPECT_EQ(body, "choose"); }},
      {.name = "a broken Location",
       .arguments = {},
       .reply = moved("302", "http://[::1/"),
       .error = "unavailable/protocol: redirects to where nobody can follow"},
      {.name = "the eleventh redirect",
       .arguments = {},
       .reply = moved("302", "/"),
       .error = "exhausted/protocol: more than 10 redirects"},
      {.name = "to another scheme",
       .arguments = {},
       .reply = moved("302", "file:///etc/passwd"),
       .error = "denied/policy: file"},
  });
}

TEST(HttpContractAnswers, Retries) {
  const auto rule = [](Dict fields) { return Value::vars(std::move(fields)); };
  const auto integer = [](std::int64_t n) { return Value::integer(n).with_type(Type::Integer); };
  const Value quick = T("1ms");
  const std::string busy = answer("busy", "503 Busy");
  const std::string fine = answer("fine");
  const auto attempts = [](std::int64_t expected, std::string text) {
    return [expected, text](const Dict& results, const std::string& body) {
      EXPECT_EQ(results.find("attempts")->as_integer(), expected);
      EXPECT_EQ(body, text);
    };
  };
  check({
      {.name = "no retry by default",
       .arguments = {},
       .reply = busy,
       .results = attempts(1, "busy")},
      {.name = "attempts counts the first",
       .arguments = {{"retry", rule({{"attempts", integer(3)}, {"backoff", quick}})}},
       .replies = {busy, busy, fine},
       .results = attempts(3, "fine")},
      {.name = "the last answer is the result",
       .arguments = {{"retry", rule({{"attempts", integer(2)}, {"backoff", quick}})}},
       .replies = {busy, busy, fine},
       .results = attempts(2, "busy")},
      {.name = "other statuses are not retried",
       .arguments = {{"retry", rule({{"attempts", integer(3)}, {"backoff", quick}})}},
       .reply = answer("no", "500 No"),
       .results = attempts(1, "no")},
      {.name = "statuses of one's own",
       .arguments = {{"retry", rule({{"attempts", integer(3)},
                                     {"backoff", quick},
                                     {"statuses", Value::array({integer(500)})}})}},
       .replies = {answer("no", "500 No"), fine},
       .results = attempts(2, "fine")},
      {.name = "a POST is not retried",
       .arguments = {{"body", T("x")}, {"retry", rule({{"backoff", quick}})}},
       .replies = {busy, fine},
       .results = attempts(1, "busy")},
      {.name = "but with retryUnsafe",
       .arguments = {{"body", T("x")},
                     {"retry", rule({{"backoff", quick}, {"retryUnsafe", B(true)}})}},
       .replies = {busy, fine},
       .results = attempts(2, "fine")},
      {.name = "or with an idempotency key",
       .arguments = {{"body", T("x")},
                     {"idempotencyKey", T("order-7")},
                     {"retry", rule({{"backoff", quick}})}},
       .sent = {"Idempotency-Key: order-7\r\n"},
       .replies = {busy, fine},
       .results = attempts(2, "fine")},
      {.name = "an idempotency key with a line break",
       .arguments = {{"idempotencyKey", T("a\r\nX: 1")}},
       .error = "invalid/: line break"},
      {.name = "attempts out of range",
       .arguments = {{"retry", rule({{"attempts", integer(101)}})}},
       .error = "invalid/: from 1 to 100"},
      {.name = "jitter out of range",
       .arguments = {{"retry", rule({{"jitter", Value::floating(1.5)}})}},
       .error = "invalid/: from 0 to 1"},
      {.name = "a negative backoff",
       .arguments = {{"retry", rule({{"backoff", T("-1s")}})}},
       .error = "invalid/: negative"},
  });
}

TEST(HttpContractAnswers, LimitsThatAreNotOfUse) {
  check({
      {.name = "timeout that is negative",
       .arguments = {{"timeout", T("-1s")}},
       .error = "invalid/: \"timeout\" is negative"},
      {.name = "timeout 0 is none", .arguments = {{"timeout", T("0s")}}, .sent = {"GET / "}},
      {.name = "connectTimeout that is negative",
       .arguments = {{"connectTimeout", T("-1s")}},
       .error = "invalid/: \"connectTimeout\" is negative"},
      {.name = "firstByteTimeout that is negative",
       .arguments = {{"firstByteTimeout", T("-1s")}},
       .error = "invalid/: \"firstByteTimeout\" is negative"},
      {.name = "idleTimeout that is negative",
       .arguments = {{"idleTimeout", T("-1s")}},
       .error = "invalid/: \"idleTimeout\" is negative"},
      {.name = "all of them at once, none reached",
       .arguments = {{"timeout", T("9s")},
                     {"connectTimeout", T("8s")},
                     {"firstByteTimeout", T("7s")},
                     {"idleTimeout", T("6s")}},
       .sent = {"GET / "}},
      {.name = "minVersion that is none",
       .arguments = {{"tls", Value::vars({{"minVersion", T("1.1")}})}},
       .error = "invalid/: minVersion"},
      {.name = "proxy of another scheme",
       .arguments = {{"proxy", T("ftp://me:secret@h/")}},
       .error = "invalid/: must begin with http://, socks5:// or socks5h://"},
      {.name = "proxy with a line break",
       .arguments = {{"proxy", T("http://h\r\nX: 1/")}},
       .error = "invalid/: line break"},
  });
}

TEST(HttpContractAnswers, TlsAndProxyAsArguments) {
  const support::Authority authority("Test authority");
  const support::Identity me = authority.issue({.host = "client.test"});
  support::Proxies proxies;
  RawServer proxy(proxies.http());
  RawServer server(
      RawServer::each_request([](Connection& peer, const Request&) { peer.send(answer("hello")); }),
      support::TlsSetup(authority.issue(), {.client_authority = authority.certificate()}));
  const auto fetch = [&](Dict tls) {
    const Dict results = results_of(
        "httpRequestSend", {{"url", T(server.url())},
                            {"proxy", T("http://127.0.0.1:" + std::to_string(proxy.port()))},
                            {"tls", Value::vars(std::move(tls))}});
    return results.contains("failed") ? text_of(results, "failed") : text_of(results, "status");
  };
  const Dict whole = {{"caCertificate", T(authority.certificate())},
                      {"clientCertificate", T(me.certificate)},
                      {"clientKey", T(me.key)},
                      {"minVersion", T("1.3")}};
  EXPECT_EQ(fetch(whole), "200 OK");
  Dict careless = whole;
  careless.erase("caCertificate");
  EXPECT_THAT(fetch(careless), HasSubstr("is not trusted"));
  careless.set("verify", B(false));
  EXPECT_EQ(fetch(careless), "200 OK");
  Dict nobody = whole;
  nobody.erase("clientKey");
  EXPECT_THAT(fetch(nobody), HasSubstr("tls.clientKey is missing"));
  EXPECT_THAT(proxies.asked(),
              testing::Contains("CONNECT 127.0.0.1:" + std::to_string(server.port())));
}

// What each limit ends, in the words that name it. Where the time stands still until it passes.
TEST(HttpContractAnswers, EachLimitInTimeNamesItself) {
  const auto error_of = [](RawServer& server, const char* argument, bool tls = false) {
    std::string seen;
    calling([&](Calling& here) -> Task<void> {
      const std::string url = tls ? "https" + server.url().substr(4) : server.url();
      auto results =
          co_await here.call("httpRequestSend", {{"url", T(url)}, {argument, T("120ms")}});
      if (results) {
        auto body = co_await here.read(*results);
        if (body) co_return;
        results = body.error();
      }
      seen = std::string(to_string(results.error().kind())) + "/" + results.error().phase() + ": " +
             results.error().message();
    });
    return seen;
  };
  RawServer silent([](Connection& peer) { peer.stall_until_closed(); });
  RawServer half([](Connection& peer) {
    peer.read_request();
    peer.send(support::head_for(9) + "1234");
    peer.stall_until_closed();
  });
  using testing::MatchesRegex;
  EXPECT_THAT(error_of(silent, "timeout"),
              MatchesRegex("deadline/headers: .*argument \"timeout\" of step 7"));
  EXPECT_THAT(error_of(half, "timeout"),
              MatchesRegex("deadline/body: .*4 of 9 bytes.*argument \"timeout\" of step 7"));
  EXPECT_THAT(error_of(silent, "connectTimeout", true),
              MatchesRegex("deadline/tls: .*argument \"connectTimeout\" of step 7"));
  EXPECT_THAT(error_of(silent, "firstByteTimeout"),
              MatchesRegex("deadline/headers: .*argument \"firstByteTimeout\" of step 7"));
  EXPECT_THAT(error_of(silent, "idleTimeout"),
              MatchesRegex("deadline/headers: .*argument \"idleTimeout\" of step 7"));
  EXPECT_THAT(error_of(half, "idleTimeout"),
              MatchesRegex("deadline/body: .*argument \"idleTimeout\" of step 7"));
}

}  // namespace
}  // namespace millrace
