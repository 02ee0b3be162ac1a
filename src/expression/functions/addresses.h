// Whether a text looks like an address: the rules of `isUrl` and `isEmail`. They are about form
// only; nothing is looked up. Both take time linear in the text.
#pragma once

#include <string_view>

namespace millrace {

bool has_email_form(std::string_view text);

// The form of a URL, scheme optional. Whether its escapes are whole is for the parser of URLs.
bool has_url_form(std::string_view text);

}  // namespace millrace
