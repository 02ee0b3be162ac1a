// Ids of what Millrace makes: 64 bits, ordered by time, without a central counter.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/random.h"

namespace millrace {

// The milliseconds since 2020 in the upper bits, chance in the lower 22. Never 0, never negative as
// a signed number.
std::uint64_t new_id(WallTime now, Random& random);

// No id made in the millisecond of `at` or later is below it, and none made before is above.
std::uint64_t first_id(WallTime at);

}  // namespace millrace
