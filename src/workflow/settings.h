// The settings of workflows, steps and triggers (limits, retries, effects) from text to what they
// mean. A text that is not given is no error: it reads as nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/error.h"
#include "workflow/definition.h"

namespace millrace {

enum class Delivery : std::uint8_t { at_least_once, at_most_once };
enum class Overlap : std::uint8_t { allow, queue, skip };
enum class CatchUp : std::uint8_t { none, once, all };

namespace settings {

Result<std::optional<Nanos>> duration(const Text& text);          // "1m30s", not negative
Result<std::optional<Nanos>> timeout(const Text& text);           // longer than 0
Result<std::optional<std::uint64_t>> count(const Text& text);     // a whole number, not negative
Result<std::optional<std::uint64_t>> most(const Text& text);      // a whole number, 1 or more
Result<std::optional<std::uint32_t>> attempts(const Text& text);  // 1 to 1000
Result<std::optional<double>> share(const Text& text);            // 0 to 1
Result<std::optional<ErrorKind>> error_kind(const Text& text);
Result<std::optional<Overlap>> overlap(const Text& text);
Result<std::optional<CatchUp>> catch_up(const Text& text);
Result<std::optional<Delivery>> delivery(const Text& text);

// A step's `meta.timeout`, a duration text longer than 0: what the editor offers beside the step's
// `limits.timeout`. And the earlier of the two, which is the one that holds.
Result<std::optional<Nanos>> meta_timeout(const Step& step);
Result<std::optional<Nanos>> step_timeout(const Step& step);

}  // namespace settings
}  // namespace millrace
