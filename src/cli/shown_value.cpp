#include "cli/shown_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "base/duration.h"
#include "cli/terminal.h"
#include "engine/trace.h"
#include "value/convert.h"
#include "value/json.h"

namespace millrace {
namespace {

// With what is wrong with it: a text that breaks off must not pass for the whole.
std::string shown_reader(const Reader& reader) {
  const auto content = reader.drained();
  if (!content || !*content) return "(not read)";
  std::string text(**content);
  const auto* excerpt = dynamic_cast<const Excerpt*>(&reader);
  if (excerpt == nullptr) return text;
  if (const auto& failure = excerpt->failure()) {
    text += fmt::format("\n(breaks off here: {})", failure->to_line());
  } else if (excerpt->truncated()) {
    text += fmt::format("\n(goes on; these are the first {} bytes)", text.size());
  }
  return text;
}

std::string shown(const Value& value) {
  if (value.is_text()) return std::string(value.as_text());
  if (value.is_reader()) return shown_reader(*value.as_reader());
  auto json = to_json(value);
  if (const auto* text = std::get_if<std::string>(&json)) return *text;
  auto text = operator_text(value);
  if (const auto* plain = std::get_if<Value>(&text)) return std::string(plain->as_text());
  return "(not shown)";
}

// What is longer is not written at all to be cut off.
constexpr std::size_t kMostToCut = 4096;

// Cut off between two characters.
std::string_view cut(std::string_view text, std::size_t width) {
  std::size_t end = std::min(text.size(), width);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return text.substr(0, end);
}

std::string_view mark_of_cut(std::string_view part, std::string_view whole) {
  return part.size() < whole.size() ? "…" : "";
}

}  // namespace

void print_vars(const Dict& vars, std::ostream& out, std::size_t indent) {
  std::size_t width = 0;
  for (const auto& entry : vars) width = std::max(width, entry.key().size());
  for (const auto& entry : vars) {
    out << std::string(indent, ' ')
        << fmt::format("{:<{}} = {}\n", for_terminal(entry.key()), width,
                       for_terminal(shown(entry.value), indent + width + 3));
  }
}

std::string short_text(const Value& value, std::size_t width) {
  if (value.is_text()) {
    const std::string_view part = cut(value.as_text(), width);
    std::string quoted;
    append_json_string(quoted, part);
    return for_terminal(quoted).append(mark_of_cut(part, value.as_text()));
  }
  if (value.is_reader()) return "(Reader)";
  if (value.kind() == Value::Kind::duration) return format_duration(value.as_duration());
  auto json = to_json(value, kMostToCut);
  if (const auto* text = std::get_if<std::string>(&json)) {
    const std::string_view part = cut(*text, width);
    return for_terminal(part).append(mark_of_cut(part, *text));
  }
  if (value.has_items()) return fmt::format("[{} items]", value.items().size());
  if (value.has_dict()) return fmt::format("{{{} fields}}", value.dict().size());
  return fmt::format("({})", type_name(value.type()));
}

std::string short_text(const Dict& vars, std::size_t width) {
  std::string line;
  std::size_t shown = 0;
  for (const auto& entry : vars) {
    if (line.size() >= width) break;
    if (shown++ > 0) line += ", ";
    line += fmt::format("{} = {}", for_terminal(entry.key()), short_text(entry.value));
  }
  if (shown < vars.size()) line += fmt::format(", and {} more", vars.size() - shown);
  return line;
}

}  // namespace millrace
