// The port of a reader: a stream of bytes as a value sees it. Nothing here waits: what has been
// drained is kept on the reader, and what has not must be asked for through Needs. Who fills it
// (an HTTP body, a text, a file) lives in the layers below.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/counted.h"
#include "base/error.h"

namespace millrace {

class Reader : public Counted {
 public:
  // The whole content once it has been drained, or the error that poisoned the reader; nothing
  // while it is still to be drained. The text stays valid until the reader changes hands or is
  // released.
  virtual std::optional<Result<std::string_view>> drained() const = 0;

  // Bytes held in memory on behalf of this reader.
  virtual std::size_t bytes_held() const = 0;
};

// A reader over bytes that are there already.
class TextReader final : public Reader {
 public:
  explicit TextReader(std::string content) : content_(std::move(content)) {}
  std::optional<Result<std::string_view>> drained() const override {
    return Result<std::string_view>(content_);
  }
  std::size_t bytes_held() const override { return content_.size(); }

 private:
  std::string content_;
};

// The beginning of another reader, as much as a printer shows of it.
class Excerpt final : public Reader {
 public:
  // `failure`: what ended the reading early, where something did.
  Excerpt(std::string beginning, bool truncated, std::optional<Error> failure)
      : beginning_(std::move(beginning)), truncated_(truncated), failure_(std::move(failure)) {}
  std::optional<Result<std::string_view>> drained() const override {
    return Result<std::string_view>(beginning_);
  }
  std::size_t bytes_held() const override { return beginning_.size(); }
  bool truncated() const { return truncated_; }
  const std::optional<Error>& failure() const { return failure_; }

 private:
  std::string beginning_;
  bool truncated_;
  std::optional<Error> failure_;
};

}  // namespace millrace
