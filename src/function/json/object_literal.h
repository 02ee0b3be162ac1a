// What jsonParserStringify makes of a text that was meant as JSON.
#pragma once

#include <string>
#include <string_view>

namespace millrace {

// As people write objects in JavaScript: a text between backquotes becomes one between quotes, with
// its line ends, and a backslash that begins no escape of JSON is doubled. What is between quotes
// keeps its backquotes; nothing else changes. The result is not always JSON.
std::string mend_object_literal(std::string_view text);

}  // namespace millrace
