#include "value/url.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

struct Case {
  const char* text;
  const char* normalised;
};

TEST(NormaliseUrl, WritesWhatTheReferenceWrites) {
  for (const Case& url : {
           Case{"http://a.b/c?d=e", "http://a.b/c?d=e"},
           {"a b", "a%20b"},
           {"HTTP://X", "http://X"},
           {"", ""},
           {"*", "*"},
           {"mailto:x@y.z", "mailto:x@y.z"},
           {"http:", "http:"},
           {"http:/p", "http:/p"},
           {"http:///p", "http:///p"},
           {"//host/p", "//host/p"},
           {"///p", "///p"},
           {"http://u@h", "http://u@h"},
           {"http://u:@h", "http://u:@h"},
           {"http://u:p%20s@h:80/", "http://u:p%20s@h:80/"},
           {"http://[::1]:8080/x", "http://[::1]:8080/x"},
           {"http://h?", "http://h?"},
           {"http://h#", "http://h"},
           {"http://h/a%2fb c", "http://h/a/b%20c"},
           {"http://h/a%2fb", "http://h/a%2fb"},
           {"http://h#a b", "http://h#a%20b"},
           {"http://h\xC3\xA9/", "http://h%C3%A9/"},
           {"./a:b", "./a:b"},
           {"?q", "?q"},
           {"/a:b", "/a:b"},
       }) {
    const auto normalised = normalise_url(url.text);
    ASSERT_TRUE(normalised) << url.text;
    EXPECT_EQ(*normalised, url.normalised);
  }
}

TEST(NormaliseUrl, RefusesWhatIsNone) {
  for (const char* text : {"a:b/c:d\x7F", "1:a", ":a", "http://h/%zz", "http://h/%4", "http://h/\n",
                           "http://h:80x/", "http://ho st/", "http://h%41/", "http://[::1/",
                           "http://[::1]x/", "http://a b@h/", "http://h#%"}) {
    const auto normalised = normalise_url(text);
    ASSERT_FALSE(normalised) << text;
    EXPECT_EQ(normalised.error().kind(), ErrorKind::invalid);
  }
}

TEST(NormaliseUrl, IsStable) {
  for (const char* text : {"a b", "http://u:p@h:1/x y?z=%zz#f g", "http://h/%E2%82%AC"}) {
    const std::string once = *normalise_url(text);
    EXPECT_EQ(*normalise_url(once), once);
  }
}

}  // namespace
}  // namespace millrace
