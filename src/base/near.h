// The nearest known name to a mistyped one, for "did you mean".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace millrace {

// The candidate with the smallest edit distance to `name`, when it is near enough to be a likely
// typing mistake (a third of the length, at least one); the first of equals. Letter case counts
// half. For a name of one or two letters only one that differs in nothing but letter case: any
// other short name would be as near.
std::optional<std::string_view> nearest(std::string_view name,
                                        std::span<const std::string_view> candidates);

}  // namespace millrace
