#include <utility>
#include <vector>

#include "value/dict_node.h"
#include "value/value_node.h"

namespace millrace {
namespace {

constexpr unsigned kDirectDepth = 64;

struct Doomed {
  ItemsNode* items;  // one of the two
  DictNode* dict;
};

// Of this thread. A plain pointer, so that it outlives whatever destroys values as the thread ends.
thread_local unsigned depth = 0;
thread_local std::vector<Doomed>* waiting = nullptr;

void destroy_content(Doomed doomed) {
  if (doomed.items != nullptr) {
    delete doomed.items;
    return;
  }
  DictNode* node = doomed.dict;
  for (std::uint16_t i = 0; i < node->used; ++i) {
    if (node->is_leaf) {
      std::destroy_at(node->entries() + i);
    } else {
      DictNode::release(node->children()[i].node);
      std::destroy_at(node->children() + i);
    }
  }
  DictNode::free(node);
}

void destroy(Doomed doomed) noexcept {
  if (depth >= kDirectDepth) {
    if (waiting == nullptr) waiting = new std::vector<Doomed>;
    waiting->push_back(doomed);
    return;
  }
  ++depth;
  destroy_content(doomed);
  if (depth == 1) {
    while (waiting != nullptr && !waiting->empty()) {
      const Doomed next = waiting->back();
      waiting->pop_back();
      destroy_content(next);
    }
    delete std::exchange(waiting, nullptr);
  }
  --depth;
}

}  // namespace

void destroy_items(ItemsNode* node) noexcept { destroy({node, nullptr}); }
void destroy_dict(DictNode* node) noexcept { destroy({nullptr, node}); }

}  // namespace millrace
