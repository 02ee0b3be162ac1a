// A function of the expression language: declared once, with what the checker, the reference page
// and `millrace functions` tell of it, beside its behaviour.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "expression/fuel.h"
#include "value/outcome.h"
#include "value/value.h"

namespace millrace {

// What evaluation may use of the world outside, handed in by whoever runs it.
struct EvaluationContext {
  Fuel& fuel;
  const Clock& clock;
  Random& random;
};

// The kinds of parameter, by the letters of the reference page.
enum class ParameterKind : std::uint8_t {
  number,    // f: a Float only
  text,      // s
  boolean,   // b
  time,      // t: DateTime, or text in one of the known layouts
  list,      // L: Array, list, text list or bytes
  anything,  // x
};

struct Parameter {
  std::string_view name;
  ParameterKind kind;
};

// `arguments` are the function's own: it may move from them and change in place what it alone
// holds. Their number has been checked against the declaration, and number, text and boolean kinds
// too; time and list are checked by the body (their errors differ). null arrives as null.
using FunctionBody = Outcome (*)(EvaluationContext& context, std::span<Value> arguments);

struct Function {
  std::string_view name;
  std::string_view family;                // "strings": the section of the reference page
  std::span<const Parameter> parameters;  // with a variadic tail: the last one repeats
  std::uint8_t required;                  // how many must be given
  bool variadic;             // the last parameter may be given any number of times (also none)
  std::string_view result;   // "Integer", "text list": for the reference page
  std::string_view help;     // one sentence
  std::string_view example;  // an expression that works without variables
  std::string_view example_result;  // as operator text; empty where it differs from run to run
  FunctionBody body;
  // The result is the first argument, changed: in place where nobody else holds it. An error or
  // Needs leaves the first argument as it was.
  bool changes_first = false;
};

// nullptr where there is none of that name. Names are case-sensitive.
const Function* find_function(std::string_view name);

// All, by family and name.
std::span<const Function* const> all_functions();

}  // namespace millrace
