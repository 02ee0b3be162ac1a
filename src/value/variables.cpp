#include "value/variables.h"

#include <algorithm>

namespace millrace {
std::uint32_t Names::add(std::string_view name) {
  const auto [at, is_new] = slots_.try_emplace(std::string(name), size());
  if (is_new) names_.push_back(&at->first);
  return at->second;
}

std::optional<std::uint32_t> Names::find(std::string_view name) const {
  const auto at = slots_.find(name);
  if (at == slots_.end()) return std::nullopt;
  return at->second;
}

const Value& Variables::get(std::string_view name) const {
  if (const auto slot = names_ ? names_->find(name) : std::nullopt) return get(*slot);
  const Value* found = others_.find(name);
  return found != nullptr ? *found : kUnset;
}

std::vector<Value>& Variables::slots_for_change(std::uint32_t slot) {
  if (!slots_) {
    slots_ = make_ref<Slots>();
  } else if (!slots_->is_unique()) {
    slots_ = make_ref<Slots>(*slots_);
  }
  std::vector<Value>& values = slots_->values;
  if (slot >= values.size()) {
    values.resize(std::max(slot + 1, names_ ? names_->size() : 0U), Value::absent());
  }
  return values;
}

void Variables::set(std::uint32_t slot, Value value) {
  slots_for_change(slot)[slot] = std::move(value);
}

void Variables::set(std::string_view name, Value value) {
  if (const auto slot = names_ ? names_->find(name) : std::nullopt) {
    set(*slot, std::move(value));
  } else if (value.is_absent()) {
    others_.erase(name);
  } else {
    others_.set(name, std::move(value));
  }
}

Value Variables::take(std::uint32_t slot) {
  if (get(slot).is_absent()) return Value::absent();
  return std::exchange(slots_for_change(slot)[slot], Value::absent());
}

Value Variables::take(std::string_view name) {
  if (const auto slot = names_ ? names_->find(name) : std::nullopt) return take(*slot);
  Value taken = others_.take(name);
  if (!taken.is_absent()) others_.erase(name);
  return taken;
}

void Variables::merge(const Variables& other) {
  if (names_ == other.names_ && !slots_) {
    slots_ = other.slots_;
  } else if (other.slots_ && slots_ != other.slots_) {
    for (std::uint32_t slot = 0; slot < other.slots_->values.size(); ++slot) {
      const Value& value = other.slots_->values[slot];
      if (value.is_absent()) continue;
      if (names_ == other.names_) {
        set(slot, value);
      } else {
        set(other.names_->name(slot), value);
      }
    }
  }
  if (others_.empty() && names_ == other.names_) {
    others_ = other.others_;
  } else if (!others_.shares_with(other.others_)) {
    merge(other.others_);
  }
}

void Variables::merge(const Dict& other) {
  for (const Dict::Entry& entry : other) set(entry.key(), entry.value);
}

Dict Variables::to_dict() const {
  Dict all = others_;
  if (slots_) {
    for (std::uint32_t slot = 0; slot < slots_->values.size(); ++slot) {
      const Value& value = slots_->values[slot];
      if (!value.is_absent()) all.set(names_->name(slot), value);
    }
  }
  return all;
}

std::size_t Variables::size() const {
  std::size_t set = others_.size();
  if (slots_) {
    set += static_cast<std::size_t>(
        std::count_if(slots_->values.begin(), slots_->values.end(),
                      [](const Value& value) { return !value.is_absent(); }));
  }
  return set;
}

}  // namespace millrace
