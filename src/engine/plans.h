// The port through which a session finds the workflows that it runs. Declared here, by its user.
#pragma once

#include <string_view>

#include "base/error.h"
#include "workflow/plan.h"

namespace millrace {

class Plans {
 public:
  virtual ~Plans() = default;
  // By handle or ID. Error of kind not_found where there is none that may run, invalid where its
  // definition has issues.
  virtual Result<Ref<const Plan>> find(std::string_view workflow) = 0;
};

}  // namespace millrace
