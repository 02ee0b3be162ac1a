#include "workflow/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace millrace {

std::optional<std::uint32_t> Plan::find_step(std::string_view id) const {
  const auto found = std::find_if(steps_.begin(), steps_.end(),
                                  [&](const PlanStep& step) { return step.id == id; });
  if (found == steps_.end()) return std::nullopt;
  return static_cast<std::uint32_t>(std::distance(steps_.begin(), found));
}

Result<std::uint32_t> Plan::start(std::string_view step_id) const {
  if (!step_id.empty()) {
    const auto step = find_step(step_id);
    if (step && steps_[*step].kind != StepKind::visual) return *step;
    return Error(ErrorKind::not_found,
                 fmt::format("workflow \"{}\" has no step \"{}\" to start at", handle_, step_id));
  }
  if (starts_.size() == 1) return starts_.front();
  if (starts_.empty()) {
    return Error(
        ErrorKind::invalid,
        fmt::format("workflow \"{}\" has no starting step: each has a path that leads to it",
                    handle_));
  }
  std::string ids;
  for (const std::uint32_t step : starts_) {
    if (!ids.empty()) ids += ", ";
    ids += steps_[step].id;
  }
  return Error(
      ErrorKind::invalid,
      fmt::format("workflow \"{}\" has several starting steps ({}): say which one is meant",
                  handle_, ids));
}

}  // namespace millrace
