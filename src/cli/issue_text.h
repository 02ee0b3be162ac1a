// Issues and warnings of definitions as `check` and `run` show them.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/load.h"
#include "workflow/verify.h"

namespace millrace {

// A line each, "file:line:column: <word>: description".
void print_issues(const std::vector<Issue>& issues, std::string_view word, std::ostream& out);

// The same, and below what is in an expression, its line with a caret.
void print_issues_with_excerpts(const std::vector<Issue>& issues, std::string_view word,
                                std::ostream& out);

// What the files hold and Millrace does not read, a line each.
void tell_of_skipped(const LoadedFiles& files, std::ostream& out);

// A JSON array of {"culprit", "description", "workflow", "file", "line", "column"} and, for what is
// in an expression, "expression": {"line", "column"}.
std::string json_list(const std::vector<Issue>& issues);

}  // namespace millrace
