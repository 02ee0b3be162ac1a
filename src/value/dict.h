// A persistent map from text to Value, ordered bytewise by key. Copying takes O(1); changing copies
// only the nodes on the way to the change that somebody else holds too, and none when nobody does.
// A small one is a single sorted array. One shard's thread only (see base/counted.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <utility>

namespace millrace {

class Value;
struct DictNode;

class Dict {
 public:
  struct Entry;  // key() and value; complete in value.h
  class Iterator;

  Dict() noexcept = default;
  Dict(std::initializer_list<std::pair<std::string_view, Value>> entries);  // later ones win
  Dict(const Dict& other) noexcept;
  Dict(Dict&& other) noexcept : root_(std::exchange(other.root_, nullptr)) {}
  Dict& operator=(Dict other) noexcept {
    std::swap(root_, other.root_);
    return *this;
  }
  ~Dict();

  std::size_t size() const;
  bool empty() const { return root_ == nullptr; }

  // nullptr where there is no such key. The pointer holds until this Dict changes.
  const Value* find(std::string_view key) const;
  const Value* find(const Value& key) const;  // of kind text
  bool contains(std::string_view key) const { return find(key) != nullptr; }

  void set(std::string_view key, Value value);
  // The key as a text value, so that a long one is shared and not copied.
  void set(const Value& key, Value value);
  // Moves the value out, so that it can be changed in place, and leaves null; set() puts it back.
  // Absent where there is no such key.
  Value take(std::string_view key);
  bool erase(std::string_view key);  // whether there was one

  // In order of keys. Iterators hold until this Dict changes.
  Iterator begin() const;
  Iterator end() const;
  // The entry at a position in that order; O(log n). rank < size().
  const Entry& at(std::size_t rank) const;

  // How deep values nest within: 0 for scalars only. An upper bound, O(1).
  std::uint32_t nesting() const;

  // Whether both are the very same map (then they are equal; the reverse does not hold).
  bool shares_with(const Dict& other) const { return root_ == other.root_; }

 private:
  friend class Value;
  DictNode* root_ = nullptr;  // none when empty
};

class Dict::Iterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = Entry;
  using difference_type = std::ptrdiff_t;
  using pointer = const Entry*;
  using reference = const Entry&;

  Iterator() = default;
  reference operator*() const { return *entry_; }
  pointer operator->() const { return entry_; }
  Iterator& operator++();
  Iterator operator++(int) {
    Iterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.rank_ == b.rank_; }

 private:
  friend class Dict;
  Iterator(const DictNode* root, std::size_t rank);
  void seek();

  const DictNode* root_ = nullptr;
  std::size_t rank_ = 0;
  const Entry* entry_ = nullptr;
  const Entry* leaf_end_ = nullptr;
};

}  // namespace millrace
