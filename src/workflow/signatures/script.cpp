#include "workflow/signatures/families.h"

namespace millrace::signatures {

std::vector<Signature> script() {
  using enum Type;
  return {
      {.ref = "jsenvExecute",
       .kind = Signature::Kind::function,
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
      {.ref = "corredorExec",
       .kind = Signature::Kind::function,
       .arguments = {},
       .results = {},
       .help = "Runs a script of a Corredor server.",
       .example = "",
       .available = false},
  };
}

}  // namespace millrace::signatures
