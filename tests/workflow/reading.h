// Short ways to read, verify and find things in definitions, for tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "workflow/read.h"
#include "workflow/stand_ins.h"
#include "workflow/verify.h"

namespace millrace {

// The error of reading `text`, as one line; "" where it reads well.
inline std::string error_of(std::string_view text, Format format = Format::yaml,
                            const ReadLimits& limits = {}) {
  const auto document = read_document(text, "file", format, limits);
  return document ? "" : document.error().to_line();
}

// The only workflow of `text`.
inline Workflow one_workflow(std::string_view text, Format format = Format::yaml) {
  auto document = read_document(text, "file", format);
  EXPECT_TRUE(document) << document.error().to_line();
  if (!document || document->workflows.empty()) return {};
  EXPECT_EQ(document->workflows.size(), 1U);
  return document->workflows.front();
}

// Its steps and paths given, a workflow with the handle "flow".
inline std::string flow(std::string_view steps, std::string_view paths = "[]") {
  return "workflows:\n  flow:\n    steps:\n" + std::string(steps) +
         "    paths: " + std::string(paths) + "\n";
}

inline Verdict verdict_of(std::string_view text) { return verify(one_workflow(text), stand_ins()); }

// "file:3:7: text" for each, with a line end.
inline std::string lines_of(const std::vector<Issue>& issues) {
  std::string lines;
  for (const Issue& issue : issues) {
    lines += place_in_file(issue.file, issue.at) + ": " + issue.description + "\n";
  }
  return lines;
}

}  // namespace millrace
