#include "scope/deadline.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

using std::chrono::milliseconds;

TEST(Deadline, ALimitBeyondTheClockStillIsADeadline) {
  const Deadline deadline =
      Deadline::in(TimePoint(Nanos::max() - Nanos{5}), Limit{Nanos::max(), "x"});
  EXPECT_TRUE(deadline.exists());
  EXPECT_LT(deadline.at(), TimePoint::max());
}

TEST(Deadline, EarlierPrefersTheFirstOfEquals) {
  const Deadline a = Deadline::in(TimePoint{}, Limit{milliseconds(5), "a"});
  const Deadline b = Deadline::in(TimePoint{}, Limit{milliseconds(5), "b"});
  EXPECT_EQ(Deadline::earlier(a, b).limit().setter, "a");
  EXPECT_EQ(Deadline::earlier(Deadline(), b).limit().setter, "b");
  EXPECT_FALSE(Deadline::earlier(Deadline(), Deadline()).exists());
}

TEST(Deadline, TheTextOfAStopCarriesItsCause) {
  const Stop stop{.cause = StopCause::error,
                  .reason = {},
                  .origin = "session 1",
                  .error = Error(ErrorKind::unavailable, "the service is down")};
  const Error error = to_error(stop, "reading");
  EXPECT_EQ(error.kind(), ErrorKind::canceled);
  EXPECT_EQ(
      error.to_line(),
      "canceled while reading: \"session 1\" was stopped (error) (cause: the service is down)");
}

TEST(Deadline, MayBeOfWhatBeganBeforeTheClockDid) {
  const Deadline deadline =
      Deadline::in(TimePoint{} - std::chrono::hours(3), Limit{std::chrono::hours(1), "x"});
  EXPECT_EQ(deadline.at(), TimePoint{} - std::chrono::hours(2));
}

}  // namespace
}  // namespace millrace
