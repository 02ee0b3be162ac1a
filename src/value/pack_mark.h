// The form of packed values (pack.h). Private to value/.
#pragma once

#include <cstdint>

#include "value/value.h"

namespace millrace {

// What a packed value is, in its first byte. The numbers are in journals: they never change.
enum class PackMark : std::uint8_t {
  absent = 0,
  null = 1,
  boolean = 2,
  integer = 3,
  unsigned_integer = 4,
  floating = 5,
  host_int = 6,
  text = 7,
  bytes = 8,
  instant = 9,
  duration = 10,
  url = 11,
  reader = 12,
  list = 13,
  text_list = 14,
  map = 15,
  array = 16,
  kv = 17,
  kvv = 18,
  vars = 19,
  meta = 20,
  repeated = 21,  // a content that came before, by its number
};

constexpr char kPackVersion = 1;
constexpr std::uint8_t kPackNumbered = 0x80;  // with the mark: the content gets the next number
constexpr std::uint32_t kMaxPackDepth = 4 * kMaxNesting;

inline PackMark mark_of(Value::Kind kind) {
  static_assert(static_cast<int>(Value::Kind::meta) == static_cast<int>(PackMark::meta));
  static_assert(static_cast<int>(Value::Kind::reader) == static_cast<int>(PackMark::reader));
  return static_cast<PackMark>(kind);
}

}  // namespace millrace
