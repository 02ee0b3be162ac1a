// Texts as Url, as the reference (Go's net/url) parses and prints them.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace {

// `text` parsed and written again: "a b" gives "a%20b", "HTTP://X" gives "http://X". Error for a
// bad escape, a control character, a first segment with a colon, a bad host or port.
Result<std::string> normalise_url(std::string_view text);

}  // namespace millrace
