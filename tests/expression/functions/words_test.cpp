#include "expression/functions/words.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(Words, Title) {
  EXPECT_EQ(title("hello world"), "Hello world");
  EXPECT_EQ(title("hello"), "Hello ");
  EXPECT_EQ(title(""), " ");
  EXPECT_EQ(title("x-y z-z"), "X-Y z-z");
  EXPECT_EQ(title("x_y"), "X_y ");
  EXPECT_EQ(title("élan"), "Élan ");
  EXPECT_EQ(title("€uro"), "€uro ");
  EXPECT_EQ(title(" a"), " a");
  EXPECT_EQ(title("a\tb"), "A\tB ");
}

TEST(Words, Untitle) {
  EXPECT_EQ(*untitle("ÉLAN"), "éLAN ");
  EXPECT_EQ(*untitle("Hello World"), "hello World");
  EXPECT_FALSE(untitle(""));
  EXPECT_FALSE(untitle(" a"));
}

TEST(Words, Camelize) {
  EXPECT_EQ(*camelize("Hello"), "hello ");
  EXPECT_EQ(*camelize("a b"), "aB ");
  EXPECT_EQ(*camelize("foo-bar  baz"), "foo-BarBaz ");
  EXPECT_FALSE(camelize(" "));
}

TEST(Words, Snakify) {
  EXPECT_EQ(snakify("Hello World fooBar"), "hello_world_foobar");
  EXPECT_EQ(snakify("ÀÉ\tx"), "àé\tx");
  EXPECT_EQ(snakify("ı"), "i");
}

TEST(Words, ShortenByBytes) {
  EXPECT_EQ(*shorten_bytes("hello world", 6), "hello …");
  EXPECT_EQ(*shorten_bytes("hello world", 4), "hell …");
  EXPECT_EQ(*shorten_bytes("abc", 3), "abc …");
  EXPECT_EQ(*shorten_bytes("abc", 4), "");
  EXPECT_EQ(*shorten_bytes("až", 2), "a …");
  EXPECT_EQ(*shorten_bytes("a€", 3), "a\uFFFD …");
  EXPECT_EQ(*shorten_bytes("", 0), " …");
  EXPECT_FALSE(shorten_bytes("abc", -1));
}

TEST(Words, ShortenByWords) {
  EXPECT_EQ(*shorten_words("one two three four", 2), "one two …");
  EXPECT_EQ(*shorten_words("  one,\ttwo ", 1), "one …");
  EXPECT_EQ(*shorten_words("one two", 2), "one two …");
  EXPECT_EQ(*shorten_words("one", 0), " …");
  EXPECT_EQ(*shorten_words("", 1), "");
  EXPECT_EQ(*shorten_words("\u2003", 1), "");
  EXPECT_FALSE(shorten_words("one two", 3));
  EXPECT_FALSE(shorten_words("one two", -1));
}

}  // namespace
}  // namespace millrace
