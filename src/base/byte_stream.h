// Bytes that are written field by field and read back in the same order: for what is stored, and
// for what processes say to each other. Numbers are little-endian, or of variable length (7 bits a
// byte, the lowest first).
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace millrace {

class ByteWriter {
 public:
  void add_byte(std::uint8_t byte) { out_ += static_cast<char>(byte); }
  void add_flag(bool flag) { add_byte(flag ? 1 : 0); }
  void add_number(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) add_byte(static_cast<std::uint8_t>(number | 0x80));
    add_byte(static_cast<std::uint8_t>(number));
  }
  template <class T>
  void add_word(T word) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &word, sizeof(T));
    out_.append(bytes, sizeof(T));
  }
  void add_chars(std::string_view chars) {
    add_number(chars.size());
    add_raw(chars);
  }
  // Whoever reads them has to know how many they are.
  void add_raw(std::string_view chars) { out_ += chars; }

  const std::string& bytes() const { return out_; }
  std::string take() && { return std::move(out_); }

 private:
  std::string out_;
};

// The first thing that is out of place fails it; from then on all that it gives is zero or empty.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t next_byte() {
    if (rest_.empty()) {
      fail();
      return 0;
    }
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }
  bool next_flag() { return next_byte() != 0; }
  std::uint64_t next_number() {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t byte = next_byte();
      number |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) break;
    }
    return number;
  }
  // Fails where it is not below `end`.
  std::uint64_t next_below(std::uint64_t end) {
    const std::uint64_t number = next_number();
    if (number < end) return number;
    fail();
    return 0;
  }
  // A number of things of which each takes a byte or more.
  std::size_t next_count() {
    const std::uint64_t count = next_number();
    if (count <= rest_.size()) return static_cast<std::size_t>(count);
    fail();
    return 0;
  }
  template <class T>
  T next_word() {
    T word{};
    if (rest_.size() < sizeof(T)) {
      fail();
      return word;
    }
    std::memcpy(&word, rest_.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
    return word;
  }
  // Valid as long as what is read from.
  std::string_view next_chars() { return next_raw(next_number()); }
  std::string_view next_raw(std::uint64_t size) {
    if (size > rest_.size()) fail();
    const std::string_view chars = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(chars.size());
    return chars;
  }

  void fail() {
    failed_ = true;
    rest_ = {};
  }
  bool failed() const { return failed_; }
  std::string_view rest() const { return rest_; }
  bool at_end() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace millrace
