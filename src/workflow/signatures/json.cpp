#include "workflow/signatures/families.h"

namespace millrace::signatures {

std::vector<Signature> json() {
  using enum Type;
  constexpr auto kFunction = Signature::Kind::function;
  const std::vector<ResultSignature> results = {{"result", Any, "What came out."},
                                                {"error", String, "Empty where it went well."}};
  const std::vector<ResultSignature> text_results = {
      {"result", String, "The text."}, {"error", String, "Empty where it went well."}};
  return {
      {.ref = "jsonParserParse",
       .kind = kFunction,
       .arguments = {{"jsonText", {String}, true, "JSON."}},
       .results = results,
       .help = "Reads JSON.",
       .example = "[{ target: jsonText, type: String, expr: \"text\" }]"},
      {.ref = "jsonParserStringify",
       .kind = kFunction,
       .arguments = {{"jsonObject", {Any}, true, "Anything."}},
       .results = text_results,
       .help = "Writes JSON.",
       .example = "[{ target: jsonObject, type: Any, expr: \"order\" }]"},
      {.ref = "jsonParserTemplate",
       .kind = kFunction,
       .arguments = {{"template", {String}, true, "JSON with names to fill in."},
                     {"vars", {Vars}, false, "What to fill in."}},
       .results = results,
       .help = "Fills in a template and reads the result as JSON.",
       .example = "[{ target: template, type: String, expr: \"text\" }]"},
  };
}

}  // namespace millrace::signatures
