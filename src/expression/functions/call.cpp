#include "expression/functions/call.h"

#include <string>

#include "expression/functions/arguments.h"
#include "expression/functions/signature.h"

namespace millrace {
namespace {

Error in_function(const Function& function, const Error& error) {
  return error.with_message(signature(function) + ": " + error.message());
}

bool fits(ParameterKind kind, const Value& value) {
  switch (kind) {
    case ParameterKind::number: return value.is_float();
    case ParameterKind::text: return value.is_text();
    case ParameterKind::boolean: return value.is_boolean();
    default: return true;  // the body knows
  }
}

Error misfit(const Parameter& parameter, const Value& given) {
  Error error = wrong_argument(parameter.name, parameter_kind_text(parameter.kind), given);
  const bool integer = given.is_integer() || given.kind() == Value::Kind::unsigned_integer ||
                       given.kind() == Value::Kind::host_int;
  if (parameter.kind != ParameterKind::number || !integer) return error;
  return error.with_message(error.message() + "; float() makes one of it");
}

}  // namespace

Result<void> check_argument_count(const Function& function, std::size_t count) {
  const std::size_t least = function.required;
  const std::size_t most = function.parameters.size();
  if (count >= least && (function.variadic || count <= most)) return {};
  std::string wanted = std::to_string(least);
  if (function.variadic)
    wanted = "at least " + wanted;
  else if (most > least)
    wanted += " or " + std::to_string(most);
  const bool one = least == 1 && (function.variadic || most == 1);
  return in_function(
      function, Error(ErrorKind::invalid, "takes " + wanted + (one ? " argument" : " arguments") +
                                              ", not " + std::to_string(count)));
}

Outcome call_function(const Function& function, EvaluationContext& context,
                      std::span<Value> arguments) {
  if (!context.fuel.spend(1 + arguments.size())) return context.fuel.exhausted();
  if (auto counted = check_argument_count(function, arguments.size()); !counted) {
    return counted.error();
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Parameter& parameter = function.parameters[std::min(i, function.parameters.size() - 1)];
    if (!fits(parameter.kind, arguments[i])) {
      return in_function(function, misfit(parameter, arguments[i]));
    }
    // An item that pop() gave still has its type; what is given back unchanged must not have it.
    const bool is_scalar = parameter.kind <= ParameterKind::boolean;
    if (is_scalar && arguments[i].type() != Type::Any) {
      arguments[i] = std::move(arguments[i]).operand();
    }
  }
  Outcome outcome = function.body(context, arguments);
  if (const auto* error = std::get_if<Error>(&outcome);
      error && error->kind() == ErrorKind::invalid) {
    return in_function(function, *error);
  }
  return outcome;
}

}  // namespace millrace
