// Finds the end of a request's head in what has come so far, and refuses what a parser and a proxy
// before it could read in two ways: lines that do not end with CR LF, folded headers, NUL. What is
// within a line is left to RequestParser.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "net/server/refusal.h"
#include "net/server/server_limits.h"

namespace millrace {

class HeadScan {
 public:
  explicit HeadScan(const ServerLimits& limits) : limits_(limits) {}

  // `input` is what has come, from the head's first byte on; what was looked at before is not
  // looked at again. Nothing is refused that may still become a head.
  std::optional<Refusal> look(std::string_view input);
  // Of the head, with the empty line that ends it; 0 while it is not there yet.
  std::size_t size() const { return size_; }

 private:
  std::optional<Refusal> look_at_line(std::string_view line);
  std::optional<Refusal> too_long() const;

  const ServerLimits& limits_;
  std::size_t line_ = 0;      // where the line begins that has not ended yet
  std::size_t searched_ = 0;  // for its end, up to here
  std::size_t lines_ = 0;
  std::size_t size_ = 0;
};

}  // namespace millrace
