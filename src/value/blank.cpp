#include "value/blank.h"

namespace millrace {

std::size_t blank_size(std::string_view text) {
  constexpr std::string_view kWide[] = {"\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80",
                                        "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF",
                                        "\xE2\x81\x9F", "\xE3\x80\x80"};
  if (text.empty()) return 0;
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return first == ' ' || (first >= '\t' && first <= '\r') ? 1 : 0;
  for (const std::string_view wide : kWide) {
    if (text.starts_with(wide)) return wide.size();
  }
  const bool is_general = text.starts_with("\xE2\x80") && text.size() > 2 &&
                          static_cast<unsigned char>(text[2]) - 0x80U <= 0x0AU;
  return is_general ? 3 : 0;  // U+2000 to U+200A
}

bool is_blank(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = blank_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace millrace
