#include "workflow/scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace millrace {
namespace {

using Kind = Datum::Kind;

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t i) {
  while (i < text.size() && is_digit(text[i])) ++i;
  return i;
}

bool consists_of(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

Kind number_kind(std::string_view text) {
  if (text.starts_with("0x")) {
    return consists_of(text.substr(2), "0123456789abcdefABCDEF") ? Kind::integer : Kind::text;
  }
  if (text.starts_with("0o")) {
    return consists_of(text.substr(2), "01234567") ? Kind::integer : Kind::text;
  }
  const std::size_t begin = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const std::string_view unsigned_text = text.substr(begin);
  static constexpr std::array<std::string_view, 3> kInfinite{".inf", ".Inf", ".INF"};
  static constexpr std::array<std::string_view, 3> kNotANumber{".nan", ".NaN", ".NAN"};
  if (is_one_of(unsigned_text, kInfinite) || is_one_of(text, kNotANumber)) return Kind::number;

  std::size_t i = skip_digits(text, begin);
  std::size_t digits = i - begin;
  if (i == text.size()) return digits > 0 ? Kind::integer : Kind::text;
  if (text[i] == '.') {
    const std::size_t end = skip_digits(text, i + 1);
    digits += end - i - 1;
    i = end;
  }
  if (digits == 0) return Kind::text;
  if (i == text.size()) return Kind::number;
  if (text[i] != 'e' && text[i] != 'E') return Kind::text;
  ++i;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  const std::size_t end = skip_digits(text, i);
  return end > i && end == text.size() ? Kind::number : Kind::text;
}

// Of an integer's text.
bool is_decimal(std::string_view text) {
  return text.find_first_of("xo") == std::string_view::npos;
}

constexpr std::array<std::string_view, 3> kTrue{"true", "True", "TRUE"};
constexpr std::array<std::string_view, 3> kFalse{"false", "False", "FALSE"};
constexpr std::array<std::string_view, 5> kNull{"", "~", "null", "Null", "NULL"};

}  // namespace

Datum::Kind plain_scalar_kind(std::string_view text) {
  if (is_one_of(text, kNull)) return Kind::null;
  if (is_one_of(text, kTrue) || is_one_of(text, kFalse)) return Kind::boolean;
  return number_kind(text);
}

Datum make_scalar(Datum::Kind kind, std::string_view text, Position at) {
  switch (kind) {
    case Kind::null: return {kind, "", at};
    case Kind::boolean: return {kind, is_one_of(text, kTrue) ? "true" : "false", at};
    case Kind::number:  // "!!float 1" must not be taken for an integer where it is read again
      return {kind, std::string(text) + (number_kind(text) == Kind::integer ? ".0" : ""), at};
    default: return {kind, std::string(text), at};
  }
}

Result<Datum::Kind> tagged_scalar_kind(std::string_view tag, std::string_view text) {
  struct Tag {
    std::string_view name;
    Kind kind;
  };
  static constexpr std::array<Tag, 5> kTags{{{"str", Kind::text},
                                             {"int", Kind::integer},
                                             {"float", Kind::number},
                                             {"bool", Kind::boolean},
                                             {"null", Kind::null}}};
  constexpr std::string_view kCore = "tag:yaml.org,2002:";
  const std::string_view name = tag.starts_with(kCore) ? tag.substr(kCore.size()) : "";
  const auto* found = std::find_if(kTags.begin(), kTags.end(),
                                   [&](const Tag& candidate) { return candidate.name == name; });
  if (tag == "!") return Kind::text;
  if (found == kTags.end()) {
    return Error(ErrorKind::invalid,
                 fmt::format("the tag \"{}\" has no meaning here; leave it out", tag));
  }
  const Kind kind = plain_scalar_kind(text);
  const bool fits = found->kind == Kind::text || found->kind == kind ||
                    (found->kind == Kind::number && kind == Kind::integer && is_decimal(text));
  if (!fits) {
    return Error(ErrorKind::invalid, fmt::format("\"{}\" does not fit its tag !!{}", text, name));
  }
  return found->kind;
}

}  // namespace millrace
