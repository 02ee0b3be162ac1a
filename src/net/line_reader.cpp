#include "net/line_reader.h"

#include <fmt/format.h>

#include <cstring>

namespace millrace {

std::string_view LineReader::without_end(std::string_view line) const {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Error LineReader::too_long() const {
  return Error(ErrorKind::exhausted,
               fmt::format("line {} is longer than {} bytes: is this a file of lines?", lines_ + 1,
                           longest_))
      .in_phase("body");
}

std::optional<std::string_view> LineReader::cut() {
  if (begun_used_) {
    begun_.clear();
    begun_used_ = false;
  }
  if (rest_.empty()) return std::nullopt;
  const auto* end = static_cast<const char*>(std::memchr(rest_.data(), '\n', rest_.size()));
  const std::size_t size =
      end == nullptr ? rest_.size() : static_cast<std::size_t>(end - rest_.data());
  if (begun_.size() + size > longest_) {
    failure_ = too_long();
    return std::nullopt;
  }
  if (end == nullptr) {
    begun_ += rest_;
    rest_ = {};
    return std::nullopt;
  }
  std::string_view line = rest_.substr(0, size);
  rest_.remove_prefix(size + 1);
  ++lines_;
  if (begun_.empty()) return without_end(line);
  begun_ += line;
  begun_used_ = true;
  return without_end(begun_);
}

std::optional<std::string_view> LineReader::ready() {
  while (!failure_) {
    if (const auto line = cut()) return line;
    if (failure_ || ended_) break;
    auto piece = cursor_.ready();
    // Errors and the end are told by next().
    if (!piece || !*piece || (*piece)->empty()) break;
    rest_ = **piece;
  }
  return std::nullopt;
}

Task<Result<std::optional<std::string>>> LineReader::next(Scope& step) {
  while (true) {
    if (failure_) co_return *failure_;
    if (const auto line = cut()) co_return std::optional<std::string>(*line);
    if (failure_) co_return *failure_;
    if (ended_) co_return std::optional<std::string>();
    auto piece = co_await cursor_.next(step);
    if (!piece) co_return piece.error();
    if (!piece->empty()) {
      rest_ = *piece;
      continue;
    }
    ended_ = true;
    // The last line needs no end of its own.
    if (begun_.empty()) co_return std::optional<std::string>();
    ++lines_;
    begun_used_ = true;
    co_return std::optional<std::string>(without_end(begun_));
  }
}

}  // namespace millrace
