#include "workflow/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

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

std::optional<std::uint32_t> Plan::find_step(std::string_view id) const {
  const auto found = std::find_if(steps_.begin(), steps_.end(),
                                  [&](const PlanStep& step) { return step.id == id; });
  if (found == steps_.end()) return std::nullopt;
  return static_cast<std::uint32_t>(std::distance(steps_.begin(), found));
}

bool Plan::leads(std::uint32_t from, std::uint32_t to) const {
  auto known = sources_.find(to);
  if (known == sources_.end()) known = sources_.emplace(to, sources_of(*this, to)).first;
  return known->second[from];
}

Result<std::uint32_t> Plan::start(std::string_view step_id) const {
  if (!step_id.empty()) {
    const auto step = find_step(step_id);
    if (step && steps_[*step].kind != StepKind::visual) return *step;
    return Error(ErrorKind::not_found,
                 fmt::format("workflow \"{}\" has no step \"{}\" to start at", handle_, step_id));
  }
  if (starts_.size() == 1) return starts_.front();
  const bool has_steps = std::any_of(steps_.begin(), steps_.end(), [](const PlanStep& step) {
    return step.kind != StepKind::visual;
  });
  if (!has_steps) {
    return Error(ErrorKind::invalid,
                 fmt::format("workflow \"{}\" has no steps: there is nothing to run", handle_));
  }
  if (starts_.empty()) {
    return Error(
        ErrorKind::invalid,
        fmt::format("workflow \"{}\" has no starting step, for a path leads to each of its "
                    "steps: name the one to start at (--step ID)",
                    handle_));
  }
  std::string ids;
  for (const std::uint32_t step : starts_) {
    if (!ids.empty()) ids += ", ";
    ids += steps_[step].id;
  }
  return Error(
      ErrorKind::invalid,
      fmt::format(
          "workflow \"{}\" has several starting steps ({}): name the one to start at (--step "
          "ID)",
          handle_, ids));
}

}  // namespace millrace
