// Durations as text, in the notation that people write in workflows and on the command line
// (Go's: "1h30m", "300ms", "1.5s").
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace millrace {

// "1h30m0s", "1.5s", "300ms", "1.002µs", "0s"; exact to the nanosecond.
std::string format_duration(Nanos duration);

// An optional sign, then numbers with units (ns us µs ms s m h), repeated; "0". Anything else, and
// what does not fit 64 bits of nanoseconds, is an error of kind invalid.
Result<Nanos> parse_duration(std::string_view text);

}  // namespace millrace
