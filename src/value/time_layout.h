// Reading times by layouts in the notation of Go, where the reference time shows the form:
// "2006-01-02T15:04:05Z07:00". What Go's time.Parse accepts for a layout is accepted here.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/error.h"
#include "value/instant.h"

namespace millrace {

// What becomes of the offset in a zone named as "GMT+3", where the layout has no other: Go reads
// the clock as UTC and shows that point in time at the offset.
enum class NamedOffset : std::uint8_t {
  shown,    // so Go's time.Parse
  dropped,  // the clock that is shown is then taken as UTC: so the reference's casts
};

// `text` by the first of `layouts` that it fits. Parts of layouts: 2006 06 01 Jan 02 _2 2 Monday
// Mon 15 3 04 05 PM .999999999 Z07:00 Z0700 -07:00 -0700 MST. A fraction may always follow the
// seconds. UTC without an offset; a zone's name (MST) is read and ignored, but for GMT+3. What the
// layout lacks: year 0, January, the first, 0:00. An error says whether it fits none or is an
// impossible date.
Result<Instant> parse_time(std::string_view text, std::span<const std::string_view> layouts,
                           NamedOffset named_offset = NamedOffset::shown);

}  // namespace millrace
