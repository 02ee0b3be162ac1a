#include "cli/functions_command.h"

#include <boost/json.hpp>

#include "cli/exit_status.h"
#include "cli/expression_functions.h"
#include "cli/step_functions.h"

namespace millrace {
namespace {

using Write = void (*)(std::ostream& out);

void write_json(bool steps, bool expressions, std::ostream& out) {
  boost::json::object all;
  if (steps) all["steps"] = step_functions_json();
  if (expressions) all["expressions"] = expression_functions_json();
  out << boost::json::serialize(all) << '\n';
}

void write_each(bool steps, Write write_steps, bool expressions, Write write_expressions,
                std::ostream& out) {
  if (steps) write_steps(out);
  if (steps && expressions) out << '\n';
  if (expressions) write_expressions(out);
}

}  // namespace

int functions_command(const FunctionsOptions& options, std::ostream& out) {
  const bool steps = options.of != FunctionsOf::expressions;
  const bool expressions = options.of != FunctionsOf::steps;
  switch (options.output) {
    case FunctionsOutput::json: write_json(steps, expressions, out); break;
    case FunctionsOutput::text:
      write_each(steps, &write_step_functions, expressions, &write_expression_functions, out);
      break;
    case FunctionsOutput::markdown:
      write_each(steps, &write_step_reference, expressions, &write_expression_reference, out);
      break;
  }
  return kExitDone;
}

}  // namespace millrace
