#include "expression/functions/addresses.h"

#include <gtest/gtest.h>

#include <string>

namespace millrace {
namespace {

TEST(Addresses, Email) {
  for (const std::string_view email :
       {"a@b.co", "a.b+c@d-e.org", "a@b.c.d", "a@b.c.", "a@b.c-d", "é@b.cd", "a@b.é", "a@b_c.de",
        "a@b..c.d", "!#$%&'*+-/=?^_`{|}~@b.cd"}) {
    EXPECT_TRUE(has_email_form(email)) << email;
  }
  for (const std::string_view other :
       {"", "a", "a@", "@b.c", "a@b", "a@b.1", "a@b.c1", "a@-b.cd", "a@b-.cd", "a@b..cd", ".a@b.cd",
        "a.@b.cd", "a..b@b.cd", "a b@c.de", "\"ab\"@c.de", "a@b@c.de", "🐎@b.cd", "a@b.c..",
        "a@b.~c"}) {
    EXPECT_FALSE(has_email_form(other)) << other;
  }
}

TEST(Addresses, Url) {
  for (const std::string_view url : {"http://example.com",
                                     "example.com",
                                     "http://localhost:8080/a?b=c#d",
                                     "mailto:a@b.c",
                                     "http://127.0.0.1",
                                     "http://user:pw@h.com/",
                                     "http://user:p@w@x.com",
                                     "http://[::1]:80/x",
                                     "http://a--b.c",
                                     "http://a_b.example.com",
                                     "http://žluť.cz",
                                     "http://x.com.",
                                     "http://x.com:99999",
                                     "http://a.bc.de.fg.hi",
                                     "http://www.a.b",
                                     "1.2.3.4",
                                     "ab.cd",
                                     "wss://x/y",
                                     "http://@foo",
                                     "http://x.com/🐎"}) {
    EXPECT_TRUE(has_url_form(url)) << url;
  }
  for (const std::string_view other : {"//x",
                                       "http://",
                                       "http://.",
                                       "http:///a",
                                       "HTTP://example.com",
                                       "gopher://x.com",
                                       "http://-ab.c",
                                       "http://ab-.c",
                                       "http://x.com:",
                                       "http://x.com:123456",
                                       "http://x.com/a b",
                                       "http://us er@x.com",
                                       "http://a.b.c.d.e",
                                       "http://aa.b.c.d",
                                       "http://x..com",
                                       "1.2.3",
                                       "300.1.1.1",
                                       "01.2.3.4",
                                       "1.2.3.256",
                                       "http://[zz]",
                                       "http://🐎.cz",
                                       "http://a---b.c"}) {
    EXPECT_FALSE(has_url_form(other)) << other;
  }
}

TEST(Addresses, LongTextsTakeLinearTime) {
  std::string many;
  for (int i = 0; i < 200'000; ++i) many += "a@";
  EXPECT_FALSE(has_url_form(many));
  EXPECT_TRUE(has_url_form(many + "b.c"));
  EXPECT_FALSE(has_url_form(std::string(400'000, '-')));
}

}  // namespace
}  // namespace millrace
