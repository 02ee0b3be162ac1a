// Evaluating compiled expressions. Nothing here waits, and nothing here keeps state between calls.
#pragma once

#include "expression/function.h"
#include "expression/program.h"
#include "value/outcome.h"
#include "value/variables.h"

namespace millrace {

// The result as an operand: untyped, or an Array, KV, KVV or Vars, or an item of an Array with its
// type where pop() or shift() gave it. An error says which part of the expression failed and why.
// Needs names a reader: drain it and evaluate again from the start. `variables` has slots of the
// Names that the program was compiled with.
Outcome evaluate(const Program& program, const Variables& variables, EvaluationContext& context);

// The same for a result that will replace the variable CompileOptions::replaced: a value that this
// variable alone holds may be changed in place instead of copied. After success that variable may
// be unset: set it to the result. After an error or Needs all variables are as they were.
Outcome evaluate_in_place(const Program& program, Variables& variables, EvaluationContext& context);

// Whether a condition (of a path, a loop, a test) holds, by what its expression gave: unless that
// is empty. "false" holds; null, "", 0 and [] do not.
bool condition_holds(const Value& result);

}  // namespace millrace
