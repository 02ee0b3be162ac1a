// `millrace eval`: one expression and its typed value, or with --batch as many as come on standard
// input.
#pragma once

#include <iosfwd>
#include <string>

namespace millrace {

struct EvalOptions {
  std::string expression;  // empty with batch
  std::string scope_file;  // variables, a JSON object of typed or plain values; empty: none
  std::string type;        // what the result is cast to; empty: Any
  bool batch = false;
};

// Returns the exit status (cli/exit_status.h): 2 for an expression that does not parse and for
// input that cannot be read, 1 where evaluating fails. A batch answers errors in its lines and
// returns 0.
int eval_command(const EvalOptions& options, std::istream& in, std::ostream& out,
                 std::ostream& err);

}  // namespace millrace
