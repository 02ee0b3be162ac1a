// Pieces of the reference pages.
#pragma once

#include <string>
#include <string_view>

namespace millrace {

// Text as code within a line; a blank keeps apart backquotes, which a code span drops.
std::string markdown_code(std::string_view text);

}  // namespace millrace
