#include "engine/reach.h"

namespace millrace {
namespace {

// All steps from which `to` can be reached, by walking the paths backwards.
std::vector<bool> sources_of(const Plan& plan, std::uint32_t to) {
  std::vector<bool> found(plan.steps().size(), false);
  std::vector<std::uint32_t> open{to};
  while (!open.empty()) {
    const std::uint32_t step = open.back();
    open.pop_back();
    for (const std::uint32_t path : plan.step(step).inbound) {
      const std::uint32_t parent = plan.parent_of(path);
      if (found[parent]) continue;
      found[parent] = true;
      open.push_back(parent);
    }
  }
  return found;
}

}  // namespace

bool Reach::leads(const Plan& plan, std::uint32_t from, std::uint32_t to) {
  const auto known = sources_.find(to);
  if (known != sources_.end()) return known->second[from];
  return sources_.emplace(to, sources_of(plan, to)).first->second[from];
}

}  // namespace millrace
