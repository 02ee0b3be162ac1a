#include "engine/branch_key.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

namespace millrace {
namespace {

using Arm = BranchKey::Arm;

// The arms of all keys as one tree. Two arms are one place in it when the same paths lead to them,
// whether or not they came from the same execution of their fork.
class ArmTree {
 public:
  ArmTree() : places_(1) {}

  void add(const BranchKey& key, std::size_t index) {
    places_[place_of(key.last().get())].keys.push_back(index);
  }

  std::vector<std::size_t> in_order() const {
    std::vector<std::size_t> order;
    std::vector<std::size_t> open{0};
    while (!open.empty()) {
      const Place& place = places_[open.back()];
      open.pop_back();
      order.insert(order.end(), place.keys.begin(), place.keys.end());
      for (auto at = place.arms.rbegin(); at != place.arms.rend(); ++at) {
        open.push_back(at->second);
      }
    }
    return order;
  }

 private:
  struct Place {
    std::vector<std::size_t> keys;
    std::map<std::uint32_t, std::size_t> arms;
  };

  std::size_t place_of(const Arm* arm) {
    std::vector<const Arm*> above;
    std::size_t place = 0;
    for (; arm != nullptr; arm = arm->fork.get()) {
      if (const auto known = known_.find(arm); known != known_.end()) {
        place = known->second;
        break;
      }
      above.push_back(arm);
    }
    for (; !above.empty(); above.pop_back()) {
      const auto [at, is_new] =
          places_[place].arms.try_emplace(above.back()->index, places_.size());
      place = at->second;
      if (is_new) places_.emplace_back();
      known_.emplace(above.back(), place);
    }
    return place;
  }

  std::vector<Place> places_;  // the first is that of the empty key
  std::unordered_map<const Arm*, std::size_t> known_;
};

}  // namespace

// One by one: letting each delete the next would need a stack as deep as there are arms.
BranchKey::Arm::~Arm() {
  Ref<Arm> next = std::move(fork);
  while (next && next->is_unique()) {
    Ref<Arm> after = std::move(next->fork);
    next = std::move(after);
  }
}

std::vector<std::uint32_t> BranchKey::innermost(std::size_t most) const {
  std::vector<std::uint32_t> arms;
  for (const Arm* arm = last_.get(); arm != nullptr && arms.size() < most; arm = arm->fork.get()) {
    arms.push_back(arm->index);
  }
  std::reverse(arms.begin(), arms.end());
  return arms;
}

BranchKey common_fork(const BranchKey& a, const BranchKey& b) {
  Ref<Arm> left = a.last();
  Ref<Arm> right = b.last();
  const auto depth = [](const Ref<Arm>& arm) { return arm ? arm->depth : 0; };
  while (!(left == right)) {
    const std::uint32_t deepest = std::max(depth(left), depth(right));
    if (depth(left) == deepest) left = Ref<Arm>(left->fork);
    if (depth(right) == deepest) right = Ref<Arm>(right->fork);
  }
  return BranchKey(std::move(left));
}

std::vector<std::size_t> path_order(std::span<const BranchKey* const> keys) {
  ArmTree tree;
  for (std::size_t index = 0; index < keys.size(); ++index) tree.add(*keys[index], index);
  return tree.in_order();
}

}  // namespace millrace
