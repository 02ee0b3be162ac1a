// The contract of httpRequestSend as a table: a row an argument, a result or a rule, each against a
// real server. What arrived there byte for byte, and what came back, is compared.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "function/calling.h"
#include "support/bodies.h"
#include "support/raw_server.h"

namespace millrace {
namespace {

using support::answer;
using support::Connection;
using support::RawServer;
using support::Request;
using testing::HasSubstr;
using Texts = std::vector<std::string>;

Value T(const std::string& text) { return Value::text(text).with_type(Type::String); }
Value L(const Texts& texts) { return Value::text_list(texts); }
Value KVV(std::initializer_list<std::pair<const char*, Texts>> entries) {
  Dict dict;
  for (const auto& [name, texts] : entries) dict.set(name, L(texts));
  return Value::kvv(std::move(dict));
}
Value B(bool yes) { return Value::boolean(yes).with_type(Type::Boolean); }
Value U(std::uint64_t size) {
  return Value::unsigned_integer(size).with_type(Type::UnsignedInteger);
}
Value Stream(const std::string& text) {
  return Value::reader(make_ref<TextReader>(text)).with_type(Type::Reader);
}
Value Parts(std::initializer_list<Dict> parts) {
  Value::Items items;
  for (const Dict& part : parts) items.push_back(Value::vars(part));
  return Value::array(std::move(items));
}

struct Row {
  std::string name;
  Dict arguments;   // but for the url, which is that of the server and `path`
  Texts sent = {};  // each is in what arrives
  Texts not_sent = {};
  std::string path = "/";
  std::string reply = answer("hello");
  Texts replies = {};  // one a request, where there are several
  std::function<void(const Dict& results, const std::string& body)> results = {};
  std::string error = {};  // "kind/phase: part of the message", instead of results
  std::vector<std::string> wanted = {};
};

// Everything that arrived, and what the call gave.
struct Seen {
  std::string arrived;
  std::size_t requests = 0;
  std::string port;
  std::optional<Dict> results;
  std::string body;
  std::string error;
};

Seen send(const Row& row) {
  Seen seen;
  std::atomic<std::size_t> count = 0;
  support::RequestLog log;
  RawServer server(RawServer::each_request([&](Connection& peer, const Request& request) {
    log.add(request);
    const std::size_t number = count++;
    peer.send(row.replies.empty() ? row.reply
                                  : row.replies[std::min(number, row.replies.size() - 1)]);
    // Without a length the answer ends with the connection.
    if (row.reply.find("Content-Length") == std::string::npos &&
        row.reply.find("chunked") == std::string::npos) {
      peer.close();
    }
  }));
  seen.port = std::to_string(server.port());
  calling([&](Calling& here) -> Task<void> {
    Dict arguments = row.arguments;
    if (!arguments.contains("url")) arguments.set("url", T(server.url(row.path)));
    auto results = co_await here.call("httpRequestSend", std::move(arguments), row.wanted);
    if (results) {
      auto body = co_await here.read(*results);
      if (body) {
        seen.body = *body;
        seen.results = std::move(*results);
        co_return;
      }
      results = body.error();
    }
    const Error& error = results.error();
    seen.error =
        std::string(to_string(error.kind())) + "/" + error.phase() + ": " + error.message();
  });
  for (const Request& request : log.all()) seen.arrived += request.head + request.body;
  seen.requests = log.count();
  return seen;
}

std::string with_port(std::string text, const std::string& port) {
  for (auto at = text.find("PORT"); at != std::string::npos; at = text.find("PORT")) {
    text.replace(at, 4, port);
  }
  return text;
}

void check(const Row& row) {
  SCOPED_TRACE(row.name);
  const Seen seen = send(row);
  if (!row.error.empty()) {
    const std::size_t colon = row.error.find(": ");
    EXPECT_THAT(seen.error, testing::StartsWith(row.error.substr(0, colon))) << seen.error;
    EXPECT_THAT(seen.error, HasSubstr(row.error.substr(colon + 2)));
    if (row.error.starts_with("invalid/:")) EXPECT_EQ(seen.requests, 0U);
  } else {
    EXPECT_TRUE(seen.results) << seen.error;
    if (seen.results && row.results) row.results(*seen.results, seen.body);
  }
  for (const std::string& text : row.sent) {
    EXPECT_THAT(seen.arrived, HasSubstr(with_port(text, seen.port)));
  }
  for (const std::string& text : row.not_sent) {
    EXPECT_THAT(seen.arrived, testing::Not(HasSubstr(text)));
  }
}

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) check(row);
}

const std::string kNul("a\0b", 3);

TEST(HttpContract, WhereAndHow) {
  check({
      {.name = "url, with its query and without its fragment",
       .arguments = {},
       .sent = {"GET /a%20b?q=1&r HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n"},
       .not_sent = {"part"},
       .path = "/a b?q=1&r#part"},
      {.name = "url is required", .arguments = {{"url", T("")}}, .error = "invalid/: url"},
      {.name = "url of another scheme",
       .arguments = {{"url", T("ftp://127.0.0.1/")}},
       .error = "denied/policy: only http and https"},
      {.name = "url with a line break",
       .arguments = {},
       .path = "/\r\nX-Evil: 1",
       .error = "invalid/: line break"},
      {.name = "url with NUL", .arguments = {}, .path = kNul, .error = "invalid/: NUL"},
      {.name = "method, upper-cased",
       .arguments = {{"method", T("delete")}},
       .sent = {"DELETE / HTTP/1.1\r\n"},
       .not_sent = {"Content-Length"}},
      {.name = "method of one's own",
       .arguments = {{"method", T("PURGE")}},
       .sent = {"PURGE / HTTP/1.1\r\n"}},
      {.name = "method with a line break",
       .arguments = {{"method", T("GET / HTTP/1.1\r\nX: ")}},
       .error = "invalid/: method"},
      {.name = "no method: GET", .arguments = {{"method", T("")}}, .sent = {"GET / "}},
      {.name = "no method with a body: POST", .arguments = {{"body", T("x")}}, .sent = {"POST / "}},
      {.name = "no method with a form: POST",
       .arguments = {{"form", KVV({{"a", {"1"}}})}},
       .sent = {"POST / "}},
      {.name = "a POST of nothing says so",
       .arguments = {{"method", T("post")}},
       .sent = {"POST / ", "Content-Length: 0\r\n"}},
      {.name = "params replace the query",
       .arguments = {{"params", KVV({{"b", {"2", "1"}}, {"a", {"x &="}}})}},
       .sent = {"GET /p?a=x+%26%3D&b=2&b=1 HTTP"},
       .not_sent = {"old"},
       .path = "/p?old=1"},
      {.name = "params cannot break out of the line",
       .arguments = {{"params", KVV({{"a\r\nX: 1", {"b\r\nY: 2"}}})}},
       .sent = {"GET /?a%0D%0AX%3A+1=b%0D%0AY%3A+2 HTTP"}},
  });
}

TEST(HttpContract, Headers) {
  check({
      {.name = "headers under their canonical names, repeated ones in their order",
       .arguments = {{"headers", KVV({{"x-one", {"1", "2"}}, {"X-TWO", {""}}})}},
       .sent = {"X-One: 1\r\nX-One: 2\r\n", "X-Two:\r\n"}},
      {.name = "a header of blanks is sent empty",
       .arguments = {{"headers", KVV({{"x-blank", {"  "}}})}},
       .sent = {"X-Blank:\r\n"}},
      {.name = "headers that say where the body ends are ours",
       .arguments = {{"body", T("four")},
                     {"headers", KVV({{"content-length", {"9"}}, {"Transfer-Encoding", {"x"}}})}},
       .sent = {"Content-Length: 4\r\n"},
       .not_sent = {"Content-Length: 9", "Transfer-Encoding"}},
      {.name = "header Host",
       .arguments = {{"headers", KVV({{"host", {"example.test"}}})}},
       .sent = {"Host: example.test\r\n"},
       .not_sent = {"Host: 127"}},
      {.name = "a header's value with CR LF",
       .arguments = {{"headers", KVV({{"X", {"a\r\nY: b"}}})}},
       .error = "invalid/: \"X\" holds a line break"},
      {.name = "a header's value with LF",
       .arguments = {{"headers", KVV({{"X", {"a\nb"}}})}},
       .error = "invalid/: line break"},
      {.name = "a header's value with NUL",
       .arguments = {{"headers", KVV({{"X", {kNul}}})}},
       .error = "invalid/: NUL"},
      {.name = "a header's name with a line break",
       .arguments = {{"headers", KVV({{"X: 1\r\nY", {"a"}}})}},
       .error = "invalid/: header name"},
      {.name = "a header's name with a colon",
       .arguments = {{"headers", KVV({{"X:Y", {"a"}}})}},
       .error = "invalid/: header name"},
      {.name = "headerUserAgent",
       .arguments = {{"headerUserAgent", T("me/1")}, {"headers", KVV({{"user-agent", {"other"}}})}},
       .sent = {"User-Agent: me/1\r\n"},
       .not_sent = {"other"}},
      {.name = "User-Agent by default", .arguments = {}, .sent = {"User-Agent: Millrace"}},
      {.name = "headerUserAgent with a line break",
       .arguments = {{"headerUserAgent", T("a\r\nX: 1")}},
       .error = "invalid/: line break"},
      {.name = "headerContentType",
       .arguments = {{"headerContentType", T("text/csv")},
                     {"headers", KVV({{"content-type", {"text/html"}}})},
                     {"body", T("a,b")}},
       .sent = {"Content-Type: text/csv\r\n"},
       .not_sent = {"text/html"}},
      {.name = "headerContentType with a line break",
       .arguments = {{"headerContentType", T("a\nb")}, {"body", T("x")}},
       .error = "invalid/: line break"},
      {.name = "Expect is not sent: nobody waits for a word before the body",
       .arguments = {{"headers", KVV({{"Expect", {"100-continue"}}})}, {"body", T("at once")}},
       .sent = {"\r\n\r\nat once"},
       .not_sent = {"Expect"}},
  });
}

TEST(HttpContract, WhoAsks) {
  check({
      {.name = "headerAuthBearer",
       .arguments = {{"headerAuthBearer", T("token")}},
       .sent = {"Authorization: Bearer token\r\n"}},
      {.name = "headerAuthUsername and headerAuthPassword",
       .arguments = {{"headerAuthUsername", T("me")}, {"headerAuthPassword", T("secret")}},
       .sent = {"Authorization: Basic bWU6c2VjcmV0\r\n"}},
      {.name = "bearer wins over basic",
       .arguments = {{"headerAuthBearer", T("token")},
                     {"headerAuthUsername", T("me")},
                     {"headerAuthPassword", T("secret")}},
       .sent = {"Authorization: Bearer token\r\n"},
       .not_sent = {"Basic"}},
      {.name = "both win over a header",
       .arguments = {{"headerAuthBearer", T("token")},
                     {"headers", KVV({{"authorization", {"other"}}})}},
       .sent = {"Authorization: Bearer token\r\n"},
       .not_sent = {"other"}},
      {.name = "a bearer with a line break",
       .arguments = {{"headerAuthBearer", T("a\r\nX: 1")}},
       .error = "invalid/: line break"},
      {.name = "a user name with a line break",
       .arguments = {{"headerAuthUsername", T("a\nb")}},
       .error = "invalid/: headerAuthUsername"},
      {.name = "a password with NUL",
       .arguments = {{"headerAuthPassword", T(kNul)}},
       .error = "invalid/: headerAuthPassword"},
  });
  // In the URL: the least of them, and not sent as part of it.
  RawServer server(RawServer::each_request(
      [](Connection& peer, const Request& request) { peer.send(answer(request.head)); }));
  const auto fetch = [&](const std::string& login, Dict arguments) {
    std::string seen;
    calling([&](Calling& here) -> Task<void> {
      arguments.set("url", T("http://" + login + "@127.0.0.1:" + std::to_string(server.port())));
      auto results = co_await here.call("httpRequestSend", arguments);
      if (results) {
        seen = *co_await here.read(*results);
      } else {
        seen = to_string(results.error().kind());
      }
    });
    return seen;
  };
  EXPECT_THAT(fetch("me:sec%72et", {}), HasSubstr("Authorization: Basic bWU6c2VjcmV0\r\n"));
  EXPECT_THAT(fetch("me:secret", {{"headerAuthBearer", T("b")}}), HasSubstr("n: Bearer b\r\n"));
  EXPECT_THAT(fetch("me:secret", {{"headers", KVV({{"Authorization", {"own"}}})}}),
              HasSubstr("Authorization: own\r\n"));
  EXPECT_EQ(fetch("me:a%0d%0ab", {}), "invalid");
  EXPECT_EQ(fetch("me%00:a", {}), "invalid");
}

TEST(HttpContract, BodiesOut) {
  const auto json = [](Value value) { return Dict{{"body", std::move(value)}}; };
  check({
      {.name = "form",
       .arguments = {{"form", KVV({{"b", {"2", "1"}}, {"a", {"x y\r\n"}}})}},
       .sent = {"Content-Type: application/x-www-form-urlencoded\r\n", "Content-Length: 19\r\n",
                "\r\n\r\na=x+y%0D%0A&b=2&b=1"}},
      {.name = "form with a type of one's own",
       .arguments = {{"form", KVV({{"a", {"1"}}})}, {"headerContentType", T("x/y")}},
       .sent = {"Content-Type: x/y\r\n", "\r\n\r\na=1"}},
      {.name = "form and body",
       .arguments = {{"form", KVV({})}, {"body", T("x")}},
       .error = "invalid/: not both"},
      {.name = "body String, without a type",
       .arguments = {{"body", T("plain\r\n")}},
       .sent = {"\r\n\r\nplain\r\n", "Content-Length: 7\r\n"},
       .not_sent = {"Content-Type"}},
      {.name = "body Bytes",
       .arguments = {{"body", Value::bytes(kNul).with_type(Type::Bytes)}},
       .sent = {"\r\n\r\n" + kNul}},
      {.name = "body Reader, without a type",
       .arguments = {{"body", Stream("streamed")}},
       .sent = {"\r\n\r\nstreamed", "Content-Length: 8\r\n"},
       .not_sent = {"Content-Type"}},
      {.name = "body Any: a map",
       .arguments = json(Value::map({{"n", Value::floating(4)}, {"t", Value::text("x")}})),
       .sent = {"Content-Type: application/json\r\n", "\r\n\r\n{\"n\":4,\"t\":\"x\"}"}},
      {.name = "body Any: typed values are unwrapped",
       .arguments = json(Value::vars({{"d", T("x")}, {"k", KVV({{"a", {"1"}}})}})),
       .sent = {"\r\n\r\n{\"d\":\"x\",\"k\":{\"a\":[\"1\"]}}"}},
      {.name = "body Any: a Reader within is read",
       .arguments = json(Value::vars({{"r", Stream("of a stream")}})),
       .sent = {"\r\n\r\n{\"r\":\"of a stream\"}"}},
      {.name = "body with DELETE",
       .arguments = {{"method", T("DELETE")}, {"body", T("why")}},
       .sent = {"DELETE / ", "Content-Length: 3\r\n", "\r\n\r\nwhy"}},
      {.name = "body with GET",
       .arguments = {{"method", T("GET")}, {"body", T("q")}},
       .sent = {"GET / ", "\r\n\r\nq"}},
      {.name = "body with PATCH",
       .arguments = {{"method", T("patch")}, {"body", T("p")}},
       .sent = {"PATCH / ", "\r\n\r\np"}},
      {.name = "body with HEAD",
       .arguments = {{"method", T("HEAD")}, {"body", T("p")}},
       .error = "invalid/: HEAD has no body"},
      {.name = "multipart of every kind",
       .arguments = {{"multipart", Parts({{{"name", T("plain")}, {"value", T("1")}},
                                          {{"name", T("file")},
                                           {"reader", Stream("of a stream")},
                                           {"filename", T("a\"b;.txt")},
                                           {"contentType", T("text/plain")}}})}},
       .sent = {"POST / ", "Content-Type: multipart/form-data; boundary=millrace-",
                "\r\nContent-Disposition: form-data; name=\"plain\"\r\n\r\n1\r\n--millrace-",
                "\r\nContent-Disposition: form-data; name=\"file\"; "
                "filename=\"a%22b;.txt\"\r\nContent-Type: text/plain\r\n\r\nof a stream\r\n--"}},
      {.name = "multipart and body",
       .arguments = {{"multipart", Parts({{{"name", T("a")}, {"value", T("1")}}})},
                     {"body", T("x")}},
       .error = "invalid/: not several"},
      {.name = "a part without a name",
       .arguments = {{"multipart", Parts({{{"value", T("1")}}})}},
       .error = "invalid/: a part has no name"},
      {.name = "a part's name with a line break",
       .arguments = {{"multipart", Parts({{{"name", T("a\r\nX: 1")}, {"value", T("1")}}})}},
       .error = "invalid/: the name of a part"},
      {.name = "a part's filename with LF",
       .arguments = {{"multipart",
                      Parts({{{"name", T("a")}, {"value", T("1")}, {"filename", T("f\nX: 1")}}})}},
       .error = "invalid/: the filename of a part"},
      {.name = "a part's filename with NUL",
       .arguments = {{"multipart",
                      Parts({{{"name", T("a")}, {"value", T("1")}, {"filename", T(kNul)}}})}},
       .error = "invalid/: the filename of a part"},
      {.name = "a part's type with a line break",
       .arguments = {{"multipart",
                      Parts(
                          {{{"name", T("a")}, {"value", T("1")}, {"contentType", T("a\r\nb")}}})}},
       .error = "invalid/: \"Content-Type\" holds a line break"},
  });
}

TEST(HttpContract, Results) {
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
             EXPECT_EQ(timings.size(), 7U);
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

TEST(HttpContract, Compression) {
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

TEST(HttpContract, Redirects) {
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

TEST(HttpContract, Retries) {
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

TEST(HttpContract, LimitsThatAreNotOfUse) {
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

// What each limit ends, in the words that name it. Where the time stands still until it passes.
TEST(HttpContract, EachLimitInTimeNamesItself) {
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
