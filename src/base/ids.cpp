#include "base/ids.h"

namespace millrace {
namespace {

constexpr int kChanceBits = 22;
constexpr WallTime kEpoch = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);

std::uint64_t time_bits(WallTime at) {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(at - kEpoch).count();
  return (static_cast<std::uint64_t>(since) & 0x1'ffff'ffff'ffULL) << kChanceBits;
}

}  // namespace

std::uint64_t new_id(WallTime now, Random& random) {
  return time_bits(now) | (random.bits() >> (64 - kChanceBits)) | 1;
}

std::uint64_t first_id(WallTime at) { return at < kEpoch ? 0 : time_bits(at); }

}  // namespace millrace
