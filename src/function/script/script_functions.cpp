#include "function/declaration.h"

namespace millrace {

std::vector<FunctionDeclaration> script_functions() {
  using enum Type;
  return {
      {{.ref = "jsenvExecute",
        .arguments = {{"scope", {Any, Reader}, true, "What the script sees as input."},
                      {"source", {String}, true, "JavaScript: the body of a function."}},
        .results = {{"resultString", String, "What the script returned, as text."},
                    {"resultInt", Integer, "As a whole number."},
                    {"resultBool", Boolean, "As a truth value."},
                    {"resultAny", Any, "As it is."}},
        .help = "Runs JavaScript in a process of its own.",
        .example = "[{ target: scope, type: Any, expr: \"n\" }, "
                   "{ target: source, type: String, value: \"return input * 2\" }]"}},
      {{.ref = "corredorExec",
        .arguments = {},
        .results = {},
        .help = "Runs a script of a Corredor server.",
        .example = ""}},
  };
}

}  // namespace millrace
