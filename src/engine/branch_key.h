// Which arms of which forks led to a state. Comparing the arms lexicographically, outermost first,
// is "path order", whatever the order of time was. The arms of a fork share the key of the fork, so
// that a key costs the same however many forks there were: a graph can lead back to one without
// end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/counted.h"

namespace millrace {

class BranchKey {
 public:
  // One arm, and the key of the fork it belongs to.
  struct Arm : Counted {
    Arm(Ref<Arm> of, std::uint32_t its_index)
        : fork(std::move(of)), index(its_index), depth(fork ? fork->depth + 1 : 1) {}
    Arm(const Arm&) = delete;
    Arm& operator=(const Arm&) = delete;
    ~Arm() override;

    Ref<Arm> fork;        // none: of the outermost
    std::uint32_t index;  // of the path taken
    std::uint32_t depth;  // of it and those around it
  };

  BranchKey() = default;
  explicit BranchKey(Ref<Arm> last) : last_(std::move(last)) {}

  BranchKey arm(std::uint32_t index) const { return BranchKey(make_ref<Arm>(last_, index)); }
  bool empty() const { return !last_; }
  std::size_t size() const { return last_ ? last_->depth : 0; }
  const Ref<Arm>& last() const { return last_; }

  // The innermost of its arms, at most so many, in order.
  std::vector<std::uint32_t> innermost(std::size_t most) const;

 private:
  Ref<Arm> last_;
};

// Of the fork that both belong to. Takes time in the arms that they do not share.
BranchKey common_fork(const BranchKey& a, const BranchKey& b);

// The indices of `keys` in path order; those with the same arms stay in the order they have. Takes
// time in the arms that there are, each counted once.
std::vector<std::size_t> path_order(std::span<const BranchKey* const> keys);

}  // namespace millrace
