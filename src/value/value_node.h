// What a value's pointer leads to. Private to value/.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "value/value.h"

namespace millrace {

struct ValueNode {
  std::uint32_t count = 1;    // first in every node, DictNode too
  std::uint32_t nesting = 0;  // of the containers within, an upper bound; see Value::nesting
};

struct CharsNode : ValueNode {
  explicit CharsNode(std::string text) : chars(std::move(text)) {}
  std::string chars;
};

struct ItemsNode : ValueNode {
  // Stands in `nesting` after items_for_change: to be found again when asked for.
  static constexpr std::uint32_t kUnknown = 0xFFFFFFFF;

  explicit ItemsNode(Value::Items content) : items(std::move(content)) {}
  Value::Items items;
};

struct ReaderNode : ValueNode {
  explicit ReaderNode(Ref<Reader> content) : reader(std::move(content)) {}
  Ref<Reader> reader;
};

struct OpaqueNode : ValueNode {
  explicit OpaqueNode(Ref<Counted> object) : content(std::move(object)) {}
  Ref<Counted> content;
};

// Destroys a container whose count has reached zero. What nests very deeply is put aside and
// destroyed from the outermost call, so that the stack does not overflow.
void destroy_items(ItemsNode* node) noexcept;
void destroy_dict(DictNode* node) noexcept;

}  // namespace millrace
