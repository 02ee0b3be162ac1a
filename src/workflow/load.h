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

struct LoadedFiles {
  std::vector<Document> documents;

  const Workflow* find(std::string_view handle) const;  // or nullptr
};

// The whole content of a file; "-" is standard input. A missing or unreadable file, a directory and
// one larger than `limit` bytes are errors that name it. Waits for input as long as it takes.
Result<std::string> read_file(const std::string& file, std::size_t limit);

Result<Document> load_file(const std::string& file, const ReadLimits& limits = {});

// All of them, or the error of the first that cannot be read.
Result<LoadedFiles> load_files(std::span<const std::string> files, const ReadLimits& limits = {});

// What is wrong with the workflows, each by itself and all together: a handle that two of them have
// is an issue, a called workflow that none of the files holds a warning.
Verdict verify_files(const LoadedFiles& files, const Registry& registry);

}  // namespace millrace
