#include "net/line_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace millrace {
namespace {

// Of lines that are handed over at once: a session keeps them until it has used them.
constexpr std::size_t kBatch = 64 * 1024;

std::uint64_t count_lines(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

Error LineReader::too_long() const {
  return Error(ErrorKind::exhausted,
               fmt::format("line {} is longer than {} bytes: is this a file of lines?", lines_ + 1,
                           longest_))
      .in_phase("body");
}

void LineReader::skip() {
  const std::size_t size = std::min<std::uint64_t>(skip_, rest_.size());
  lines_ += count_lines(rest_.substr(0, size));
  rest_.remove_prefix(size);
  skip_ -= size;
}

// Counts them, up to the first that is too long: that one is told after those before it.
std::size_t LineReader::short_enough(std::string_view lines) {
  if (lines.size() <= longest_) {
    lines_ += count_lines(lines);
    return lines.size();
  }
  std::size_t good = 0;
  while (good < lines.size()) {
    const std::size_t end = std::min(lines.find('\n', good), lines.size());
    if (end - good > longest_) {
      failure_ = too_long();
      break;
    }
    ++lines_;
    good = end + 1;
  }
  return std::min(good, lines.size());
}

std::string LineReader::cut() {
  const std::size_t reach = std::min(rest_.size(), kBatch);
  std::size_t end = rest_.substr(0, reach).rfind('\n');
  if (end == std::string_view::npos) end = rest_.find('\n', reach);
  if (end == std::string_view::npos) {
    begun_ += rest_;
    rest_ = {};
    if (begun_.size() > longest_) failure_ = too_long();
    return {};
  }
  std::string lines = std::exchange(begun_, {});
  lines += rest_.substr(0, end + 1);
  rest_.remove_prefix(end + 1);
  lines.resize(short_enough(lines));
  return lines;
}

Task<Result<std::string>> LineReader::next(Scope& step) {
  while (true) {
    if (failure_) co_return *failure_;
    if (skip_ > 0) skip();
    std::string lines = cut();
    if (!lines.empty()) co_return lines;
    if (failure_) co_return *failure_;
    if (ended_) co_return std::exchange(begun_, {});  // the last line needs no end of its own
    auto piece = co_await cursor_.next(step);
    if (!piece) co_return piece.error();
    rest_ = *piece;
    ended_ = rest_.empty();
  }
}

}  // namespace millrace
