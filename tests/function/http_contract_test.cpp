// The contract of httpRequestSend, a row an argument: what is sent.
#include "function/http_contract.h"

namespace millrace {
namespace {

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
      {.name = "a part that holds nothing",
       .arguments = {{"multipart", Parts({{{"name", T("empty")}}})}},
       .error = "invalid/: the part \"empty\" has neither a value nor a reader"},
      {.name = "a part that holds two things",
       .arguments = {{"multipart",
                      Parts({{{"name", T("a")}, {"value", T("1")}, {"reader", Stream("2")}}})}},
       .error = "invalid/: the part \"a\" has both"},
      {.name = "a part whose reader is none",
       .arguments = {{"multipart", Parts({{{"name", T("a")}, {"reader", T("text")}}})}},
       .error = "invalid/: the part \"a\" has a reader that is no Reader"},
      {.name = "a part with an unknown field",
       .arguments = {{"multipart",
                      Parts({{{"name", T("a")}, {"value", T("1")}, {"fileName", T("f")}}})}},
       .error = "invalid/: no field \"fileName\": did you mean \"filename\"?"},
      {.name = "an unknown field of retry",
       .arguments = {{"retry", Value::vars({{"attemps", U(2)}})}},
       .error = "invalid/: no field \"attemps\": did you mean \"attempts\"?"},
      {.name = "an unknown field of tls",
       .arguments = {{"tls", Value::vars({{"insecure", B(true)}})}},
       .error = "invalid/: no field \"insecure\": there are verify, caCertificate"},
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

}  // namespace
}  // namespace millrace
