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
  Dict printed;            // the result, its readers replaced by what of them can be shown
  std::size_t scopes = 0;  // of the session, still alive after it ended
};

// The document of --output json (docs/cli.md), in one line.
std::string to_document(const RunReport& report, const Plan& plan);

// The result, a variable a line, for --output text.
void print_result(const RunReport& report, std::ostream& out);

// One line about how it ended: done, or what failed where.
std::string summary_line(const RunReport& report, const Plan& plan, bool colour);

// "step 7 of workflow \"orders\": message (cause: ...)".
std::string failure_line(const Failure& failure, const Plan& plan);

}  // namespace millrace
