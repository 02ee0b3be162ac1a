// A stream line by line, without limit on their number and with one on the length of each.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/effects.h"
#include "net/cursor.h"

namespace millrace {

class LineReader final : public LineSource {
 public:
  // Leaves out the first `from` bytes: lines that have been read before.
  LineReader(Ref<Reader> reader, std::uint64_t from, std::size_t longest)
      : cursor_(std::move(reader)), skip_(from), longest_(longest) {}

  Task<Result<std::string>> next(Scope& step) override;

 private:
  std::string cut();  // the lines that end within what lies here, as many as one batch may hold
  std::size_t short_enough(std::string_view lines);  // of these, so many bytes
  void skip();
  Error too_long() const;

  Cursor cursor_;
  std::uint64_t skip_;
  std::size_t longest_;
  std::string_view rest_;  // of the piece that the cursor holds
  std::string begun_;      // the line that began before that piece
  bool ended_ = false;
  std::uint64_t lines_ = 0;
  std::optional<Error> failure_;
};

}  // namespace millrace
