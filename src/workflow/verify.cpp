#include "workflow/verify.h"

#include "workflow/checks/checks.h"

namespace millrace {

Verdict verify(const Workflow& workflow, const Registry& registry) {
  checks::Check check(workflow, registry);
  checks::check_workflow(check);
  checks::check_workflow_fields(check);
  check.step_uses.resize(workflow.steps.size());
  check.path_reads.resize(workflow.paths.size());
  for (std::uint32_t step = 0; step < workflow.steps.size(); ++step) {
    checks::check_identity(check, step);
    checks::check_shape(check, step);
    checks::check_arguments(check, step);
    checks::check_expressions(check, step);
    checks::check_step_limits(check, step);
    checks::check_step_fields(check, step);
  }
  for (std::uint32_t path = 0; path < workflow.paths.size(); ++path) {
    checks::check_path(check, path);
    checks::check_path_fields(check, path);
  }
  checks::check_flow(check);
  return std::move(check.verdict);
}

}  // namespace millrace
