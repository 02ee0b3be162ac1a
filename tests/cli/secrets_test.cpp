// Credentials that a workflow sends: whatever fails, no output, no error, no trace and no log holds
// them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/bodies.h"
#include "support/certificates.h"
#include "support/millrace_binary.h"
#include "support/raw_server.h"

namespace millrace {
namespace {

using support::answer;
using support::Connection;
using support::RawServer;
using support::Request;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kMark = "S3CRET";

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' || c == '\\') {
      out += std::string("\\") + c;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string argument(const std::string& name, const std::string& type, const std::string& value) {
  return "          - { target: " + name + ", type: " + type + ", " + value + " }\n";
}
std::string text(const std::string& name, const std::string& value) {
  return argument(name, "String", "value: " + quoted(value));
}

// Every argument that may hold a credential, and then what makes the step fail or not.
std::string workflow(const std::string& url, const std::string& more,
                     const std::string& bearer = "S3CRET-bearer",
                     const std::string& password = "S3CRET-of-basic") {
  std::string steps = R"(workflows:
  flow:
    enabled: true
    steps:
      - stepID: 1
        kind: function
        ref: httpRequestSend
        arguments:
)" + text("url", url) +
                      text("headerAuthPassword", password) + text("headerAuthUsername", "ann");
  if (!bearer.empty()) steps += text("headerAuthBearer", bearer);
  steps += argument("headers", "KVV",
                    R"(expr: '{"Authorization": ["S3CRET-header"], "Cookie": ["S3CRET-cookie"], )"
                    R"("X-Api-Key": ["S3CRET-key"], "X-Open": ["open"]}')");
  steps += argument("timeout", "Duration", "value: 300ms");
  return steps + more + R"(        results:
          - { target: code, type: Integer, expr: statusCode }
)";
}

struct Failure {
  std::string name;
  std::string url;
  std::string more = {};
  std::string bearer = "S3CRET-bearer";
  std::string password = "S3CRET-of-basic";
};

class Secrets : public testing::Test {
 protected:
  // Runs it with every output there is, and gives all of it.
  std::string everything_of(const std::string& definition) {
    const support::TemporaryFolder folder;
    const std::string file = folder.file("w.yaml", definition);
    std::string all;
    for (const std::vector<std::string>& options :
         {std::vector<std::string>{"--trace"}, {"--trace", "--output", "json"}}) {
      std::vector<std::string> arguments = {"run", file};
      arguments.insert(arguments.end(), options.begin(), options.end());
      const auto result = support::run_millrace(arguments);
      all += result.output + result.errors;
    }
    return all;
  }

  RawServer server_{RawServer::each_request([](Connection& peer, const Request& request) {
    if (request.target.starts_with("/stall")) return peer.stall_until_closed();
    if (request.target.starts_with("/half")) {
      peer.send(support::head_for(100) + "abc");
      return peer.stall_until_closed();
    }
    if (request.target.starts_with("/reset")) return peer.reset();
    if (request.target.starts_with("/garbage")) {
      peer.send("nonsense\r\n\r\n");
      return peer.close();
    }
    const std::string to = "Location: " + request.target + "\r\n";
    if (request.target.starts_with("/loop")) return void(peer.send(answer("", "302 Found", to)));
    if (request.target.starts_with("/ftp")) {
      return void(peer.send(
          answer("", "302 Found", "Location: ftp://u:S3CRET-in-location@h/?token=S3CRET-l\r\n")));
    }
    peer.send(answer("{}", request.target.starts_with("/missing") ? "404 Not Found" : "200 OK"));
  })};
};

TEST_F(Secrets, NoFailureTellsThem) {
  const std::string login = "bob:S3CRET-in-url@";
  const std::string host = "127.0.0.1:" + std::to_string(server_.port());
  const std::string query =
      "?page=7&api_key=S3CRET-query&access%5Ftoken=S3CRET-query2#id_token=S3CRET-part";
  const auto at = [&](const std::string& path) { return "http://" + login + host + path + query; };
  const std::string fails = argument("failOnStatus", "Boolean", "expr: \"true\"");
  const support::Authority authority("Test authority");
  const auto tls = [](const std::string& fields) {
    return argument("tls", "Vars", "expr: '{" + fields + "}'");
  };
  const Failure failures[] = {
      {"none", at("/fine")},
      {"status", at("/missing"), fails},
      {"deadline in the headers", at("/stall")},
      {"deadline in the body", at("/half"), argument("idleTimeout", "Duration", "value: 100ms")},
      {"reset", at("/reset")},
      {"protocol", at("/garbage")},
      {"redirect loop", at("/loop")},
      {"redirect elsewhere", at("/ftp")},
      {"refused", "http://" + login + "127.0.0.1:9/" + query},
      {"name", "http://" + login + "no-such-name.invalid/" + query},
      {"TLS", "https://" + login + host + "/" + query},
      {"scheme", "ftp://" + login + host + "/" + query},
      {"port", "http://" + login + "127.0.0.1:99999/" + query},
      {"slashes", "http:/" + login + host + "/" + query},
      {"line break in the URL", at("/\r\nX: 1")},
      {"line break in the bearer", at("/"), "", "S3CRET\nbearer"},
      {"no URL at all", login + host + query},
      {"proxy refused", at("/"), text("proxy", "http://pete:S3CRET-of-proxy@127.0.0.1:9")},
      {"proxy tunnel", "https://" + host + "/", text("proxy", "http://pete:S3CRET-p@" + host)},
      {"proxy of SOCKS", at("/"), text("proxy", "socks5://pete:S3CRET-p@" + host)},
      {"proxy of another scheme", at("/"), text("proxy", "ftp://pete:S3CRET-p@" + host)},
      {"proxy with a port out of range", at("/"), text("proxy", "http://p:S3CRET-p@h:99999")},
      {"client key", at("/"), tls(R"("clientKey": "S3CRET-client-key")")},
      {"client key with a certificate", at("/"),
       tls(R"("clientCertificate": "S3CRET?", "clientKey": "S3CRET-client-key")")},
      {"idempotency key", at("/"), text("idempotencyKey", "a\nb")},
      {"password with a line break", at("/"), "", "", "S3CRET\nof basic"},
      {"form", at("/missing"),
       fails + argument("form", "KVV", R"(expr: '{"password": ["S3CRET-form"], "a": ["b"]}')")},
      {"params", at("/missing"),
       fails + argument("params", "KVV", R"(expr: '{"client_secret": ["S3CRET-param"]}')")},
      {"body", at("/missing"),
       fails + argument("body", "Vars", R"(expr: '{"password": "S3CRET-body"}')")},
      {"what has the wrong type", at("/"),
       argument("retry", "Vars", R"(expr: '{"attempts": "x"}')")},
  };
  for (const Failure& failure : failures) {
    const std::string all =
        everything_of(workflow(failure.url, failure.more, failure.bearer, failure.password));
    const std::size_t at_mark = all.find(kMark);
    EXPECT_EQ(at_mark, std::string::npos)
        << failure.name << ": ..." << all.substr(std::max<std::size_t>(at_mark, 60) - 60, 100);
    EXPECT_NE(all.find("\"frames\":[{"), std::string::npos) << failure.name;
  }
}

TEST_F(Secrets, FramesShowWhatIsNone) {
  const std::string all = everything_of(workflow(server_.url("/x?page=7&sig=S3CRET"), ""));
  EXPECT_THAT(all, Not(HasSubstr(kMark)));
  EXPECT_THAT(all, HasSubstr("/x?page=7&sig=***"));
  EXPECT_THAT(all, HasSubstr("X-Open"));
  EXPECT_THAT(all, HasSubstr("\"open\""));
  EXPECT_THAT(all, HasSubstr(R"("headerAuthUsername":{"@type":"String","@value":"ann"})"));
  EXPECT_THAT(all, HasSubstr(R"("headerAuthBearer":{"@type":"String","@value":"***"})"));
}

// What an expression is made of, and what it came to, is part of what its errors say.
TEST_F(Secrets, EvaluatingThemDoesNotTellThemEither) {
  for (const char* expr : {R"('nope("S3CRET")')", R"('["S3CRET"]')", R"('item["S3CRET"] - 1')",
                           R"('parseDuration("S3CRET")')"}) {
    const std::string all = everything_of(
        workflow(server_.url("/"),
                 argument("headerAuthBearer", "String", std::string("expr: ") + expr), ""));
    EXPECT_EQ(all.find(kMark), std::string::npos) << expr << all;
    EXPECT_THAT(all, HasSubstr("headerAuthBearer")) << expr;
    EXPECT_THAT(all, HasSubstr("failed")) << expr;
  }
}

TEST_F(Secrets, OfJwtGenerateToo) {
  for (const char* secret : {"S3CRET", "-----BEGIN PRIVATE KEY-----\\nS3CRET\\n"}) {
    const std::string all = everything_of(R"(workflows:
  flow:
    enabled: true
    steps:
      - stepID: 1
        kind: function
        ref: jwtGenerate
        arguments:
          - { target: header, type: Vars, expr: '{}' }
          - { target: payload, type: Vars, expr: '{}' }
          - { target: secret, type: String, value: ")" +
                                          std::string(secret) + R"(" }
        results:
          - { target: size, type: Integer, expr: length(token) }
)");
    EXPECT_THAT(all, Not(HasSubstr(kMark)));
    EXPECT_THAT(all, HasSubstr("***"));
  }
}

}  // namespace
}  // namespace millrace
