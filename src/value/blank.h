// Blanks as Unicode has them (White_Space), in UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace millrace {

// The bytes of the blank that begins `text`; 0 where there is none.
std::size_t blank_size(std::string_view text);

// Whether there is nothing else in it.
bool is_blank(std::string_view text);

}  // namespace millrace
