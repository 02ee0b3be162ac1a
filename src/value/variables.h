// The variables of a session: names that the plan knows have a slot in one counted array, the rest
// (made at run time) live in a persistent map. Copying takes O(1); a change copies what is shared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/counted.h"
#include "value/dict.h"
#include "value/value.h"

namespace millrace {

// The names of a plan's variables, each with its slot. Grows while the plan is compiled; whoever
// keeps it longer holds a Ref<const Names>.
class Names final : public Counted {
 public:
  // The slot of `name`, given to it now if it had none.
  std::uint32_t add(std::string_view name);
  std::optional<std::uint32_t> find(std::string_view name) const;
  const std::string& name(std::uint32_t slot) const { return *names_[slot]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(names_.size()); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const {
      return std::hash<std::string_view>{}(name);
    }
  };
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> slots_;
  std::vector<const std::string*> names_;  // the keys of slots_
};

class Variables {
 public:
  Variables() = default;  // no slots: every name goes to the map
  explicit Variables(Ref<const Names> names) : names_(std::move(names)) {}
  Variables(Ref<const Names> names, const Dict& initial) : Variables(std::move(names)) {
    merge(initial);
  }

  // Absent where it is not set. The reference holds until these variables change.
  const Value& get(std::uint32_t slot) const {
    if (!slots_ || slot >= slots_->values.size()) return kUnset;
    return slots_->values[slot];
  }
  const Value& get(std::string_view name) const;

  void set(std::uint32_t slot, Value value);  // an absent value unsets it
  void set(std::string_view name, Value value);

  // Moves the value out and leaves the variable unset, so that a sole holder can change it in
  // place.
  Value take(std::uint32_t slot);
  Value take(std::string_view name);

  // What is set there replaces what is here.
  void merge(const Variables& other);
  void merge(const Dict& other);

  Dict to_dict() const;  // of those that are set
  Value to_vars() const { return Value::vars(to_dict()); }
  std::size_t size() const;  // of those that are set
  // Copies that have not been changed since have the same; nullptr where nothing is set by slot.
  const void* identity() const { return slots_.get(); }
  // Visits every value, and gives the bytes that the variables themselves take.
  template <class Visit>
  std::uint64_t for_each(Visit visit) const {
    std::uint64_t bytes = 0;
    if (slots_) {
      for (const Value& value : slots_->values) visit(value);
      bytes = slots_->values.capacity() * sizeof(Value);
    }
    for (const Dict::Entry& entry : others_) visit(entry.value);
    return bytes + others_.size() * sizeof(Dict::Entry);
  }
  const Ref<const Names>& names() const { return names_; }

 private:
  struct Slots : Counted {
    std::vector<Value> values;
  };
  inline static const Value kUnset = Value::absent();

  std::vector<Value>& slots_for_change(std::uint32_t slot);

  Ref<const Names> names_;
  Ref<Slots> slots_;  // may be shorter than the names: the rest is not set
  Dict others_;       // no name here has a slot
};

}  // namespace millrace
