// Issues and warnings of definitions as `check` and `run` show them.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/load.h"
#include "workflow/verify.h"

namespace millrace {

enum class Severity : std::uint8_t { error, warning };

// As compilers do: "file:line:column: error: description", then the line of the file with a mark
// below the place. For a place in an expression that has none in the file, the expression's line.
void print_issues(const std::vector<Issue>& issues, Severity severity, const LoadedFiles& files,
                  std::ostream& out, bool colour);

// What the files hold and Millrace does not read, a line each.
void tell_of_skipped(const LoadedFiles& files, std::ostream& out);

// A JSON array of {"culprit", "description", "workflow", "file", "line", "column"} and, for what is
// in an expression, "expression": {"line", "column"}.
std::string json_list(const std::vector<Issue>& issues);

}  // namespace millrace
