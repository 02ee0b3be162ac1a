// From a place in a quoted text to the place in its file: past the escapes, and quotes that are
// written twice.
#pragma once

#include <optional>
#include <string_view>

#include "workflow/definition.h"

namespace millrace {

// `at` is where the quoted text begins, `rest` its line of the file from there on; line and column
// are counted from 1 in what the text says. Nothing for a text that is not quoted, or goes on over
// several lines of the file before that place.
std::optional<Position> place_in_quotes(std::string_view rest, Position at, std::uint32_t line,
                                        std::uint32_t column);

}  // namespace millrace
