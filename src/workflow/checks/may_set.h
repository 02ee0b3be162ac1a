// Which variables may have been set when a step begins: by any step that may run before it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "workflow/checks/checks.h"

namespace millrace::checks {

class MaySet {
 public:
  // Nothing for a graph too large to be worth the time and memory.
  static std::optional<MaySet> of(const Check& check);

  // Whether the variable may be set before the step begins, or after it has ended. True for what no
  // step ever sets: that is input.
  bool before(std::uint32_t step, std::uint32_t slot) const;
  bool after(std::uint32_t step, std::uint32_t slot) const;

 private:
  using Bits = std::vector<std::uint64_t>;  // of slots

  explicit MaySet(const Check& check);
  void connect(const Check& check);
  void connect_loop(const Check& check, std::uint32_t iterator);
  void spread(const Check& check);

  std::vector<std::vector<std::uint32_t>> next_;  // by step
  std::vector<Bits> in_;                          // by step, then slot
  std::vector<Bits> out_;
  Bits ever_set_;
  std::vector<bool> anything_;  // steps where we claim to know nothing: what handlers run
};

}  // namespace millrace::checks
