// What has been read from a client and not been used yet. Holds no memory to speak of while it is
// empty, since most clients are idle most of the time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace millrace {

class InputBuffer {
 public:
  std::string_view view() const { return std::string_view(bytes_).substr(begin_); }
  std::size_t size() const { return bytes_.size() - begin_; }
  bool empty() const { return size() == 0; }

  void append(std::string_view bytes) {
    bytes_.erase(0, begin_);
    begin_ = 0;
    bytes_.append(bytes);
  }

  void consume(std::size_t size) {
    begin_ += size;
    if (!empty()) return;
    begin_ = 0;
    if (bytes_.capacity() > kKept) {
      bytes_ = {};
    } else {
      bytes_.clear();
    }
  }

 private:
  static constexpr std::size_t kKept = 1024;
  std::string bytes_;
  std::size_t begin_ = 0;
};

}  // namespace millrace
