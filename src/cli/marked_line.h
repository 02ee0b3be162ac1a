// A line of a file with a mark below the part that a message is about, as compilers show it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

// Both lines with their ends; the mark is below the character that begins at byte `offset` and goes
// on for `length` characters ("^~~~"). Tabs are spread out, what would act on a terminal is written
// out, and a line of more than about 100 columns is cut around the mark.
std::string marked_line(std::string_view line, std::size_t offset, std::uint32_t length,
                        bool colour);

}  // namespace millrace
