#include "base/byte_size.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(ByteSize, ReadsWhatPeopleWrite) {
  EXPECT_EQ(*parse_byte_size("4096"), 4096U);
  EXPECT_EQ(*parse_byte_size("0"), 0U);
  EXPECT_EQ(*parse_byte_size("256 KiB"), 256U << 10U);
  EXPECT_EQ(*parse_byte_size("64MiB"), 64U << 20U);
  EXPECT_EQ(*parse_byte_size("3 GB"), 3'000'000'000U);
  EXPECT_EQ(*parse_byte_size("10kB"), 10'000U);
}

TEST(ByteSize, RefusesEverythingElse) {
  for (const auto* text : {"", " ", "MiB", "-1", "1.5 MiB", "1 mib", "1  MiB", "1 MiB ", "64M",
                           "99999999999999999999", "9000000 TiB", "8388608 TiB"}) {
    EXPECT_FALSE(parse_byte_size(text)) << text;
  }
}

TEST(ByteSize, IsWrittenInTheLargestUnitThatDividesIt) {
  EXPECT_EQ(format_byte_size(0), "0 B");
  EXPECT_EQ(format_byte_size(1500), "1500 B");
  EXPECT_EQ(format_byte_size(64U << 20U), "64 MiB");
  EXPECT_EQ(format_byte_size(1025U << 10U), "1025 KiB");
}

}  // namespace
}  // namespace millrace
