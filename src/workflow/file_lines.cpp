#include "workflow/file_lines.h"

#include <algorithm>

#include "expression/functions/unicode.h"

namespace millrace {

FileLines::FileLines(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  while (true) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    lines_.push_back(text.substr(0, end));
    if (end == text.size()) return;
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
}

std::string_view FileLines::line(std::uint32_t number) const {
  return number >= 1 && number <= lines_.size() ? lines_[number - 1] : std::string_view{};
}

std::size_t FileLines::offset_of(Position at) const {
  const std::string_view text = line(at.line);
  if (cursor_.line != at.line || cursor_.column > at.column) {
    cursor_ = {at.line, 1};
    cursor_offset_ = 0;
  }
  for (; cursor_.column < at.column && cursor_offset_ < text.size(); ++cursor_.column) {
    cursor_offset_ += decode_code_point(text, cursor_offset_).bytes;
  }
  return cursor_offset_;
}

}  // namespace millrace
