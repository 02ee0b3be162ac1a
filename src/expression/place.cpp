#include "expression/place.h"

#include <algorithm>
#include <memory>

namespace millrace {
namespace {

// Bytes shown on either side of the caret.
constexpr std::size_t kShownBefore = 60;
constexpr std::size_t kShownAfter = 40;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

struct Line {
  std::size_t begin;
  std::size_t end;
  std::uint32_t number;
};

Line line_around(std::string_view source, std::size_t at) {
  const std::string_view before = source.substr(0, at);
  const std::size_t newline = before.rfind('\n');
  const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
  const std::size_t end = std::min(source.find('\n', at), source.size());
  const auto number = std::count(before.begin(), before.end(), '\n') + 1;
  return {begin, end, static_cast<std::uint32_t>(number)};
}

// The part of `line` that is shown, cut at code points.
Line clipped(std::string_view source, Line line, std::size_t caret) {
  if (caret - line.begin > kShownBefore) line.begin = caret - kShownBefore;
  if (line.end - caret > kShownAfter) line.end = caret + kShownAfter;
  while (line.begin < caret && is_continuation(source[line.begin])) ++line.begin;
  while (line.end > caret && line.end < source.size() && is_continuation(source[line.end])) {
    --line.end;
  }
  return line;
}

// One column a code point, blanks only as spaces, so that the mark below stays aligned.
std::string flattened(std::string_view text) {
  std::string flat(text);
  std::replace_if(
      flat.begin(), flat.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return flat;
}

std::string mark(std::string_view source, const Line& shown, const Place& place) {
  const std::size_t begin = std::max<std::size_t>(place.begin, shown.begin);
  const std::size_t end = std::min<std::size_t>(place.end, shown.end);
  const auto columns = [&](std::size_t from, std::size_t to) {
    return to > from ? code_points(source.substr(from, to - from)) : 0;
  };
  std::string text(columns(shown.begin, std::min<std::size_t>(begin, place.caret)), ' ');
  text.append(columns(begin, place.caret), '~');
  text += '^';
  const std::size_t rest = columns(place.caret, end);
  if (rest > 1) text.append(rest - 1, '~');
  return text;
}

}  // namespace

Error error_in_expression(const Error& cause, ExpressionStage stage, std::string_view source,
                          Place place) {
  const auto size = static_cast<std::uint32_t>(source.size());
  place.begin = std::min(place.begin, size);
  place.end = std::min(place.end, size);
  place.caret = std::min(place.caret, size);
  const Line line = line_around(source, place.caret);
  const auto column = static_cast<std::uint32_t>(
      code_points(source.substr(line.begin, place.caret - line.begin)) + 1);
  const Line shown = clipped(source, line, place.caret);
  const std::string_view before = shown.begin > line.begin ? "  ..." : "  ";
  std::string message = cause.message();
  message += '\n';
  message += before;
  message += flattened(source.substr(shown.begin, shown.end - shown.begin));
  if (shown.end < line.end) message += "...";
  message += '\n';
  message.append(before.size(), ' ');
  message += mark(source, shown, place);
  Error error = cause.with_message(std::move(message));
  if (cause.details()) return error;
  return error.with(std::make_shared<ExpressionDetails>(stage, place, line.number, column));
}

const ExpressionDetails* expression_details(const Error& error) {
  return dynamic_cast<const ExpressionDetails*>(error.details().get());
}

}  // namespace millrace
