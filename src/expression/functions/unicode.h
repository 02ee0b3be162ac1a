// Text by code points, as the functions see it: decoding, classes and case mapping of single code
// points (never of strings: "ß" stays "ß" in upper case). The tables are those of utf8proc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

inline constexpr char32_t kReplacement = 0xFFFD;

struct CodePoint {
  char32_t value = kReplacement;
  std::size_t bytes = 1;  // how many it took; a byte that begins no code point is one kReplacement

  bool is_broken() const { return value == kReplacement && bytes == 1; }
};

// The code point that begins at `at` < text.size().
CodePoint decode_code_point(std::string_view text, std::size_t at);
// The code point that ends before `end` > 0.
CodePoint decode_last_code_point(std::string_view text, std::size_t end);

// What is no code point (a surrogate, beyond U+10FFFF) is appended as kReplacement.
void append_code_point(std::string& out, char32_t code_point);

std::size_t count_code_points(std::string_view text);
bool is_ascii(std::string_view text);

bool is_letter(char32_t code_point);     // categories L*
bool is_digit(char32_t code_point);      // category Nd
bool is_space(char32_t code_point);      // property White_Space
bool is_printable(char32_t code_point);  // letters, marks, numbers, punctuation, symbols, U+0020

char32_t upper_case(char32_t code_point);
char32_t lower_case(char32_t code_point);
char32_t title_case(char32_t code_point);

std::string upper_case(std::string_view text);
std::string lower_case(std::string_view text);

std::string_view trim_spaces(std::string_view text);

// The text with each byte that belongs to no code point replaced by U+FFFD.
std::string without_broken_bytes(std::string_view text);

}  // namespace millrace
