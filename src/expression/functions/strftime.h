// POSIX strftime, with the verbs and the peculiarities of the library that the reference uses.
#pragma once

#include <string>
#include <string_view>

#include "value/instant.h"

namespace millrace {

// `instant` is not null. Empty when the pattern has an unknown verb or ends in a lone "%".
std::string strftime_text(std::string_view pattern, const Instant& instant);

}  // namespace millrace
