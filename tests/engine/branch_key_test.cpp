#include "engine/branch_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/random.h"

namespace millrace {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kAll = 1'000'000;

BranchKey key(const std::vector<std::uint32_t>& arms) {
  BranchKey made;
  for (const std::uint32_t arm : arms) made = made.arm(arm);
  return made;
}

TEST(BranchKey, SaysItsInnermostArmsInOrder) {
  EXPECT_THAT(BranchKey().innermost(9), IsEmpty());
  EXPECT_THAT(key({1, 2, 3}).innermost(9), ElementsAre(1, 2, 3));
  EXPECT_THAT(key({1, 2, 3}).innermost(2), ElementsAre(2, 3));
  EXPECT_EQ(key({1, 2, 3}).size(), 3U);
}

TEST(BranchKey, MeetsAnotherInTheForkThatBothBelongTo) {
  const BranchKey fork = key({4});
  const BranchKey deep = fork.arm(0).arm(1).arm(2);
  EXPECT_EQ(common_fork(deep, fork.arm(1)).last(), fork.last());
  EXPECT_EQ(common_fork(fork.arm(1), deep).last(), fork.last());
  EXPECT_EQ(common_fork(deep, fork).last(), fork.last());
  EXPECT_TRUE(common_fork(deep, BranchKey()).empty());
  EXPECT_TRUE(common_fork(key({1}), key({2})).empty());
}

// Arms are taken from few forks, so that many keys are equal or one is the beginning of another.
TEST(BranchKey, PathOrderIsLexicographicAndStable) {
  Random random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<BranchKey> keys(1);
    for (int i = 0; i < 40; ++i) {
      keys.push_back(
          keys[random.below(keys.size())].arm(static_cast<std::uint32_t>(random.below(3))));
    }
    std::vector<const BranchKey*> asked;
    for (const BranchKey& each : keys) asked.push_back(&each);
    std::vector<std::size_t> expected(keys.size());
    std::iota(expected.begin(), expected.end(), 0U);
    std::stable_sort(expected.begin(), expected.end(), [&](std::size_t a, std::size_t b) {
      return keys[a].innermost(kAll) < keys[b].innermost(kAll);
    });
    EXPECT_EQ(path_order(asked), expected);
  }
}

TEST(BranchKey, AMillionForksWithinOneAnotherTakeNoStack) {
  BranchKey deep;
  for (std::size_t i = 0; i < kAll; ++i) deep = deep.arm(1);
  const BranchKey other = deep.arm(0);
  EXPECT_EQ(deep.size(), kAll);
  const std::vector<const BranchKey*> keys{&other, &deep};
  EXPECT_THAT(path_order(keys), ElementsAre(1, 0));
}

}  // namespace
}  // namespace millrace
