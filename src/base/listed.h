// Names in a message.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace millrace {

// "a, b, c": the first ten, then "and 17 more".
std::string listed(std::span<const std::string_view> names);

}  // namespace millrace
