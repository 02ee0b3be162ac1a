// The variables that `millrace run` starts a workflow with, from the command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "value/dict.h"
#include "workflow/plan.h"

namespace millrace {

struct RunInput {
  std::string file;                    // --input; "-" is standard input; empty: none
  std::optional<std::string> json;     // --input-json
  std::vector<std::string> variables;  // --var NAME=EXPR, in order
};

// What is set over the workflow's own scope: the input, then --var.
// Plain JSON takes the type that the workflow's scope gives that name, else Any. Errors are of kind
// invalid (not_found for a file) and name the option.
Result<Dict> starting_scope(const Plan& plan, const RunInput& input, const Clock& clock);

}  // namespace millrace
