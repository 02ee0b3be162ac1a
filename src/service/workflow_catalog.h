// The workflows that a process offers, from the files that it was given: found by handle or ID,
// compiled once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/plans.h"
#include "workflow/load.h"

namespace millrace {

// The workflow's ID, or, where its definition gives none, one made of its handle, which stays the
// same from one start to the next.
std::uint64_t id_of(const Workflow& workflow);

class WorkflowCatalog final : public Plans {
 public:
  // Both outlive it.
  WorkflowCatalog(const LoadedFiles& files, const Registry& registry);

  Result<Ref<const Plan>> find(std::string_view workflow) override;
  Result<const Workflow*> find_workflow(std::string_view workflow) const;
  // Compiled once.
  Result<Ref<const Plan>> plan_of(const Workflow& workflow);
  const std::vector<const Workflow*>& all() const { return all_; }  // in the order of the files

 private:
  const Registry& registry_;
  std::vector<const Workflow*> all_;
  std::map<std::string_view, const Workflow*> by_name_;  // handles, and IDs as they are written
  std::map<std::uint64_t, const Workflow*> by_id_;
  std::map<const Workflow*, Ref<const Plan>> plans_;
};

}  // namespace millrace
