// The head of an answer, to the letter.
#include <gtest/gtest.h>

#include "net/server/answer_head.h"

namespace millrace {
namespace {

TEST(ServerAnswerHead, is_written_to_the_letter) {
  const ServerResponse answer{.status = 404,
                              .content_type = "text/plain",
                              .headers = {{"Retry-After", "1"}, {"X-A", ""}},
                              .body = "none"};
  ASSERT_TRUE(check_answer(answer));
  EXPECT_EQ(answer_head(answer, true, "today"),
            "HTTP/1.1 404 Not Found\r\nDate: today\r\nContent-Type: text/plain\r\n"
            "Content-Length: 4\r\nConnection: keep-alive\r\nRetry-After: 1\r\nX-A: \r\n\r\n");
  EXPECT_EQ(answer_head({.status = 299, .content_type = ""}, false, "today"),
            "HTTP/1.1 299 \r\nDate: today\r\nContent-Length: 0\r\n"
            "Connection: close\r\n\r\n");
}

TEST(ServerAnswerHead, dates_as_rfc_9110_writes_them) {
  using std::chrono::sys_seconds;
  EXPECT_EQ(http_date(sys_seconds(std::chrono::seconds(784111777))),
            "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(sys_seconds(std::chrono::seconds(1709251199))),
            "Thu, 29 Feb 2024 23:59:59 GMT");
}

}  // namespace
}  // namespace millrace
