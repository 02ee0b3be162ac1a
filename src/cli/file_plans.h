// The workflows of the files that `run` was given, for those that run one another.
#pragma once

#include <map>

#include "engine/plans.h"
#include "workflow/load.h"

namespace millrace {

class FilePlans final : public Plans {
 public:
  // Both outlive it.
  FilePlans(const LoadedFiles& files, const Registry& registry)
      : files_(files), registry_(registry) {}

  Result<Ref<const Plan>> find(std::string_view workflow) override;
  // Compiled once.
  Result<Ref<const Plan>> plan_of(const Workflow& workflow);

 private:
  const LoadedFiles& files_;
  const Registry& registry_;
  std::map<const Workflow*, Ref<const Plan>> plans_;
};

}  // namespace millrace
