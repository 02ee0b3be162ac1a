#include "function/declaration.h"

namespace millrace {

std::vector<FunctionDeclaration> json_functions() {
  using enum Type;
  const ResultSignature error = {"error", String, "Empty where it went well."};
  return {
      {{.ref = "jsonParserParse",
        .arguments = {{"jsonText", {String}, true, "JSON."}},
        .results = {{"result", Any, "What came out."}, error},
        .help = "Reads JSON.",
        .example = "[{ target: jsonText, type: String, expr: \"text\" }]"}},
      {{.ref = "jsonParserStringify",
        .arguments = {{"jsonObject", {Any}, true, "Anything."}},
        .results = {{"result", String, "The text."}, error},
        .help = "Writes JSON.",
        .example = "[{ target: jsonObject, type: Any, expr: \"order\" }]"}},
      {{.ref = "jsonParserTemplate",
        .arguments = {{"template", {String}, true, "JSON with names to fill in."},
                      {"vars", {Vars}, false, "What to fill in."}},
        .results = {{"result", String, "The text."}, error},
        .help = "Fills in a template.",
        .example = "[{ target: template, type: String, expr: \"text\" }]"}},
  };
}

}  // namespace millrace
