// Keeps a second server off a store's file. A file beside it is locked, not itself: closing any
// descriptor of a database drops the locks by which SQLite guards it.
#pragma once

#include <string>
#include <utility>

#include "base/error.h"

namespace millrace::sqlite {

class FileLock {
 public:
  FileLock() = default;
  // Locks "PATH.lock" until this goes; the kernel unlocks it when the process ends in whatever way.
  // Error (conflict), naming the process that has it.
  static Result<FileLock> take(const std::string& path);
  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileLock();

 private:
  int descriptor_ = -1;
};

}  // namespace millrace::sqlite
