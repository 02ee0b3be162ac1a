// Texts and code points as literals, in the notation of Go that the `%q` verb prints.
#pragma once

#include <string>
#include <string_view>

namespace millrace {

enum class QuotingStyle : bool {
  unicode,  // what can be printed stands as it is
  ascii,    // everything beyond ASCII is escaped
};

void append_quoted(std::string& out, std::string_view text, QuotingStyle style);           // "…"
void append_quoted_code_point(std::string& out, char32_t code_point, QuotingStyle style);  // '…'

// True where `text` can stand between backquotes unchanged.
bool can_backquote(std::string_view text);

}  // namespace millrace
