// What must not stand in anything that is sent as a line: the next line would be the author's.
#pragma once

#include <string_view>

namespace millrace {

// CR, LF or NUL.
inline bool breaks_lines(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

}  // namespace millrace
