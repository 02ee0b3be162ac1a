// The body of a request on its way out. Asked for bytes by a transfer, from inside curl.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"

namespace millrace {

class Upload {
 public:
  virtual ~Upload() = default;
  // -1: unknown, sent in chunks.
  virtual std::int64_t size() const = 0;
  // Fills `into` as far as it can: 0 at the end; nothing where bytes are still to come, and then
  // `on_ready` is called once there is something new.
  virtual Result<std::optional<std::size_t>> read(std::span<char> into) = 0;
  virtual void on_ready(std::function<void()> told) = 0;
  // Back to the first byte, to be sent again; false where that is impossible.
  virtual bool rewind() = 0;
};

class TextUpload final : public Upload {
 public:
  // Shares `text`: the upload may outlive the request that made it, where the answer comes first.
  explicit TextUpload(std::shared_ptr<const std::string> text) : text_(std::move(text)) {}
  std::int64_t size() const override { return static_cast<std::int64_t>(text_->size()); }
  Result<std::optional<std::size_t>> read(std::span<char> into) override {
    const std::size_t size = text_->copy(into.data(), into.size(), at_);
    at_ += size;
    return std::optional(size);
  }
  void on_ready(std::function<void()>) override {}
  bool rewind() override {
    at_ = 0;
    return true;
  }

 private:
  std::shared_ptr<const std::string> text_;
  std::size_t at_ = 0;
};

}  // namespace millrace
