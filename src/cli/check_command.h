// `millrace check`: verifies definitions and lists every issue and warning.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace millrace {

struct CheckOptions {
  std::vector<std::string> files;  // "-": standard input
  std::string output = "text";     // or "json"
  bool strict = false;             // warnings count as issues
};

// Returns the exit status (cli/exit_status.h): 2 where a file cannot be read, else 3 where there is
// an issue.
int check_command(const CheckOptions& options, std::ostream& out, std::ostream& err);

}  // namespace millrace
