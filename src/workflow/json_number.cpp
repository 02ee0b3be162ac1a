#include "workflow/json_number.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace millrace {
namespace {

// Hexadecimal and octal as decimal, nothing where they do not fit 64 bits.
std::string decimal(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + 2, end, number, text[1] == 'x' ? 16 : 8);
  return read.ec == std::errc{} && read.ptr == end ? std::to_string(number) : std::string();
}

}  // namespace

std::string json_number(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0o")) return decimal(text);
  std::string result;
  if (text.starts_with('-')) result = "-";
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t whole_end = std::min(text.find_first_not_of("0123456789"), text.size());
  std::string_view whole = text.substr(0, whole_end);
  std::string_view rest = text.substr(whole_end);
  while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
  if (rest.find_first_of("iInN") != std::string_view::npos) return {};
  result += whole.empty() ? "0" : whole;
  if (!rest.starts_with('.')) return result.append(rest);
  rest.remove_prefix(1);
  const bool bare = rest.empty() || rest.front() == 'e' || rest.front() == 'E';
  return result.append(bare ? ".0" : ".").append(rest);  // a fraction stays one
}

std::string_view json_text_for(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0o")) return text;
  if (text.find_first_of("nN") == 1) return "NaN";
  return text.starts_with('-') ? "-Inf" : "+Inf";
}

}  // namespace millrace
