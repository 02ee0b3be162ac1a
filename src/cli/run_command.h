// `millrace run`: one workflow in this process, from its file to its result.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

struct RunOptions {
  std::vector<std::string> files;  // "-": standard input
  std::string workflow;            // handle; empty: the only one
  std::string input_file;
  std::optional<std::string> input_json;
  std::vector<std::string> variables;  // NAME=EXPR
  std::string step;                    // id of the step to start at
  std::optional<std::string> timeout;  // duration
  std::string answers;                 // file with answers to prompts; empty: none
  std::string config;                  // file with settings; empty: none
  std::string output = "text";         // or "json"
  bool trace = false;
  std::string clock = "real";  // or "virtual"
};

// Returns the exit status (cli/exit_status.h).
int run_command(const RunOptions& options, std::ostream& out, std::ostream& err);

}  // namespace millrace
