#include "workflow/source_text.h"

#include <fmt/format.h>

#include <optional>

namespace millrace {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// The length of the UTF-8 sequence at the start of `text`, or nothing where there is no whole one.
std::optional<std::size_t> sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return std::nullopt;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return std::nullopt;
  }
  const unsigned char second = byte(1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second >= 0xA0;
  const bool beyond = lead == 0xF4 && second >= 0x90;
  if (overlong || surrogate || beyond) return std::nullopt;
  return length;
}

bool is_allowed(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  return code >= 0x20 ? code != 0x7F : code == '\t' || code == '\n' || code == '\r';
}

// The offset of the first byte that may not be there, or npos.
std::size_t find_foreign(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (!is_allowed(text[i])) return i;
    const auto length = sequence_length(text.substr(i));
    if (!length) return i;
    i += *length;
  }
  return std::string_view::npos;
}

}  // namespace

Result<SourceText> SourceText::prepare(std::string_view text, Format format) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  SourceText source;
  const std::size_t foreign = find_foreign(text);
  if (foreign != std::string_view::npos) {
    source.feed_ = text.substr(0, foreign);
    const Position position = source.at(foreign);
    return Error(ErrorKind::invalid,
                 fmt::format("byte 0x{:02X} is not text; definitions are UTF-8 text without "
                             "control characters",
                             static_cast<unsigned char>(text[foreign])))
        .at(fmt::format("{}:{}", position.line, position.column));
  }
  if (format == Format::yaml) {
    source.feed_ = text;
    return source;
  }
  source.feed_.reserve(text.size() + text.size() / 4);
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    source.feed_.push_back(c);
    if (c == '"') in_string = !in_string;
    if (in_string && c == '\\' && i + 1 < text.size()) source.feed_.push_back(text[++i]);
    if (!in_string && (c == ',' || c == '[' || c == '{')) {
      source.inserted_.push_back(static_cast<std::uint32_t>(source.feed_.size()));
      source.feed_.push_back('\n');
    }
  }
  return source;
}

// A short way back within one line is walked; anything else begins again at the top.
void SourceText::go_back(std::size_t feed_offset) const {
  while (cursor_.offset > feed_offset) {
    const char c = feed_[cursor_.offset - 1];
    const bool ours =
        cursor_.next_inserted > 0 && inserted_[cursor_.next_inserted - 1] == cursor_.offset - 1;
    if (!ours && (c == '\n' || c == '\r')) {
      cursor_ = Cursor{};
      return;
    }
    --cursor_.offset;
    if (ours) {
      --cursor_.next_inserted;
    } else if (!is_continuation(c)) {
      --cursor_.position.column;
    }
  }
}

Position SourceText::at(std::size_t feed_offset) const {
  const std::size_t end = std::min(feed_offset, feed_.size());
  go_back(end);
  for (; cursor_.offset < end; ++cursor_.offset) {
    if (cursor_.next_inserted < inserted_.size() &&
        inserted_[cursor_.next_inserted] == cursor_.offset) {
      ++cursor_.next_inserted;
      continue;
    }
    const char c = feed_[cursor_.offset];
    if (ends_line(cursor_.offset)) {
      ++cursor_.position.line;
      cursor_.position.column = 1;
    } else if (!is_continuation(c)) {
      ++cursor_.position.column;
    }
  }
  return cursor_.position;
}

std::size_t SourceText::offset_of(std::size_t line, std::size_t column) const {
  const auto back_to_line_start = [this] {
    while (walker_.offset > 0 && !ends_line(walker_.offset - 1)) --walker_.offset;
    walker_.column = 0;
  };
  while (walker_.line > line) {
    back_to_line_start();
    --walker_.offset;
    --walker_.line;
    back_to_line_start();
  }
  while (walker_.line == line && walker_.column > column) {
    --walker_.offset;
    if (!is_continuation(feed_[walker_.offset])) --walker_.column;
  }
  while (walker_.offset < feed_.size() && (walker_.line < line || walker_.column < column)) {
    if (ends_line(walker_.offset)) {
      if (walker_.line == line) break;
      ++walker_.line;
      walker_.column = 0;
    } else {
      ++walker_.column;
    }
    ++walker_.offset;
    while (walker_.offset < feed_.size() && is_continuation(feed_[walker_.offset])) {
      ++walker_.offset;
    }
  }
  return walker_.offset;
}

bool SourceText::ends_line(std::size_t feed_offset) const {
  const char c = feed_[feed_offset];
  return c == '\n' || (c == '\r' && feed_.compare(feed_offset + 1, 1, "\n") != 0);
}

}  // namespace millrace
