#include "expression/functions/words.h"

#include <algorithm>

#include "expression/functions/unicode.h"

namespace millrace {
namespace {

bool separates_words(char32_t c) {
  if (c == '_' || is_letter(c) || is_digit(c)) return false;
  return c < 0x80 || is_space(c);
}

bool is_ascii_alphanumeric(char32_t c) { return c < 0x80 && (is_letter(c) || is_digit(c)); }

// `word` in place of the first word of `text`, with the space that always follows it.
std::string with_first_word(std::string_view text, std::string word) {
  const std::size_t space = text.find(' ');
  word.push_back(' ');
  if (space != std::string_view::npos) word.append(text.substr(space + 1));
  return word;
}

std::string with_ellipsis(std::string_view cut) {
  if (!cut.empty()) {
    const CodePoint last = decode_last_code_point(cut, cut.size());
    if (!is_ascii_alphanumeric(last.value)) cut.remove_suffix(last.bytes);
  }
  return without_broken_bytes(cut).append(" …");
}

Error negative_count(std::int64_t count) {
  return {ErrorKind::invalid, "count must not be negative, but is " + std::to_string(count)};
}

}  // namespace

std::string title_words(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool begins = true;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_code_point(text, at);
    append_code_point(out, begins ? title_case(point.value) : point.value);
    begins = separates_words(point.value);
    at += point.bytes;
  }
  return out;
}

std::string title(std::string_view text) {
  return with_first_word(text, title_words(text.substr(0, text.find(' '))));
}

Result<std::string> untitle(std::string_view text) {
  const std::string_view word = text.substr(0, text.find(' '));
  if (word.empty()) return Error(ErrorKind::invalid, "the text must begin with a word");
  const CodePoint first = decode_code_point(word, 0);
  std::string lowered;
  append_code_point(lowered, lower_case(first.value));
  return with_first_word(text, lowered.append(word.substr(first.bytes)));
}

Result<std::string> camelize(std::string_view text) {
  std::string joined = title_words(text);
  std::erase(joined, ' ');
  return untitle(joined);
}

// Title case comes first as in the reference; it shows only in letters like "ı", whose capital is
// "I".
std::string snakify(std::string_view text) {
  std::string out = title_words(text);
  std::replace(out.begin(), out.end(), ' ', '_');
  return lower_case(out);
}

Result<std::string> shorten_bytes(std::string_view text, std::int64_t count) {
  if (count < 0) return negative_count(count);
  if (static_cast<std::uint64_t>(count) > text.size()) return std::string();
  return with_ellipsis(text.substr(0, static_cast<std::size_t>(count)));
}

Result<std::string> shorten_words(std::string_view text, std::int64_t count) {
  text = trim_spaces(text);
  if (text.empty()) return std::string();
  if (count < 0) return negative_count(count);
  std::string joined;
  for (std::int64_t taken = 0; taken < count; ++taken) {
    if (text.empty()) {
      return Error(ErrorKind::invalid, "the text has only " + std::to_string(taken) +
                                           " words, not " + std::to_string(count));
    }
    if (taken > 0) joined.push_back(' ');
    std::size_t end = 0;
    while (end < text.size()) {
      const CodePoint point = decode_code_point(text, end);
      if (is_space(point.value)) break;
      end += point.bytes;
    }
    joined.append(text.substr(0, end));
    text = trim_spaces(text.substr(end));
  }
  return with_ellipsis(joined);
}

}  // namespace millrace
