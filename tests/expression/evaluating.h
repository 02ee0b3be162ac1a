// Evaluating a line of source in a test, over variables given by name.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "expression/argument.h"
#include "expression/evaluate.h"
#include "value/json.h"

namespace millrace {

struct Evaluating {
  Ref<Names> names = make_ref<Names>();
  Variables variables{names};
  Fuel fuel{FuelLimits{}};
  VirtualClock clock;
  Random random{1};
  EvaluationContext context{fuel, clock, random};

  Evaluating() = default;
  Evaluating(const Evaluating&) = delete;
  Evaluating& operator=(const Evaluating&) = delete;

  // Variables from a JSON object of typed or plain values.
  explicit Evaluating(std::string_view json) {
    const Dict scope = *from_json_input(json);
    for (const Dict::Entry& entry : scope) names->add(entry.key());
    variables.merge(scope);
  }

  Outcome operator()(std::string_view source) {
    auto program = compile_expression(source, *names);
    if (!program) return program.error();
    return evaluate(**program, variables, context);
  }

  // The result as plain JSON, or "error: " and the message, or "needs".
  std::string json(std::string_view source) {
    const Outcome outcome = (*this)(source);
    if (const auto* error = std::get_if<Error>(&outcome)) return "error: " + error->message();
    if (std::holds_alternative<Needs>(outcome)) return "needs";
    const Attempt<std::string> text = to_json(std::get<Value>(outcome));
    if (const auto* error = std::get_if<Error>(&text)) return "no JSON: " + error->message();
    return std::get<std::string>(text);
  }

  std::string error(std::string_view source) {
    const Outcome outcome = (*this)(source);
    const auto* error = std::get_if<Error>(&outcome);
    return error == nullptr ? "no error" : error->message();
  }
};

}  // namespace millrace
