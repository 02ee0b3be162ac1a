// Which steps a state can still come to from where it stands: by paths, and by the way back from
// the end of a loop's body to its iterator. Worked out from the plan when a join first needs to
// know.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "workflow/plan.h"

namespace millrace {

class Reach {
 public:
  // Whether a state at `from` can come to `to` by at least one path; so not by standing there.
  bool leads(const Plan& plan, std::uint32_t from, std::uint32_t to);

 private:
  // By target: for each step, whether it leads there.
  std::map<std::uint32_t, std::vector<bool>> sources_;
};

}  // namespace millrace
