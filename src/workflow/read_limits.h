// How large a definition file may be. Each limit keeps a hostile file from costing more than a
// moment and some tens of megabytes.
#pragma once

#include <cstddef>

namespace millrace {

struct ReadLimits {
  std::size_t file_bytes = 16UL * 1024 * 1024;
  std::size_t depth = 64;        // of lists and maps within each other
  std::size_t data = 1'000'000;  // scalars, lists and maps, repeats by aliases counted
  std::size_t text_bytes = 64UL * 1024 * 1024;  // of all scalars, repeats by aliases counted
  // How far the YAML reader may look ahead without finding the end of anything; also the longest
  // single text. In the worst case it holds 370 bytes of memory for each.
  std::size_t unbroken_bytes = 512UL * 1024;
};

}  // namespace millrace
