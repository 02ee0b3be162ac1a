// Colour for people, none for pipes.
#pragma once

#include <string>
#include <string_view>

namespace millrace {

// 0: stdin, 1: stdout, 2: stderr.
bool is_terminal(int descriptor);

// Whether that stream (1: stdout, 2: stderr) is a terminal and NO_COLOR is unset.
bool wants_colour(int descriptor);

enum class Colour { red, green, yellow, dim, bold };

// `text`, coloured when `wanted`.
std::string coloured(std::string_view text, Colour colour, bool wanted);

// Text of others as it may go to a terminal: control characters but tabs and line ends, and marks
// that change the direction of writing, are written out, "\\x1b", so that none of them acts there;
// further lines are set in by `indent`.
std::string for_terminal(std::string_view text, std::size_t indent = 0);

}  // namespace millrace
