#include "cli/run_input.h"

#include <fmt/format.h>

#include "base/random.h"
#include "expression/evaluate.h"
#include "service/session_input.h"
#include "value/convert.h"
#include "value/json.h"
#include "workflow/load.h"

namespace millrace {

namespace {

Result<Dict> read_input(const RunInput& input) {
  if (!input.file.empty() && input.json) {
    return Error(ErrorKind::invalid, "give --input or --input-json, not both");
  }
  if (input.file.empty() && !input.json) return Dict();
  std::string text = input.json.value_or("");
  std::string where = "--input-json";
  if (!input.file.empty()) {
    MILLRACE_TRY_ASSIGN(content, read_file(input.file, JsonLimits().bytes));
    text = std::move(content);
    where = input.file == "-" ? "standard input (--input)" : input.file;
  }
  auto values = from_json_input(text);
  if (!values) return values.error().at(where);
  return values;
}

Result<void> add_variable(const std::string& assignment, Dict& scope, const Clock& clock) {
  const auto equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    return Error(ErrorKind::invalid,
                 fmt::format("--var {}: write NAME=EXPR, such as --var 'limit=10'", assignment));
  }
  const std::string name = assignment.substr(0, equals);
  const std::string where = "--var " + name;
  auto names = make_ref<Names>();
  auto program = compile_expression(assignment.substr(equals + 1), *names);
  if (!program) {
    // On the command line one line is enough: the expression stands right there.
    const std::string& message = program.error().message();
    return program.error().with_message(message.substr(0, message.find('\n'))).at(where);
  }
  Fuel fuel{FuelLimits{}};
  Random random = Random::from_system();
  EvaluationContext context{fuel, clock, random};
  Outcome outcome = evaluate(**program, Variables(names, scope), context);
  if (auto* error = std::get_if<Error>(&outcome)) return error->at(where);
  if (auto* value = std::get_if<Value>(&outcome)) scope.set(name, typify(std::move(*value)));
  return {};
}

}  // namespace

Result<Dict> starting_scope(const Plan& plan, const RunInput& input, const Clock& clock) {
  MILLRACE_TRY_ASSIGN(given, read_input(input));
  MILLRACE_TRY_ASSIGN(scope, typed_input(plan, given));
  if (input.variables.empty()) return scope;
  Dict all = plan.initial_scope();
  for (const auto& entry : scope) all.set(entry.name, entry.value);
  for (const std::string& assignment : input.variables) {
    MILLRACE_TRY(add_variable(assignment, all, clock));
  }
  return all;
}

}  // namespace millrace
