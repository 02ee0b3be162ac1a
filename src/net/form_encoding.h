// application/x-www-form-urlencoded: for queries and forms.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace millrace {

// Sorted by name, values of one name in their order: as Go's url.Values.Encode.
std::string encode_form(std::vector<std::pair<std::string, std::string>> fields);

// In the order in which they stand there. A field without "=" has an empty value. Error (invalid)
// for a % that two hex digits do not follow.
Result<std::vector<std::pair<std::string, std::string>>> decode_form(std::string_view text);

}  // namespace millrace
