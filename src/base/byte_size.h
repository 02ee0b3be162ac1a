// Numbers of bytes as text, as people write them in settings: "64 MiB", "10kB", "4096".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace {

// In the largest binary unit that divides it: "64 MiB", "1500 B".
std::string format_byte_size(std::uint64_t bytes);

// A whole number and a unit, with or without a blank between: B, KiB, MiB, GiB, TiB, or kB, MB, GB,
// TB by thousands; without a unit, bytes. Anything else, and what does not fit 63 bits, is an error
// of kind invalid.
Result<std::uint64_t> parse_byte_size(std::string_view text);

}  // namespace millrace
