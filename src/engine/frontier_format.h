// What the writer and the reader of packed frontiers have in common. Private to engine/.
#pragma once

#include <cstdint>

namespace millrace {

inline constexpr std::uint8_t kFrontierVersion = 1;

// What a state waits for, and what came of it. The numbers are in journals: they never change.
enum class EffectMark : std::uint8_t {
  none = 0,
  call = 1,
  drain = 2,
  lines = 3,
  delay = 4,
  prompt = 5,
  exec = 6,
};
enum class ResultMark : std::uint8_t { none = 0, nothing = 1, vars = 2, lines = 3, error = 4 };

}  // namespace millrace
