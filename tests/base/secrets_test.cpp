#include "base/secrets.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(Secrets, NamesThatSaySo) {
  for (const char* name : {"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie",
                           "X-Api-Key", "api_key", "access_token", "access%5ftoken", "clientKey",
                           "client_secret", "PASSWORD", "sig", "X-Amz-Signature", "jwt"}) {
    EXPECT_TRUE(is_secret_name(name)) << name;
  }
  for (const char* name : {"", "Content-Type", "Idempotency-Key", "page_token", "nextPageToken",
                           "author", "keyboard", "passage", "design", "%", "%4"}) {
    EXPECT_FALSE(is_secret_name(name)) << name;
  }
}

TEST(Secrets, UrlsWithoutThem) {
  EXPECT_EQ(hide_secrets("http://h/a?b=1"), "http://h/a?b=1");
  EXPECT_EQ(hide_secrets("http://me:pw@h/a@b?c=@"), "http://h/a@b?c=@");
  EXPECT_EQ(hide_secrets("me:p@w@h"), "h");
  EXPECT_EQ(hide_secrets("http:///me:pw@h"), "http:///h");
  EXPECT_EQ(hide_secrets("http://h?key=1&a=2;token=3#access_token=4&b"),
            "http://h?key=***&a=2;token=***#access_token=***&b");
  EXPECT_EQ(hide_secrets("http://me@?token="), "http://?token=***");
  EXPECT_EQ(hide_secrets("http://"), "http://");
  EXPECT_EQ(hide_secrets("http://h:80/a@b"), "http://h:80/a@b");
  EXPECT_EQ(hide_secrets("http://[::1]:80/a@b"), "http://[::1]:80/a@b");
}

TEST(Secrets, UrlsThatAreNotWrittenAsTheyShould) {
  EXPECT_EQ(hide_secrets("http://us:P/WSECRET@127.0.0.1:1/x"), "http://127.0.0.1:1/x");
  EXPECT_EQ(hide_secrets("http://us:P?WSECRET@h/x"), "http://h/x");
  EXPECT_EQ(hide_secrets("http://us:P#WSECRET@h/x"), "http://h/x");
  EXPECT_EQ(hide_secrets("http://us:P/W@SECRET@h/x"), "http://h/x");
  EXPECT_EQ(hide_secrets("//us:PWSECRET@h/x"), "//h/x");
  EXPECT_EQ(hide_secrets("us:P/WSECRET@h/x"), "h/x");
  EXPECT_EQ(hide_secrets(""), "");
}

}  // namespace
}  // namespace millrace
