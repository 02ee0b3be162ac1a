// A Reader as the body of a request: streamed, at the pace of the slower side.
#pragma once

#include <optional>

#include "net/cursor.h"
#include "net/upload.h"

namespace millrace {

class ReaderUpload final : public Upload {
 public:
  explicit ReaderUpload(Ref<Reader> reader);
  std::int64_t size() const override { return size_; }
  Result<std::optional<std::size_t>> read(std::span<char> into) override;
  void on_ready(std::function<void()> told) override;
  bool rewind() override;

  // Whether `reader` can be sent from its beginning.
  static bool can_send(const Reader& reader);

 private:
  Ref<Reader> reader_;
  std::optional<Cursor> cursor_;
  std::function<void()> told_;
  std::string_view rest_;
  std::int64_t size_ = -1;
};

}  // namespace millrace
