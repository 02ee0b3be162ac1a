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

// The names that every session gets beside its input; they are no part of its result.
extern const std::vector<std::string> kSessionNames;

struct RunInput {
  std::string file;                    // --input; "-" is standard input; empty: none
  std::optional<std::string> json;     // --input-json
  std::vector<std::string> variables;  // --var NAME=EXPR, in order
};

// The workflow's own scope, then the input over it, then --var, then the names of every session.
// Plain JSON takes the type that the workflow's scope gives that name, else Any. Errors are of kind
// invalid (not_found for a file) and name the option.
Result<Dict> starting_scope(const Plan& plan, const RunInput& input, const Clock& clock);

}  // namespace millrace
