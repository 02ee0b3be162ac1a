#include "net/known_urls.h"

#include <gtest/gtest.h>

#include <string>

namespace millrace {
namespace {

TEST(KnownUrls, ParsesTheSameTextOnce) {
  KnownUrls urls;
  const auto first = urls.parse("http://example.com/a?b=c");
  const auto again = urls.parse("http://example.com/a?b=c");
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->handle(), again->handle());
  EXPECT_EQ(again->text(), "http://example.com/a?b=c");
  EXPECT_NE(urls.parse("http://example.com/a?b=d")->handle(), first->handle());
}

TEST(KnownUrls, KeepsNoPasswordAndNoMistake) {
  KnownUrls urls;
  const auto first = urls.parse("http://user:secret@example.com/");
  const auto again = urls.parse("http://user:secret@example.com/");
  ASSERT_TRUE(first && again);
  EXPECT_NE(first->handle(), again->handle());
  EXPECT_FALSE(urls.parse("ftp://example.com/"));
  EXPECT_EQ(urls.parse("ftp://example.com/").error().kind(), ErrorKind::denied);
}

TEST(KnownUrls, ForgetsBeforeTheyAreTooMany) {
  KnownUrls urls;
  const auto first = urls.parse("http://example.com/0");
  for (int i = 1; i <= 300; ++i) {
    ASSERT_TRUE(urls.parse("http://example.com/" + std::to_string(i)));
  }
  EXPECT_NE(urls.parse("http://example.com/0")->handle(), first->handle());
  EXPECT_EQ(first->host(), "example.com");
}

}  // namespace
}  // namespace millrace
