#include "net/reader_upload.h"

namespace millrace {

ReaderUpload::ReaderUpload(Ref<Reader> reader) : reader_(std::move(reader)) {
  cursor_.emplace(reader_);
  const auto* body = dynamic_cast<const Body*>(reader_.get());
  if (const auto drained = reader_->drained(); drained && *drained) {
    size_ = static_cast<std::int64_t>((*drained)->size());
  } else if (body != nullptr && !body->is_encoded()) {
    size_ = body->announced();
  }
}

Result<std::optional<std::size_t>> ReaderUpload::read(std::span<char> into) {
  if (rest_.empty()) {
    auto piece = cursor_->ready();
    if (!piece) return piece.error();
    if (!*piece) return std::optional<std::size_t>();
    rest_ = **piece;
  }
  const std::size_t size = rest_.copy(into.data(), into.size());
  rest_.remove_prefix(size);
  return std::optional(size);
}

void ReaderUpload::on_ready(std::function<void()> told) {
  told_ = std::move(told);
  cursor_->on_ready(told_);
}

bool ReaderUpload::rewind() {
  if (!can_send(*reader_)) return false;
  rest_ = {};
  cursor_.emplace(reader_);
  cursor_->on_ready(told_);
  return true;
}

bool ReaderUpload::can_send(const Reader& reader) {
  const auto* body = dynamic_cast<const Body*>(&reader);
  return body == nullptr || body->can_read_from_start();
}

}  // namespace millrace
