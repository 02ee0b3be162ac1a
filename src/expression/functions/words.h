// Words and their letters: what `title`, `untitle`, `camelize`, `snakify` and `shorten` do to a
// text. The results are valid UTF-8 where the input is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace {

// Each letter that begins a word in title case, the rest untouched. Words end at what is neither
// letter nor digit nor "_" within ASCII, and beyond ASCII only at blanks.
std::string title_words(std::string_view text);

// The first space-separated word, changed, then a space and the rest, also where there is no rest.
std::string title(std::string_view text);
Result<std::string> untitle(std::string_view text);  // an empty first word is an error

Result<std::string> camelize(std::string_view text);
std::string snakify(std::string_view text);

// The first `count` bytes or words, less one trailing character that is no ASCII letter or digit,
// and " …".
Result<std::string> shorten_bytes(std::string_view text, std::int64_t count);
Result<std::string> shorten_words(std::string_view text, std::int64_t count);

}  // namespace millrace
