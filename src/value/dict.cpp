#include "value/dict.h"

#include <algorithm>
#include <cassert>
#include <memory>

#include "value/dict_node.h"
#include "value/value.h"

namespace millrace {
namespace {

using Entry = Dict::Entry;

// Moves the bits of `count` parts, which may overlap: a value may be moved so (value.h).
template <class Part>
void relocate(Part* to, const Part* from, std::size_t count) {
  std::memmove(static_cast<void*>(to), static_cast<const void*>(from), count * sizeof(Part));
}

void copy_part(Entry* to, const Entry& from) { std::construct_at(to, from); }
void copy_part(DictChild* to, const DictChild& from) {
  std::construct_at(to, from);
  ++from.node->count;
}

// Puts parts of `from` at `to`: moved when they are `from`'s to give, copied when others hold it.
template <class Part>
void transfer(Part* to, const Part* from, std::size_t count, bool may_move) {
  if (may_move) {
    relocate(to, from, count);
  } else {
    for (std::size_t i = 0; i < count; ++i) copy_part(to + i, from[i]);
  }
}

void transfer_parts(DictNode* to, std::uint16_t at, const DictNode* from, std::uint16_t first,
                    std::uint16_t count, bool may_move) {
  if (to->is_leaf) {
    transfer(to->entries() + at, from->entries() + first, count, may_move);
  } else {
    transfer(to->children() + at, from->children() + first, count, may_move);
  }
}

// Lets go of a node whose parts have all been transferred out of it.
void leave(DictNode* node, bool moved) {
  if (moved) {
    DictNode::free(node);
  } else {
    DictNode::release(node);
  }
}

// Makes the node at `slot` one that nobody else holds and that has room for `capacity` parts.
DictNode* own(DictNode*& slot, std::uint16_t capacity = 0) {
  DictNode* node = slot;
  const bool is_sole = node->count == 1;
  if (is_sole && capacity <= node->capacity) return node;
  DictNode* copy = DictNode::make(node->is_leaf, std::max<std::uint16_t>(capacity, node->capacity));
  copy->nesting = node->nesting;
  copy->size = node->size;
  copy->used = node->used;
  transfer_parts(copy, 0, node, 0, node->used, is_sole);
  leave(node, is_sole);
  slot = copy;
  return copy;
}

std::uint32_t nesting_of(const DictNode* node, std::uint16_t i) {
  return node->is_leaf ? node->entries()[i].value.nesting() : node->children()[i].node->nesting;
}

void count_again(DictNode* node) {
  node->nesting = 0;
  node->size = node->is_leaf ? node->used : 0;
  for (std::uint16_t i = 0; i < node->used; ++i) {
    node->nesting = std::max(node->nesting, nesting_of(node, i));
    if (!node->is_leaf) node->size += node->children()[i].node->size;
  }
}

// Moves what stands at `from` and after it to a new node.
DictNode* split_off(DictNode* node, std::uint16_t from) {
  DictNode* right = DictNode::make(node->is_leaf, DictNode::kCapacity);
  right->used = static_cast<std::uint16_t>(node->used - from);
  transfer_parts(right, 0, node, from, right->used, true);
  node->used = from;
  count_again(node);
  count_again(right);
  return right;
}

// A full node splits in the middle, but at its end when it grows there: maps that are built in
// order come out full.
std::uint16_t split_position(std::uint16_t at) {
  return at == DictNode::kCapacity ? DictNode::kCapacity : DictNode::kCapacity / 2;
}

struct Split {
  Value separator;
  DictNode* right = nullptr;  // none: there was room
};

template <class Part>
void insert_part(DictNode* node, Part* parts, std::uint16_t at, Part part) {
  relocate(parts + at + 1, parts + at, node->used - at);
  std::construct_at(parts + at, std::move(part));
  ++node->used;
}

Split insert_entry(DictNode* leaf, std::uint16_t at, Value name, Value value) {
  Split split;
  DictNode* target = leaf;
  if (leaf->used == DictNode::kCapacity) {
    const std::uint16_t middle = split_position(at);
    split.right = split_off(leaf, middle);
    if (at >= middle) {
      target = split.right;
      at = static_cast<std::uint16_t>(at - middle);
    }
  }
  target->nesting = std::max(target->nesting, value.nesting());
  ++target->size;
  insert_part(target, target->entries(), at, Entry{std::move(name), std::move(value)});
  if (split.right != nullptr) split.separator = split.right->entries()[0].name;
  return split;
}

Split insert_child(DictNode* node, std::uint16_t at, Split child) {
  Split split;
  DictNode* target = node;
  if (node->used == DictNode::kCapacity) {
    const std::uint16_t middle = split_position(at);
    split.right = split_off(node, middle);
    if (at >= middle) {
      target = split.right;
      at = static_cast<std::uint16_t>(at - middle);
    }
  }
  insert_part(target, target->children(), at, DictChild{std::move(child.separator), child.right});
  count_again(target);
  if (split.right != nullptr) split.separator = split.right->children()[0].separator;
  return split;
}

Split set_below(DictNode*& slot, const DictKey& key, const Value& name, Value value) {
  if (slot->is_leaf) {
    bool found = false;
    const std::uint16_t at = slot->position_of(key, found);
    if (found) {
      DictNode* leaf = own(slot);
      leaf->nesting = std::max(leaf->nesting, value.nesting());
      leaf->entries()[at].value = std::move(value);
      return {};
    }
    std::uint16_t wanted = slot->capacity;
    if (slot->used == wanted && wanted < DictNode::kCapacity) wanted *= 2;
    return insert_entry(own(slot, wanted), at, name, std::move(value));
  }
  DictNode* node = own(slot);
  const std::uint16_t at = node->child_for(key);
  DictNode*& child = node->children()[at].node;
  const std::uint32_t size_before = child->size;
  Split split = set_below(child, key, name, std::move(value));
  if (split.right != nullptr) {
    Split own_split = insert_child(node, static_cast<std::uint16_t>(at + 1), std::move(split));
    count_again(node);
    return own_split;
  }
  node->size += child->size - size_before;
  node->nesting = std::max(node->nesting, child->nesting);
  return {};
}

// Puts the child after `at` into the one at `at`.
void merge_children(DictNode* node, std::uint16_t at) {
  DictChild* children = node->children();
  DictNode* right = children[at + 1].node;
  const bool is_sole = right->count == 1;
  DictNode* left = own(children[at].node, DictNode::kCapacity);
  transfer_parts(left, left->used, right, 0, right->used, is_sole);
  if (!left->is_leaf) left->children()[left->used].separator = children[at + 1].separator;
  left->used = static_cast<std::uint16_t>(left->used + right->used);
  left->size += right->size;
  left->nesting = std::max(left->nesting, right->nesting);
  leave(right, is_sole);
  std::destroy_at(children + at + 1);
  relocate(children + at + 1, children + at + 2, node->used - at - 2U);
  --node->used;
}

void mend_child(DictNode* node, std::uint16_t at) {
  DictChild* children = node->children();
  if (children[at].node->used == 0) {
    DictNode::release(children[at].node);
    std::destroy_at(children + at);
    relocate(children + at, children + at + 1, node->used - at - 1U);
    --node->used;
    return;
  }
  const auto merges = [&](std::uint16_t left) {
    return children[left].node->used + children[left + 1].node->used <= DictNode::kMergeBelow;
  };
  if (at + 1 < node->used && merges(at)) {
    merge_children(node, at);
  } else if (at > 0 && merges(static_cast<std::uint16_t>(at - 1))) {
    merge_children(node, static_cast<std::uint16_t>(at - 1));
  }
}

// The key is there.
void erase_below(DictNode*& slot, const DictKey& key) {
  DictNode* node = own(slot);
  --node->size;
  if (!node->is_leaf) {
    const std::uint16_t at = node->child_for(key);
    erase_below(node->children()[at].node, key);
    mend_child(node, at);
    return;
  }
  bool found = false;
  Entry* entry = node->entries() + node->position_of(key, found);
  assert(found);
  std::destroy_at(entry);
  relocate(entry, entry + 1, static_cast<std::size_t>(node->entries() + node->used - entry - 1));
  --node->used;
}

const Value* find_below(const DictNode* node, const DictKey& key) {
  if (node == nullptr) return nullptr;
  while (!node->is_leaf) node = node->children()[node->child_for(key)].node;
  if (key.is_short && node->used <= DictNode::kScanned) {
    for (std::uint16_t i = 0; i < node->used; ++i) {
      if (key.is_same(node->entries()[i].name)) return &node->entries()[i].value;
    }
    return nullptr;
  }
  bool found = false;
  const std::uint16_t at = node->position_of(key, found);
  return found ? &node->entries()[at].value : nullptr;
}

}  // namespace

Dict::Dict(std::initializer_list<std::pair<std::string_view, Value>> entries) {
  for (const auto& [key, value] : entries) set(key, value);
}

Dict::Dict(const Dict& other) noexcept : root_(other.root_) {
  if (root_ != nullptr) ++root_->count;
}

Dict::~Dict() {
  if (root_ != nullptr) DictNode::release(root_);
}

std::size_t Dict::size() const { return root_ == nullptr ? 0 : root_->size; }

const Value* Dict::find(std::string_view key) const { return find_below(root_, DictKey(key)); }
const Value* Dict::find(const Value& key) const { return find_below(root_, DictKey(key)); }

void Dict::set(std::string_view key, Value value) { set(Value::text(key), std::move(value)); }

void Dict::set(const Value& key, Value value) {
  const DictKey ready(key);
  // A name lies in its handle if it fits there: DictKey counts on it.
  const Value name = ready.is_short ? Value::text(ready.text) : key.with_type(Type::Any);
  if (root_ == nullptr) root_ = DictNode::make(true, DictNode::kFirstCapacity);
  Split split = set_below(root_, ready, name, std::move(value));
  if (split.right == nullptr) return;
  DictNode* above = DictNode::make(false, DictNode::kCapacity);
  insert_part(above, above->children(), 0, DictChild{Value::null(), root_});
  insert_part(above, above->children(), 1, DictChild{std::move(split.separator), split.right});
  count_again(above);
  root_ = above;
}

Value Dict::take(std::string_view key) {
  const DictKey ready(key);
  if (find_below(root_, ready) == nullptr) return Value::absent();
  DictNode* node = own(root_);
  while (!node->is_leaf) node = own(node->children()[node->child_for(ready)].node);
  bool found = false;
  return std::move(node->entries()[node->position_of(ready, found)].value);
}

bool Dict::erase(std::string_view key) {
  const DictKey ready(key);
  if (find_below(root_, ready) == nullptr) return false;
  erase_below(root_, ready);
  while (!root_->is_leaf && root_->used == 1) {
    DictNode* child = root_->children()[0].node;
    ++child->count;
    DictNode::release(root_);
    root_ = child;
  }
  if (root_->used == 0) {
    DictNode::release(root_);
    root_ = nullptr;
  }
  return true;
}

std::uint32_t Dict::nesting() const { return root_ == nullptr ? 0 : root_->nesting; }

Dict::Iterator::Iterator(const DictNode* root, std::size_t rank) : root_(root), rank_(rank) {
  seek();
}

void Dict::Iterator::seek() {
  entry_ = nullptr;
  if (root_ == nullptr || rank_ >= root_->size) return;
  const DictNode* node = root_;
  std::size_t rank = rank_;
  while (!node->is_leaf) {
    const DictChild* child = node->children();
    for (; rank >= child->node->size; ++child) rank -= child->node->size;
    node = child->node;
  }
  entry_ = node->entries() + rank;
  leaf_end_ = node->entries() + node->used;
}

Dict::Iterator Dict::begin() const { return Iterator(root_, 0); }
Dict::Iterator Dict::end() const {
  Iterator last;
  last.rank_ = size();
  return last;
}

const Dict::Entry& Dict::at(std::size_t rank) const {
  assert(rank < size());
  return *Iterator(root_, rank);
}

}  // namespace millrace
