// The text of a definition file on its way into libfyaml, and the way back from a place in what the
// library saw to the line and column that the user sees.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "workflow/datum.h"

namespace millrace {

enum class Format : std::uint8_t { yaml, json };

class SourceText {
 public:
  // Takes text that is UTF-8 without control characters but tab and line ends; anything else is an
  // error that points at the first such byte. A byte order mark is dropped.
  //
  // JSON gets line ends after its brackets and commas: within one line libfyaml reads to the line's
  // end before it gives the first event, at a hundred times the memory.
  static Result<SourceText> prepare(std::string_view text, Format format);

  const std::string& feed() const { return feed_; }

  // The place in the original of a byte of the feed, or of its end. Fast for ascending offsets.
  Position at(std::size_t feed_offset) const;
  // The byte of a line and column of the feed, both from 0, column in characters; the line's end
  // where it is shorter. Fast for ascending places.
  std::size_t offset_of(std::size_t line, std::size_t column) const;

 private:
  void go_back(std::size_t feed_offset) const;
  bool ends_line(std::size_t feed_offset) const;

  std::string feed_;
  std::vector<std::uint32_t> inserted_;  // offsets in the feed of the line ends that are ours

  // Where the last search ended.
  struct Cursor {
    std::size_t offset = 0;
    std::size_t next_inserted = 0;
    Position position{1, 1};
  };
  mutable Cursor cursor_;
  // Likewise, of offset_of().
  struct Walker {
    std::size_t offset = 0;
    std::size_t line = 0;
    std::size_t column = 0;
  };
  mutable Walker walker_;
};

}  // namespace millrace
