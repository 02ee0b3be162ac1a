#include "base/ids.h"

namespace millrace {

std::uint64_t new_id(WallTime now, Random& random) {
  constexpr int kChanceBits = 22;
  constexpr WallTime kEpoch = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);
  const auto since = std::chrono::floor<std::chrono::milliseconds>(now - kEpoch).count();
  const auto time_bits = (static_cast<std::uint64_t>(since) & 0x1'ffff'ffff'ffULL) << kChanceBits;
  return time_bits | (random.bits() >> (64 - kChanceBits)) | 1;
}

}  // namespace millrace
