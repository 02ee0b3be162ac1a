#include "base/ids.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr WallTime kToday = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);

TEST(Ids, AreOrderedByTheirMilliseconds) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const WallTime at = kToday + milliseconds(i);
    const std::uint64_t id = new_id(at + microseconds(random.below(1000)), random);
    EXPECT_GE(id, first_id(at));
    EXPECT_LT(id, first_id(at + milliseconds(1)));
    EXPECT_GT(static_cast<std::int64_t>(id), 0);
  }
}

TEST(Ids, FirstOneOfAMillisecondIsThatOfAllItsMoments) {
  EXPECT_EQ(first_id(kToday + microseconds(999)), first_id(kToday));
  EXPECT_LT(first_id(kToday), first_id(kToday + milliseconds(1)));
  EXPECT_EQ(first_id(WallTime{}), 0U);
}

}  // namespace
}  // namespace millrace
