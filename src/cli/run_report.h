// What `millrace run` says about a session: a document for programs, lines for people.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "engine/session.h"
#include "workflow/plan.h"

namespace millrace {

struct RunReport {
  std::string workflow;  // handle
  bool traced = false;   // the document has frames
  SessionReport session;
  Dict printed;                     // the result, its readers replaced by what of them can be shown
  std::vector<OpenPrompt> prompts;  // that nobody has answered
  std::size_t cut_off = 0;          // sessions begun without waiting that its limit has cancelled
  std::size_t scopes = 0;           // of the session, still alive after it ended
};

// The document of --output json (docs/cli.md), in one line.
std::string to_document(const RunReport& report, const Plan& plan);

// One line about how it ended: done, or what failed where.
std::string summary_line(const RunReport& report, const Plan& plan, bool colour);

// What each waits for, a line each, and what to do about it.
void print_prompts(const std::vector<OpenPrompt>& prompts, std::ostream& out);

// "step 7 of workflow \"orders\": message (cause: ...)".
std::string failure_line(const Failure& failure, const Plan& plan);

}  // namespace millrace
