// The REST interface of workflows, sessions and prompts (docs/api.md): thin translations onto
// service/.
#pragma once

#include <string_view>
#include <vector>

#include "api/router.h"
#include "service/session_service.h"
#include "service/workflow_catalog.h"

namespace millrace {

// What the handlers speak to; all of it outlives them.
struct AutomationParts {
  SessionService& sessions;
  const WorkflowCatalog& catalog;
};

// Under /api/automation.
std::vector<Route> automation_routes(AutomationParts parts);

}  // namespace millrace
