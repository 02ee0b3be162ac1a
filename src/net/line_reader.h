// A stream line by line, without limit on their number and with one on the length of each. Lines
// that lie within a piece of the stream are handed out where they lie, without copying.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/effects.h"
#include "net/cursor.h"

namespace millrace {

class LineReader final : public LineSource {
 public:
  LineReader(Ref<Reader> reader, std::size_t longest)
      : cursor_(std::move(reader)), longest_(longest) {}

  std::optional<std::string_view> ready() override;
  Task<Result<std::optional<std::string>>> next(Scope& step) override;

 private:
  std::optional<std::string_view> cut();  // a line that ends within what lies here
  std::string_view without_end(std::string_view line) const;
  Error too_long() const;

  Cursor cursor_;
  std::size_t longest_;
  std::string_view rest_;    // of the piece that the cursor holds
  std::string begun_;        // the line that began before that piece
  bool begun_used_ = false;  // begun_ was handed out, and goes at the next call
  bool ended_ = false;
  std::uint64_t lines_ = 0;
  std::optional<Error> failure_;
};

}  // namespace millrace
