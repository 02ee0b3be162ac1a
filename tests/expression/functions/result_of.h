// What an expression gives in a test, over variables from JSON.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "expression/argument.h"
#include "expression/evaluate.h"
#include "value/cast.h"
#include "value/convert.h"
#include "value/json.h"

namespace millrace {

struct Trial {
  std::string_view scope = "{}";
  FuelLimits limits = {};

  Outcome outcome(std::string_view source) const {
    return outcome(source, *from_json_input(scope));
  }

  Outcome outcome(std::string_view source, const Dict& variables_given) const {
    const auto names = make_ref<Names>();
    const auto program = compile_expression(source, *names);
    if (!program) return program.error();
    const Variables variables(names, variables_given);
    Fuel fuel(limits);
    const VirtualClock clock(WallTime(Nanos(1'614'834'367'000'000'005)));
    Random random(1);
    EvaluationContext context{fuel, clock, random};
    return evaluate(**program, variables, context);
  }

  // Operator text, or "error: " and the first line of the message, or "needs".
  std::string text(std::string_view source) const {
    return show(outcome(source), [](const Value& value) {
      return std::string(std::get<Value>(operator_text(value)).as_text());
    });
  }

  // Typed JSON, as the result of an argument of type Any would be stored.
  std::string typed(std::string_view source) const {
    return show(outcome(source), [](const Value& value) {
      return *to_typed_json(std::get<Value>(type_result(value, Type::Any, {})));
    });
  }

 private:
  template <class Print>
  static std::string show(const Outcome& outcome, Print print) {
    if (std::holds_alternative<Needs>(outcome)) return "needs";
    if (const auto* error = std::get_if<Error>(&outcome)) {
      return "error: " + error->message().substr(0, error->message().find('\n'));
    }
    return print(std::get<Value>(outcome));
  }
};

inline std::string text_of(std::string_view source, std::string_view scope = "{}") {
  return Trial{.scope = scope}.text(source);
}

inline std::string typed_of(std::string_view source, std::string_view scope = "{}") {
  return Trial{.scope = scope}.typed(source);
}

inline bool fails(std::string_view source, std::string_view scope = "{}") {
  return text_of(source, scope).starts_with("error: ");
}

}  // namespace millrace
