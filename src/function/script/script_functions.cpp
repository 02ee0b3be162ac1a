#include "function/declaration.h"
#include "function/script/jsenv_execute.h"

namespace millrace {

std::vector<FunctionDeclaration> script_functions() {
  using enum Type;
  return {
      {{.ref = "jsenvExecute",
        .arguments = {{"scope", {Any, Reader}, true, "What the script sees as input."},
                      {"source", {String}, true, "JavaScript: the body of a function of input."},
                      {"timeout", {Duration}, false, "Limit of the run; 0: none of its own."}},
        .results = {{"resultString", String,
                     "What the script returned, if that is a text; or empty."},
                    {"resultInt", Integer, "If that is a whole number; or 0."},
                    {"resultBool", Boolean, "If that is true or false; or false."},
                    {"resultAny", Any, "Whatever it is."}},
        .help = "Runs JavaScript in a process of its own.",
        .example = "[{ target: scope, type: Any, expr: \"n\" }, "
                   "{ target: source, type: String, value: \"return input * 2\" }]"},
       &jsenv_execute},
      {{.ref = "corredorExec",
        .arguments = {},
        .results = {},
        .help = "Runs a script of a Corredor server.",
        .example = ""}},
  };
}

}  // namespace millrace
