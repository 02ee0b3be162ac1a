// How deep values nest, and what they hold.
#include <algorithm>
#include <unordered_set>

#include "value/dict_node.h"
#include "value/value.h"
#include "value/value_node.h"

namespace millrace {
namespace {

// Whether the values below nest no deeper than allowed. Bounds that turn out too high are mended on
// the way, so that a part that occurs many times is looked into once.
template <class Fits>
bool dict_nests_within(DictNode* node, std::uint32_t allowed, const Fits& fits) {
  if (node == nullptr || node->nesting <= allowed) return true;
  std::uint32_t highest = 0;
  for (std::uint16_t i = 0; i < node->used; ++i) {
    if (node->is_leaf) {
      const Value& value = node->entries()[i].value;
      if (!fits(value)) return false;
      highest = std::max(highest, value.nesting());
    } else {
      DictNode* child = node->children()[i].node;
      if (!dict_nests_within(child, allowed, fits)) return false;
      highest = std::max(highest, child->nesting);
    }
  }
  node->nesting = highest;
  return true;
}

}  // namespace

std::uint32_t Value::nesting() const {
  if (!is_node()) return 0;
  if (has_items()) {
    auto* own = static_cast<ItemsNode*>(node());
    if (own->nesting == ItemsNode::kUnknown) {
      std::uint32_t highest = 0;
      for (const Value& item : own->items) highest = std::max(highest, item.nesting());
      own->nesting = highest;
    }
    return own->nesting + 1;
  }
  return has_dict() ? dict().nesting() + 1 : 0;
}

bool Value::nests_within(std::uint32_t allowed) const {
  if (nesting() <= allowed) return true;
  if (allowed == 0) return false;
  const auto fits = [below = allowed - 1](const Value& part) { return part.nests_within(below); };
  if (has_dict()) return dict_nests_within(load<DictNode*>(kWord), allowed - 1, fits);
  auto* own = static_cast<ItemsNode*>(node());
  if (!std::all_of(own->items.begin(), own->items.end(), fits)) return false;
  own->nesting = ItemsNode::kUnknown;
  return nesting() <= allowed;
}

Result<void> Value::check_nesting(std::uint32_t allowed) const {
  if (nests_within(allowed)) return {};
  return Error(ErrorKind::exhausted, "the value nests more than " + std::to_string(kMaxNesting) +
                                         " lists or maps within each other: flatten it");
}

std::uint64_t Value::bytes_held() const {
  std::unordered_set<const void*> seen;
  std::vector<const Value*> open{this};
  std::uint64_t sum = 0;
  while (!open.empty()) {
    const Value& value = *open.back();
    open.pop_back();
    if (!value.is_node() || value.node() == nullptr) continue;
    if (value.node()->count > 1 && !seen.insert(value.node()).second) continue;
    if (value.has_items()) {
      sum += sizeof(ItemsNode) + value.items().size() * sizeof(Value);
      for (const Value& item : value.items()) open.push_back(&item);
    } else if (value.has_dict()) {
      sum += sizeof(DictNode) + value.dict().size() * sizeof(Dict::Entry);
      for (const Dict::Entry& entry : value.dict()) {
        open.push_back(&entry.name);
        open.push_back(&entry.value);
      }
    } else if (value.is_reader()) {
      sum += sizeof(ReaderNode) + value.as_reader()->bytes_held();
    } else if (value.kind() == Kind::opaque) {
      sum += sizeof(OpaqueNode);
    } else {
      sum += sizeof(CharsNode) + static_cast<CharsNode*>(value.node())->chars.capacity();
    }
  }
  return sum;
}

}  // namespace millrace
