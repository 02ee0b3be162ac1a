#include "cli/eval_command.h"

#include <iostream>
#include <optional>

#include "cli/eval_batch.h"
#include "cli/exit_status.h"
#include "expression/evaluate.h"
#include "value/cast.h"
#include "value/json.h"
#include "value/type_name.h"
#include "workflow/load.h"

namespace millrace {
namespace {

int refuse(std::ostream& err, int status, const Error& error) {
  err << "millrace eval: " << error.to_line() << '\n';
  return status;
}

Result<Dict> read_scope(const std::string& file) {
  if (file.empty()) return Dict();
  MILLRACE_TRY_ASSIGN(text, read_file(file, JsonLimits().bytes));
  auto scope = from_json_input(text);
  if (!scope) return scope.error().at(file);
  return scope;
}

// Readers in a scope from a file have their content, so nothing is ever needed.
Result<Value> settled(Outcome outcome) {
  if (auto* value = std::get_if<Value>(&outcome)) return std::move(*value);
  if (auto* error = std::get_if<Error>(&outcome)) return *error;
  return Error(ErrorKind::bug, "a reader without content");
}

Result<Value> evaluate_once(const Program& program, const Variables& variables, Type type) {
  const RealClock clock;
  Random random = Random::from_system();
  Fuel fuel{FuelLimits{}};
  EvaluationContext context{fuel, clock, random};
  MILLRACE_TRY_ASSIGN(result, settled(evaluate(program, variables, context)));
  return settled(type_result(std::move(result), type, std::nullopt));
}

}  // namespace

int eval_command(const EvalOptions& options, std::istream& in, std::ostream& out,
                 std::ostream& err) {
  if (options.batch != options.expression.empty()) {
    err << "millrace eval: give an expression, or --batch to read requests from standard input\n";
    return kExitUsage;
  }
  const auto scope = read_scope(options.scope_file);
  if (!scope) return refuse(err, kExitUsage, scope.error());
  if (options.batch) {
    // Only a stream with a buffer of its own knows whether a further line is waiting.
    std::ios::sync_with_stdio(false);
    answer_batch(*scope, in, out);
    return kExitDone;
  }
  const auto type = read_type_name(options.type);
  if (!type) return refuse(err, kExitUsage, type.error());
  auto names = make_ref<Names>();
  const auto program = compile_expression(options.expression, *names);
  if (!program) return refuse(err, kExitUsage, program.error());
  const auto result = evaluate_once(**program, Variables(names, *scope), *type);
  if (!result) return refuse(err, kExitFailed, result.error());
  const auto text = to_typed_json(*result);
  if (!text) return refuse(err, kExitFailed, text.error());
  out << *text << '\n';
  return kExitDone;
}

}  // namespace millrace
