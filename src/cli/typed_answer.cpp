#include "cli/typed_answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "value/json.h"

namespace millrace {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace

bool TypedAnswer::add(std::string_view line) {
  const std::string_view words = trimmed(line);
  if (words.empty()) return true;
  if (text_.empty()) is_json_ = words.front() == '{';
  text_.append(line).append("\n");
  if (!is_json_) return false;
  count_brackets(line);
  return open_ <= 0;
}

void TypedAnswer::count_brackets(std::string_view line) {
  for (const char c : line) {
    if (escaped_) {
      escaped_ = false;
    } else if (in_text_) {
      escaped_ = c == '\\';
      in_text_ = c != '"';
    } else {
      in_text_ = c == '"';
      if (c == '{' || c == '[') ++open_;
      if (c == '}' || c == ']') --open_;
    }
  }
}

Result<Dict> TypedAnswer::values() const {
  return is_json_ ? from_json_input(text_) : assignments();
}

Result<Dict> TypedAnswer::assignments() const {
  Dict values;
  for (std::string_view rest = text_; !rest.empty();) {
    const std::size_t end = rest.find('\n');  // every line has one
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    const std::size_t equals = line.find('=');
    const std::string_view name = trimmed(line.substr(0, equals));
    if (equals == std::string_view::npos || name.empty()) {
      return Error(ErrorKind::invalid,
                   fmt::format("\"{}\" is no answer: write NAME=VALUE, such as approved=true, or a "
                               "JSON object",
                               trimmed(line)));
    }
    const std::string_view value = trimmed(line.substr(equals + 1));
    auto json = parse_exact_json(value);
    values.set(name, json ? std::move(*json) : Value::text(value));
  }
  return from_input(Value::map(std::move(values)));
}

}  // namespace millrace
