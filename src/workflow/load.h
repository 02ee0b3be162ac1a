// From files to verified workflows that see each other: what `run` and `check` begin with.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "workflow/definition.h"
#include "workflow/read_limits.h"
#include "workflow/signature.h"
#include "workflow/verify.h"

namespace millrace {

struct Loaded {
  std::vector<Error> failures;  // files that cannot be read, or not as a definition
  std::vector<Workflow> workflows;
  std::vector<Document> documents;  // the files, for what was skipped in them; without workflows
  std::vector<Issue> issues;  // of all workflows, in order
  std::vector<Issue> warnings;

  const Workflow* find(std::string_view handle) const;  // or nullptr
};

// The whole content of a file; "-" is standard input. A missing or unreadable file, a directory and
// one larger than the limit are errors that name it. Waits for input as long as it takes.
Result<std::string> read_file(const std::string& file, std::size_t limit);

// Reads and verifies all the files; what is wrong with one does not keep the others from being read.
Loaded load_definitions(std::span<const std::string> files, const Registry& registry,
                        const ReadLimits& limits = {});

}  // namespace millrace
