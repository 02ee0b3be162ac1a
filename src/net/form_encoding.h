// application/x-www-form-urlencoded: for queries and forms.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace millrace {

// Sorted by name, values of one name in their order: as Go's url.Values.Encode.
std::string encode_form(std::vector<std::pair<std::string, std::string>> fields);

}  // namespace millrace
