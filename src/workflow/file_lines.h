// The lines of a file, to show what a message is about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "workflow/datum.h"

namespace millrace {

class FileLines {
 public:
  // `text` outlives it. Lines end and are counted as for a Position; a byte order mark is no part
  // of the first.
  explicit FileLines(std::string_view text);

  // Counted from 1, without its end; empty where there is none.
  std::string_view line(std::uint32_t number) const;
  // The byte of a place in its line; the line's end where it is shorter. Fast for ascending places.
  std::size_t offset_of(Position at) const;

 private:
  std::vector<std::string_view> lines_;
  // Where the last search ended.
  mutable Position cursor_{0, 1};
  mutable std::size_t cursor_offset_ = 0;
};

}  // namespace millrace
