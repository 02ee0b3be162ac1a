// The nodes of a Dict: a B+ tree whose leaves hold sorted entries. Private to value/.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "value/value.h"

namespace millrace {

// A key made ready for comparing: a short text, as it lies in a value's handle, is two words whose
// order as numbers is the order of the texts.
struct DictKey {
  explicit DictKey(std::string_view key) : text(key), is_short(key.size() <= Value::kShort) {
    if (is_short) load(Value::text(key));
  }
  explicit DictKey(const Value& key) : text(key.as_text()), is_short(!key.is_node()) {
    if (is_short) {
      load(key);
    } else if (text.size() <= Value::kShort) {
      is_short = true;
      load(Value::text(text));
    }
  }

  // Below, at or above zero as this key comes before, is or comes after `name`.
  int compare(const Value& name) const {
    if (is_short && !name.is_node()) {
      const std::uint64_t other_head = head_of(name);
      if (head != other_head) return head < other_head ? -1 : 1;
      const std::uint64_t other_tail = tail_of(name);
      if (tail != other_tail) return tail < other_tail ? -1 : 1;
      return 0;
    }
    return text.compare(name.as_text());
  }

  // Whether `name` is this key, which is short: names lie in their handles in one way only.
  bool is_same(const Value& name) const {
    return name.load<std::uint64_t>(0) == bits[0] &&
           name.load<std::uint64_t>(Value::kWord) == bits[1];
  }

  std::string_view text;
  std::uint64_t bits[2] = {0, 0};  // of a short key's handle
  std::uint64_t head = 0;          // the first eight characters
  std::uint64_t tail = 0;          // the other five, then the length
  bool is_short;

 private:
  static_assert(std::endian::native == std::endian::little);
  static std::uint64_t head_of(const Value& name) {
    return __builtin_bswap64(name.load<std::uint64_t>(Value::kChars));
  }
  static std::uint64_t tail_of(const Value& name) {
    const std::uint64_t five = __builtin_bswap64(name.load<std::uint64_t>(Value::kWord));
    return (five & 0xFFFFFFFFFFU) << 8 | name.raw_[Value::kLength];
  }
  void load(const Value& name) {
    constexpr std::uint64_t kTypeByte = 0xFF00;
    bits[0] = name.load<std::uint64_t>(0) & ~kTypeByte;
    bits[1] = name.load<std::uint64_t>(Value::kWord);
    head = head_of(name);
    tail = tail_of(name);
  }
};

struct DictChild {
  Value separator;  // no key below is smaller; that of the first child does not count
  DictNode* node;
};

struct DictNode {
  static constexpr std::uint16_t kCapacity = 32;      // entries of a leaf, children of the others
  static constexpr std::uint16_t kFirstCapacity = 4;  // leaves grow by doubling
  static constexpr std::uint16_t kScanned = 8;  // entries of a leaf that are looked at one by one
  static constexpr std::uint16_t kMergeBelow = 24;  // neighbours that have no more become one

  std::uint32_t count = 1;
  std::uint32_t nesting = 0;  // the highest of the values below
  std::uint32_t size = 0;     // entries below
  std::uint16_t used = 0;
  std::uint8_t capacity;
  bool is_leaf;

  Dict::Entry* entries() { return reinterpret_cast<Dict::Entry*>(this + 1); }
  const Dict::Entry* entries() const { return reinterpret_cast<const Dict::Entry*>(this + 1); }
  DictChild* children() { return reinterpret_cast<DictChild*>(this + 1); }
  const DictChild* children() const { return reinterpret_cast<const DictChild*>(this + 1); }

  static DictNode* make(bool is_leaf, std::uint16_t capacity);
  // Frees the memory of a node whose content has been moved out or destroyed.
  static void free(DictNode* node);
  static void release(DictNode* node) {
    if (--node->count == 0) destroy(node);
  }

  // The first entry that does not come before `key`; `found` when it is the key itself.
  std::uint16_t position_of(const DictKey& key, bool& found) const;
  // The child below which `key` belongs.
  std::uint16_t child_for(const DictKey& key) const;

 private:
  static void destroy(DictNode* node);
};

}  // namespace millrace
