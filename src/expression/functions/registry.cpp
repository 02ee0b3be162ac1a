#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <vector>

#include "expression/function.h"
#include "expression/functions/families.h"

namespace millrace {
namespace {

// Families in the order of the reference page; within one, the order of names.
constexpr std::array kFamilies = {general_functions,   list_functions,    sorting_functions,
                                  container_functions, number_functions,  text_functions,
                                  text_part_functions, word_functions,    format_functions,
                                  time_functions,      encoding_functions};

constexpr std::size_t kSlots = 256;  // a power of two, more than twice the number of functions

std::uint32_t hash_of(std::string_view name) {
  std::uint32_t hash = 2'166'136'261U;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
  return hash;
}

class Registry {
 public:
  Registry() {
    std::vector<std::string_view> families;
    for (const auto& family : kFamilies) {
      for (const Function& function : family()) {
        functions_.push_back(&function);
        if (std::find(families.begin(), families.end(), function.family) == families.end()) {
          families.push_back(function.family);
        }
      }
    }
    const auto rank = [&families](const Function* function) {
      return std::find(families.begin(), families.end(), function->family) - families.begin();
    };
    std::sort(functions_.begin(), functions_.end(), [&](const Function* a, const Function* b) {
      return rank(a) != rank(b) ? rank(a) < rank(b) : a->name < b->name;
    });
    assert(functions_.size() * 2 <= kSlots);
    for (const Function* function : functions_) {
      std::size_t slot = hash_of(function->name) % kSlots;
      while (slots_[slot] != nullptr) slot = (slot + 1) % kSlots;
      slots_[slot] = function;
    }
  }

  const Function* find(std::string_view name) const {
    std::size_t slot = hash_of(name) % kSlots;
    while (slots_[slot] != nullptr && slots_[slot]->name != name) slot = (slot + 1) % kSlots;
    return slots_[slot];
  }

  std::span<const Function* const> all() const { return functions_; }

 private:
  std::vector<const Function*> functions_;
  std::array<const Function*, kSlots> slots_{};
};

const Registry& registry() {
  static const Registry instance;
  return instance;
}

}  // namespace

const Function* find_function(std::string_view name) { return registry().find(name); }

std::span<const Function* const> all_functions() { return registry().all(); }

}  // namespace millrace
