#include "cli/marked_line.h"

#include <utf8proc.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/terminal.h"
#include "expression/functions/unicode.h"

namespace millrace {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kColumnsBefore = 70;  // of the mark, where the line is cut
constexpr std::size_t kTab = 4;
constexpr std::string_view kCut = "...";

// A character as it is shown, and the columns that it takes.
struct Shown {
  std::string text;
  std::size_t begin = 0;
  std::size_t width = 0;

  std::size_t end() const { return begin + width; }
};

Shown shown_character(std::string_view character, std::size_t begin) {
  if (character == "\t") {
    const std::size_t width = kTab - begin % kTab;
    return {std::string(width, ' '), begin, width};
  }
  std::string text = for_terminal(character);
  if (text != character) return {text, begin, text.size()};
  const auto code = static_cast<utf8proc_int32_t>(decode_code_point(character, 0).value);
  return {std::move(text), begin, static_cast<std::size_t>(utf8proc_charwidth(code))};
}

std::vector<Shown> shown_characters(std::string_view line) {
  std::vector<Shown> characters;
  std::size_t columns = 0;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t bytes = decode_code_point(line, at).bytes;
    characters.push_back(shown_character(line.substr(at, bytes), columns));
    columns = characters.back().end();
    at += bytes;
  }
  return characters;
}

// As much of a line as may have to be shown: it can be a whole file.
struct Part {
  std::string_view text;
  std::size_t mark = 0;  // a byte
  bool cut_before = false;
  bool cut_after = false;
};

Part part_around(std::string_view line, std::size_t mark) {
  constexpr std::size_t kBytes = 1000;  // to either side
  const auto is_continuation = [&](std::size_t at) { return (line[at] & 0xC0) == 0x80; };
  std::size_t begin = mark > kBytes ? mark - kBytes : 0;
  while (begin > 0 && is_continuation(begin)) --begin;
  std::size_t end = std::min(line.size(), mark + kBytes);
  while (end < line.size() && is_continuation(end)) ++end;
  return {line.substr(begin, end - begin), mark - begin, begin > 0, end < line.size()};
}

// The columns that are shown.
struct Window {
  std::size_t from = 0;
  std::size_t to = 0;
};

Window window_around(std::size_t mark, std::size_t columns) {
  if (columns <= kColumns) return {0, columns};
  const std::size_t from = mark > kColumnsBefore ? mark - kColumnsBefore : 0;
  return {from, std::min(columns, from + kColumns)};
}

}  // namespace

std::string marked_line(std::string_view line, std::size_t offset, std::uint32_t length,
                        bool colour) {
  const Part part = part_around(line, std::min(offset, line.size()));
  const std::vector<Shown> characters = shown_characters(part.text);
  const std::size_t columns = characters.empty() ? 0 : characters.back().end();
  const std::size_t first = count_code_points(part.text.substr(0, part.mark));
  const std::size_t last = std::min<std::size_t>(first + length, characters.size());
  const std::size_t mark = first < characters.size() ? characters[first].begin : columns;
  const Window window = window_around(mark, columns);
  const bool cut_before = window.from > 0 || part.cut_before;
  std::string text(cut_before ? kCut : "");
  std::size_t begin = window.from;  // of the first character that is shown
  bool is_first = true;
  for (const Shown& character : characters) {
    if (character.begin < window.from || character.end() > window.to) continue;
    if (std::exchange(is_first, false)) begin = character.begin;
    text += character.text;
  }
  if (window.to < columns || part.cut_after) text += kCut;
  const std::size_t mark_end =
      last > first ? std::min(characters[last - 1].end(), window.to) : mark + 1;
  const std::string below(mark - begin + (cut_before ? kCut.size() : 0), ' ');
  std::string sign = "^";
  if (mark_end > mark + 1) sign.append(mark_end - mark - 1, '~');
  return text + "\n" + below + coloured(sign, Colour::green, colour) + "\n";
}

}  // namespace millrace
