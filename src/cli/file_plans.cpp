#include "cli/file_plans.h"

#include <fmt/format.h>

#include <vector>

#include "base/listed.h"

namespace millrace {

Result<Ref<const Plan>> FilePlans::find(std::string_view workflow) {
  std::vector<std::string_view> handles;
  for (const Document& document : files_.documents) {
    for (const Workflow& known : document.workflows) {
      if (known.handle.text == workflow || known.id.text == workflow) return plan_of(known);
      handles.push_back(known.handle.text);
    }
  }
  return Error(ErrorKind::not_found, fmt::format("no workflow \"{}\" in these files; there are: {}",
                                                 workflow, listed(handles)));
}

Result<Ref<const Plan>> FilePlans::plan_of(const Workflow& workflow) {
  Ref<const Plan>& known = plans_[&workflow];
  if (known) return known;
  auto plan = compile_plan(workflow, registry_);
  if (!plan) return plan.error();
  known = *plan;
  return known;
}

}  // namespace millrace
