#include <re2/re2.h>

#include <algorithm>
#include <string>

#include "expression/functions/addresses.h"
#include "expression/functions/arguments.h"
#include "expression/functions/declare.h"
#include "expression/functions/families.h"
#include "expression/functions/unicode.h"
#include "expression/regex.h"
#include "value/url.h"

namespace millrace {
namespace {

// A part of the text that the argument holds, copied only where it is not the whole.
Outcome part_of(EvaluationContext& context, Value& argument, std::string_view part) {
  if (part.size() == argument.as_text().size()) return std::move(argument);
  if (!pay_for_text(context, part.size())) return context.fuel.exhausted();
  return Value::text(part);
}

bool contains_code_point(std::string_view set, std::string_view code_point) {
  for (std::size_t at = 0; at < set.size();) {
    const std::size_t bytes = decode_code_point(set, at).bytes;
    if (set.substr(at, bytes) == code_point) return true;
    at += bytes;
  }
  return false;
}

Outcome trim(EvaluationContext& context, Arguments arguments) {
  return part_of(context, arguments[0], trim_spaces(arguments[0].as_text()));
}

Outcome trim_left(EvaluationContext& context, Arguments arguments) {
  std::string_view rest = arguments[0].as_text();
  const std::string_view set = arguments[1].as_text();
  if (!context.fuel.spend(set.size())) return context.fuel.exhausted();
  while (!rest.empty()) {
    const std::size_t bytes = decode_code_point(rest, 0).bytes;
    if (!contains_code_point(set, rest.substr(0, bytes))) break;
    if (!context.fuel.spend(1 + set.size() / 8)) return context.fuel.exhausted();
    rest.remove_prefix(bytes);
  }
  return part_of(context, arguments[0], rest);
}

Outcome trim_right(EvaluationContext& context, Arguments arguments) {
  std::string_view rest = arguments[0].as_text();
  const std::string_view set = arguments[1].as_text();
  if (!context.fuel.spend(set.size())) return context.fuel.exhausted();
  while (!rest.empty()) {
    const std::size_t bytes = decode_last_code_point(rest, rest.size()).bytes;
    if (!contains_code_point(set, rest.substr(rest.size() - bytes))) break;
    if (!context.fuel.spend(1 + set.size() / 8)) return context.fuel.exhausted();
    rest.remove_suffix(bytes);
  }
  return part_of(context, arguments[0], rest);
}

template <std::string (*kChange)(std::string_view)>
Outcome change_case(EvaluationContext& context, Arguments arguments) {
  constexpr std::size_t kGrowth = 3;  // "ɐ" has two bytes, its capital three
  const std::string_view content = arguments[0].as_text();
  if (!pay_for_text(context, kGrowth * content.size())) return context.fuel.exhausted();
  return text(kChange(content));
}

template <bool (*kBetter)(std::size_t, std::size_t)>
Outcome by_length(EvaluationContext&, Arguments arguments) {
  Value* chosen = arguments.data();
  for (Value& argument : arguments) {
    if (kBetter(argument.as_text().size(), chosen->as_text().size())) chosen = &argument;
  }
  return std::move(*chosen);
}

bool is_less(std::size_t a, std::size_t b) { return a < b; }
bool is_more(std::size_t a, std::size_t b) { return a > b; }

Outcome has_prefix(EvaluationContext&, Arguments arguments) {
  return Value::boolean(arguments[0].as_text().starts_with(arguments[1].as_text()));
}

Outcome has_suffix(EvaluationContext&, Arguments arguments) {
  return Value::boolean(arguments[0].as_text().ends_with(arguments[1].as_text()));
}

Outcome has_substring(EvaluationContext& context, Arguments arguments) {
  const std::string_view whole = arguments[0].as_text();
  const std::string_view part = arguments[1].as_text();
  if (!pay_for_text(context, 3 * (whole.size() + part.size()))) return context.fuel.exhausted();
  const bool found = arguments[2].as_boolean()
                         ? whole.find(part) != std::string_view::npos
                         : lower_case(whole).find(lower_case(part)) != std::string::npos;
  return Value::boolean(found);
}

Outcome match(EvaluationContext& context, Arguments arguments) {
  const std::string_view content = arguments[0].as_text();
  if (!context.fuel.spend(content.size() / 8)) return context.fuel.exhausted();
  auto regex = RegexCache::of_thread().find(arguments[1].as_text());
  if (!regex) return regex.error();
  return Value::boolean(regex_found(**regex, content));
}

// Where the authority of a URL begins, behind "scheme://" or "//"; npos where it has none.
std::size_t authority_begin(std::string_view url) {
  const std::size_t slashes = url.find("//");
  if (slashes == 0) return 2;
  if (slashes == std::string_view::npos || url[slashes - 1] != ':') return std::string_view::npos;
  const std::string_view scheme = url.substr(0, slashes - 1);
  const auto in_scheme = [](char c) {
    return is_letter(static_cast<unsigned char>(c)) || (c >= '0' && c <= '9') || c == '+' ||
           c == '-' || c == '.';
  };
  const bool is_scheme = !scheme.empty() && is_letter(static_cast<unsigned char>(scheme[0])) &&
                         std::all_of(scheme.begin(), scheme.end(), in_scheme);
  return is_scheme ? slashes + 2 : std::string_view::npos;
}

// What the reference's parser of URLs makes of a text, as far as `isUrl` asks: it can be parsed,
// and has a host, or a path with a dot. A text without scheme is a path, unless it has a colon.
bool is_parsable_url(std::string_view content) {
  const bool is_host =
      content.find(':') != std::string_view::npos && content.find("://") == std::string_view::npos;
  const std::string url = (is_host ? "http://" : "") + std::string(content);
  if (!normalise_url(url)) return false;
  std::string_view path = url;
  if (const std::size_t begin = authority_begin(url); begin != std::string_view::npos) {
    const std::string_view rest = std::string_view(url).substr(begin);
    const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
    const std::string_view host = rest.substr(0, end).substr(rest.substr(0, end).rfind('@') + 1);
    if (!host.empty()) return !host.starts_with('.');
    path = rest.substr(end);
  }
  path = path.substr(0, path.find_first_of("?#"));
  return path.empty() || path.find('.') != std::string_view::npos;
}

Outcome is_url(EvaluationContext& context, Arguments arguments) {
  constexpr std::size_t kLongest = 2'083;  // code points, exclusive
  constexpr std::size_t kShortest = 3;     // bytes, exclusive
  const std::string_view content = arguments[0].as_text();
  if (!context.fuel.spend(content.size() / 8)) return context.fuel.exhausted();
  return Value::boolean(content.size() > kShortest && content.size() < 4 * kLongest &&
                        count_code_points(content) < kLongest && !content.starts_with('.') &&
                        has_url_form(content) && is_parsable_url(content));
}

Outcome is_email(EvaluationContext& context, Arguments arguments) {
  const std::string_view content = arguments[0].as_text();
  if (!context.fuel.spend(content.size() / 8)) return context.fuel.exhausted();
  return Value::boolean(has_email_form(content));
}

constexpr std::string_view kFamily = "text";
constexpr Parameter kText[] = {{"text", ParameterKind::text}};
constexpr Parameter kTexts[] = {{"text", ParameterKind::text}, {"others", ParameterKind::text}};
constexpr Parameter kTrimmed[] = {{"text", ParameterKind::text},
                                  {"characters", ParameterKind::text}};
constexpr Parameter kPrefix[] = {{"text", ParameterKind::text}, {"prefix", ParameterKind::text}};
constexpr Parameter kSuffix[] = {{"text", ParameterKind::text}, {"suffix", ParameterKind::text}};
constexpr Parameter kSubstring[] = {{"text", ParameterKind::text},
                                    {"part", ParameterKind::text},
                                    {"matchCase", ParameterKind::boolean}};
constexpr Parameter kPattern[] = {{"text", ParameterKind::text}, {"pattern", ParameterKind::text}};

constexpr Function kFunctions[] = {
    declare(kFamily, "trim", all_of(kText), "text", trim,
            {"The text without the blanks at both ends.", "trim(\"  padded\\t\")", "padded"}),
    declare(kFamily, "trimLeft", all_of(kTrimmed), "text", trim_left,
            {"The text without any of the characters at its beginning.",
             "trimLeft(\"abcab\", \"ab\")", "cab"}),
    declare(kFamily, "trimRight", all_of(kTrimmed), "text", trim_right,
            {"The text without any of the characters at its end.", "trimRight(\"abcab\", \"ab\")",
             "abc"}),
    declare(kFamily, "toLower", all_of(kText), "text", change_case<lower_case>,
            {"The text in lower case.", "toLower(\"ABC\")", "abc"}),
    declare(kFamily, "toUpper", all_of(kText), "text", change_case<upper_case>,
            {"The text in upper case, character by character (\"ß\" stays).", "toUpper(\"straße\")",
             "STRAßE"}),
    declare(
        kFamily, "shortest", repeating(kTexts), "text", by_length<is_less>,
        {"The text with the fewest bytes; the first of equals.", "shortest(\"aa\", \"b\")", "b"}),
    declare(kFamily, "longest", repeating(kTexts), "text", by_length<is_more>,
            {"The text with the most bytes; the first of equals.", "longest(\"aa\", \"b\")", "aa"}),
    declare(kFamily, "hasPrefix", all_of(kPrefix), "Boolean", has_prefix,
            {"Whether the text begins so.", "hasPrefix(\"hello\", \"he\")", "true"}),
    declare(kFamily, "hasSuffix", all_of(kSuffix), "Boolean", has_suffix,
            {"Whether the text ends so.", "hasSuffix(\"hello\", \"lo\")", "true"}),
    declare(kFamily, "hasSubstring", all_of(kSubstring), "Boolean", has_substring,
            {"Whether the part occurs in the text; `matchCase` says whether case matters.",
             "hasSubstring(\"Hello\", \"ELL\", false)", "true"}),
    declare(kFamily, "match", all_of(kPattern), "Boolean", match,
            {"Whether the regular expression (RE2's syntax) matches anywhere in the text.",
             "match(\"hello\", \"^h.l\")", "true"}),
    declare(
        kFamily, "isUrl", all_of(kText), "Boolean", is_url,
        {"Whether the text has the form of a URL; the scheme may be missing where there is a dot "
         "or a port.",
         "isUrl(\"http://example.com/a?b=c\")", "true"}),
    declare(kFamily, "isEmail", all_of(kText), "Boolean", is_email,
            {"Whether the text has the form of an e-mail address.", "isEmail(\"ann@example.com\")",
             "true"}),
};

}  // namespace

std::span<const Function> text_functions() { return kFunctions; }

}  // namespace millrace
