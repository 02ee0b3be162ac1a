// The pure parts of the client: URLs, heads, addresses and the policy, redirects, retries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/egress_policy.h"
#include "net/form_encoding.h"
#include "net/redirect.h"
#include "net/request_url.h"
#include "net/retry.h"

namespace millrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

TEST(RequestUrl, PartsAreThoseThatAreSent) {
  auto url = RequestUrl::parse("HTTP://me:p%40ss@EXAMPLE.com/a b?q=1#part");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->text(), "http://EXAMPLE.com/a%20b?q=1");
  EXPECT_EQ(url->port(), 80);
  EXPECT_EQ(url->credentials()->user, "me");
  EXPECT_EQ(url->credentials()->password, "p@ss");
  EXPECT_EQ(RequestUrl::parse("https://[::1]:8443/")->authority(), "[::1]:8443");
  EXPECT_EQ(RequestUrl::parse("http://0x7f.1/")->host(), "127.0.0.1");
  EXPECT_EQ(RequestUrl::parse("http://h/a/b?x")->resolve("../c")->text(), "http://h/c");
  EXPECT_EQ(RequestUrl::parse("http://h/a/b?x")->resolve("//other:1/c")->text(),
            "http://other:1/c");
}

TEST(RequestUrl, SaysWhatIsWrong) {
  const auto error = [](const std::string& text) { return RequestUrl::parse(text).error(); };
  EXPECT_THAT(error("").message(), HasSubstr("is not valid"));
  EXPECT_THAT(error("example.com/x").message(), HasSubstr("must begin with http"));
  EXPECT_THAT(error("http://").message(), HasSubstr("host name"));
  EXPECT_THAT(error("http://bücher.example/").message(), HasSubstr("must be ASCII"));
  EXPECT_EQ(RequestUrl::with_query("http://h/a?b=1#c", "d=2"), "http://h/a?d=2");
  EXPECT_EQ(RequestUrl::with_query("http://h/a#c?x", ""), "http://h/a");
  for (const char* port : {"0", "65536", "abc", "-1"}) {
    EXPECT_THAT(error("http://h:" + std::string(port) + "/").message(),
                HasSubstr("its port must be a number from 1 to 65535"));
  }
  // libcurl would take one slash for two, and what follows a third one for the host.
  for (const char* slashes : {"http:/127.0.0.1:9/echo", "http:///x", "HTTPS:/h", "http:////h/"}) {
    EXPECT_EQ(error(slashes).kind(), ErrorKind::invalid) << slashes;
    EXPECT_THAT(error(slashes).message(), testing::ContainsRegex("write https?://HOST/"));
    EXPECT_FALSE(RequestUrl::parse("http://h/")->resolve(slashes)) << slashes;
  }
  EXPECT_THAT(error("http:/user:secret@h/").message(), testing::Not(HasSubstr("secret")));
  EXPECT_THAT(error("user:secret@h/").message(), testing::Not(HasSubstr("secret")));
  EXPECT_EQ(error("file:///etc/passwd").kind(), ErrorKind::denied);
  EXPECT_THAT(error("http://user:secret@h:bad/").message(), testing::Not(HasSubstr("secret")));
}

TEST(ResponseHead, CanonicalNamesAndFolding) {
  EXPECT_EQ(canonical_header_name("x-forwarded-FOR"), "X-Forwarded-For");
  EXPECT_EQ(canonical_header_name("no token"), "no token");
  const HttpLimits limits;
  ResponseHead head(limits);
  for (const char* line : {"HTTP/1.1 404 Not Found\r\n", "a: 1\r\n", "  2\r\n", "B:\r\n", "\r\n"}) {
    ASSERT_TRUE(head.add_line(line));
  }
  EXPECT_TRUE(head.is_complete());
  EXPECT_EQ(head.status(), "404 Not Found");
  EXPECT_EQ(*head.find("A"), "1 2");
  EXPECT_EQ(*head.find("b"), "");
}

TEST(EgressPolicy, JudgesAddresses) {
  EgressRules rules;
  rules.everything = false;
  rules.deny_hosts = {".bad.example", "worse.example"};
  rules.deny_ranges = {*IpRange::parse("10.1.0.0/16")};
  rules.allow_ranges = {*IpRange::parse("127.0.0.5/32")};
  rules.own_addresses = {{*IpAddress::parse("0.0.0.0"), 8080}};
  const EgressPolicy policy(rules);
  const auto allowed = [&](const char* address, std::uint16_t port = 80) {
    return policy.check_address("name", *IpAddress::parse(address), port).has_value();
  };
  EXPECT_TRUE(allowed("93.184.216.34"));
  EXPECT_TRUE(allowed("192.168.1.1"));
  EXPECT_FALSE(allowed("127.0.0.1"));
  EXPECT_TRUE(allowed("127.0.0.5"));
  EXPECT_FALSE(allowed("127.0.0.5", 8080));
  EXPECT_FALSE(allowed("10.1.2.3"));
  EXPECT_TRUE(allowed("10.2.2.3"));
  EXPECT_FALSE(allowed("169.254.169.254"));
  EXPECT_FALSE(allowed("::1"));
  EXPECT_FALSE(allowed("::ffff:127.0.0.1"));
  EXPECT_FALSE(allowed("fe80::1"));
  EXPECT_FALSE(allowed("fd00:ec2::254"));
  EXPECT_FALSE(allowed("0.0.0.0"));
  EXPECT_FALSE(policy.check_host("x.bad.example."));
  EXPECT_FALSE(policy.check_host("Worse.Example"));
  EXPECT_TRUE(policy.check_host("bad.example"));
  EXPECT_FALSE(IpRange::parse("1.2.3.4/33"));
}

TEST(Retry, WaitsAndRetryAfter) {
  Random random(1);
  RetryRule rule;
  rule.backoff = milliseconds(100);
  rule.max_backoff = seconds(1);
  rule.jitter = 0;
  EXPECT_EQ(retry_wait(rule, 1, {}, random), milliseconds(100));
  EXPECT_EQ(retry_wait(rule, 3, {}, random), milliseconds(400));
  EXPECT_EQ(retry_wait(rule, 50, {}, random), seconds(1));
  EXPECT_EQ(retry_wait(rule, 1, seconds(90), random), seconds(90));
  const WallTime at = WallTime{seconds(784111777 - 5)};
  EXPECT_EQ(parse_retry_after("7", at), seconds(7));
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", at), seconds(5));
  EXPECT_EQ(parse_retry_after("soon", at), std::nullopt);
}

TEST(FormEncoding, SortsByName) {
  EXPECT_EQ(encode_form({{"b", "2"}, {"a", "x y"}, {"b", "1"}, {"ü", "+"}}),
            "a=x+y&b=2&b=1&%C3%BC=%2B");
}

}  // namespace
}  // namespace millrace
