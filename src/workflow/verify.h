// Everything that is wrong with a workflow, told at once. Issues keep it from running; warnings are
// about what is likely not meant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workflow/definition.h"
#include "workflow/signature.h"

namespace millrace {

// What an issue is about: a step or a path by its index in the definition, or the whole workflow.
struct Culprit {
  std::optional<std::uint32_t> step;
  std::optional<std::uint32_t> path;
  std::optional<std::uint32_t> duplicate;  // the step that has the same id already

  friend bool operator==(const Culprit&, const Culprit&) = default;
};

struct Issue {
  // Of an expression: the place in it, from 1, and how many characters it goes on for.
  struct Within {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::uint32_t length = 1;
  };
  Culprit culprit;
  std::string description;  // one line
  std::string workflow;     // handle
  std::string file;
  Position at;
  std::optional<Within> within;
  std::string excerpt;  // the expression's line and below it a mark; empty where there is none
  // Whether `at` is the very place in the file; else it is where the expression begins.
  bool exact = true;
};

struct Verdict {
  std::vector<Issue> issues;
  std::vector<Issue> warnings;

  bool passes() const { return issues.empty(); }
};

// In the order of the definition: the workflow, its steps, its paths. Takes time in proportion to
// the definition, but for warnings about the flow of variables, which very large graphs do without.
Verdict verify(const Workflow& workflow, const Registry& registry);

}  // namespace millrace
