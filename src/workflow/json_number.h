// Numbers as YAML has them (0x1F, +5, 1., .inf), spelled for JSON.
#pragma once

#include <string>
#include <string_view>

namespace millrace {

// The number as JSON spells it: no plus, no leading zeros, digits on both sides of the point. Empty
// for what JSON does not know. `text` is a number by plain_scalar_kind().
std::string json_number(std::string_view text);

// What stands in JSON for a number that it does not know: for one that is infinite or none, the
// text that is cast to it; else the number's own text.
std::string_view json_text_for(std::string_view text);

}  // namespace millrace
