// The lines of a file, to show what a message is about.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace millrace {

class FileLines {
 public:
  // `text` outlives it. Lines end and are counted as for a Position; a byte order mark is no part
  // of the first.
  explicit FileLines(std::string_view text);

  // Counted from 1, without its end; empty where there is none.
  std::string_view line(std::uint32_t number) const;

 private:
  std::vector<std::string_view> lines_;
};

// The byte of a line's character, counted from 1; the line's end where it has fewer.
std::size_t offset_of_column(std::string_view line, std::uint32_t column);

}  // namespace millrace
