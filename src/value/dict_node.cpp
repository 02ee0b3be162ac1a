#include "value/dict_node.h"

#include <new>

#include "value/value_node.h"

namespace millrace {

DictNode* DictNode::make(bool is_leaf, std::uint16_t capacity) {
  const std::size_t part = is_leaf ? sizeof(Dict::Entry) : sizeof(DictChild);
  void* memory = ::operator new(sizeof(DictNode) + capacity * part);
  auto* node = new (memory) DictNode{};
  node->capacity = static_cast<std::uint8_t>(capacity);
  node->is_leaf = is_leaf;
  return node;
}

void DictNode::free(DictNode* node) { ::operator delete(node); }

void DictNode::destroy(DictNode* node) { destroy_dict(node); }

std::uint16_t DictNode::position_of(const DictKey& key, bool& found) const {
  const Dict::Entry* all = entries();
  std::uint16_t low = 0;
  std::uint16_t high = used;
  while (low < high) {
    const auto middle = static_cast<std::uint16_t>((low + high) / 2);
    const int order = key.compare(all[middle].name);
    if (order == 0) {
      found = true;
      return middle;
    }
    if (order > 0) {
      low = static_cast<std::uint16_t>(middle + 1);
    } else {
      high = middle;
    }
  }
  found = false;
  return low;
}

std::uint16_t DictNode::child_for(const DictKey& key) const {
  const DictChild* all = children();
  std::uint16_t low = 1;
  std::uint16_t high = used;
  while (low < high) {
    const auto middle = static_cast<std::uint16_t>((low + high) / 2);
    if (key.compare(all[middle].separator) >= 0) {
      low = static_cast<std::uint16_t>(middle + 1);
    } else {
      high = middle;
    }
  }
  return static_cast<std::uint16_t>(low - 1);
}

}  // namespace millrace
