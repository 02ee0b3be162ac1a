#include "expression/functions/addresses.h"
#include "expression/functions/unicode.h"

namespace millrace {
namespace {

// Beyond ASCII: whatever stands in the basic plane, without private use and non-characters.
bool is_foreign(char32_t c) {
  return (c >= 0xA0 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFDCF) || (c >= 0xFDF0 && c <= 0xFFEF);
}

bool is_domain_letter(char32_t c) { return c < 0x80 ? is_letter(c) : is_foreign(c); }

bool is_domain_character(char32_t c) { return is_domain_letter(c) || (c >= '0' && c <= '9'); }

bool is_atom_character(char32_t c) {
  constexpr std::string_view kMarks = "!#$%&'*+-/=?^_`{|}~";
  return is_domain_character(c) ||
         (c < 0x80 && kMarks.find(static_cast<char>(c)) != std::string_view::npos);
}

template <class Accepts>
bool all_code_points(std::string_view text, Accepts accepts) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_code_point(text, at);
    if (!accepts(point.value)) return false;
    at += point.bytes;
  }
  return true;
}

// First and last code point are `ends`, the others `ends` or one of `marks`.
bool is_label(std::string_view text, bool (*ends)(char32_t), std::string_view marks) {
  if (text.empty()) return false;
  if (!ends(decode_code_point(text, 0).value)) return false;
  if (!ends(decode_last_code_point(text, text.size()).value)) return false;
  return all_code_points(text, [marks](char32_t c) {
    return is_domain_character(c) ||
           (c < 0x80 && marks.find(static_cast<char>(c)) != std::string_view::npos);
  });
}

bool is_local_part(std::string_view text) {
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view atom = text.substr(0, dot);
    if (atom.empty() || !all_code_points(atom, is_atom_character)) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

bool has_email_form(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || !is_local_part(text.substr(0, at))) return false;
  std::string_view domain = text.substr(at + 1);
  if (domain.ends_with('.')) domain.remove_suffix(1);
  const std::size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos) return false;
  return is_label(domain.substr(0, dot), is_domain_character, "-._~") &&
         is_label(domain.substr(dot + 1), is_domain_letter, "-_~");
}

}  // namespace millrace
