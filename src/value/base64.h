// Base64 with the standard alphabet and padding (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace millrace {

void append_base64(std::string& out, std::string_view bytes);
std::string to_base64(std::string_view bytes);

// With the alphabet for URLs and without padding (RFC 4648, section 5).
std::string to_base64url(std::string_view bytes);

// Nothing where the text is not Base64: a foreign character, missing padding, bits left over.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace millrace
