#include "base/near.h"

#include <gtest/gtest.h>

#include <array>

namespace millrace {
namespace {

constexpr std::array<std::string_view, 6> kNames = {"toUpper", "toLower", "length",
                                                    "count",   "if",      "parseDuration"};

TEST(Nearest, FindsTypingMistakes) {
  EXPECT_EQ(nearest("toUper", kNames), "toUpper");
  EXPECT_EQ(nearest("lenght", kNames), "length");
  EXPECT_EQ(nearest("cuont", kNames), "count");
  EXPECT_EQ(nearest("parseDuraton", kNames), "parseDuration");
}

TEST(Nearest, CountsLetterCaseLess) {
  EXPECT_EQ(nearest("toupper", kNames), "toUpper");
  EXPECT_EQ(nearest("COunt", kNames), "count");
}

TEST(Nearest, OfShortNamesKnowsOnlyTheLetterCase) {
  constexpr std::array<std::string_view, 4> kShort = {"i", "id", "ok", "\u017e"};
  for (const char* name : {"x", "k", "ib", "is", "\u017d", "di", "ix"}) {
    EXPECT_EQ(nearest(name, kShort), std::nullopt) << name;
  }
  EXPECT_EQ(nearest("I", kShort), "i");
  EXPECT_EQ(nearest("ID", kShort), "id");
  EXPECT_EQ(nearest("idx", kShort), "id");
}

TEST(Nearest, FindsNothingFarAway) {
  EXPECT_EQ(nearest("substring", kNames), std::nullopt);
  EXPECT_EQ(nearest("", kNames), std::nullopt);
  EXPECT_EQ(nearest("count", {}), std::nullopt);
  EXPECT_EQ(nearest(std::string(100'000, 'x'), kNames), std::nullopt);
}

TEST(Nearest, TakesTheFirstOfEquals) {
  constexpr std::array<std::string_view, 2> kEqual = {"cat", "car"};
  EXPECT_EQ(nearest("cab", kEqual), "cat");
}

}  // namespace
}  // namespace millrace
