// jsonParserParse, jsonParserStringify, jsonParserTemplate: what is wrong with the text given to
// them does not fail the step but is their result `error`.
#include "expression/functions/to_json.h"
#include "expression/functions/unicode.h"
#include "function/arguments.h"
#include "function/declaration.h"
#include "function/json/json_template.h"
#include "function/json/plain_json.h"
#include "function/json/read_json.h"
#include "value/blank.h"

namespace millrace {
namespace {

Value text(std::string content) { return Value::text(std::move(content)).with_type(Type::String); }

Dict succeeded(Value result) { return {{"result", std::move(result)}, {"error", text("")}}; }
Dict failed(Value result, std::string error) {
  return {{"result", std::move(result)}, {"error", text(std::move(error))}};
}

Task<Result<Dict>> json_parse(Scope& step, FunctionContext context, FunctionCall call) {
  const Arguments arguments(call, context.effects);
  auto json = co_await arguments.text(step, "jsonText");
  if (!json) co_return json.error();
  if (json->empty()) co_return failed(Value::null(), "jsonText is empty");
  // Bytes that are no UTF-8 become U+FFFD, as by the reference.
  auto read = co_await read_json(step, context, trim_spaces(*json), true);
  if (!read) co_return read.error();
  if (read->error) co_return failed(Value::null(), read->error->message());
  co_return succeeded(std::move(read->value));
}

Task<Result<Dict>> json_stringify(Scope& step, FunctionContext context, FunctionCall call) {
  const Arguments arguments(call, context.effects);
  const Value* given = arguments.find("jsonObject");
  Value object = given == nullptr ? Value::text("") : *given;
  if (object.is_text() || object.is_reader()) {
    auto content = co_await arguments.text(step, "jsonObject");
    if (!content) co_return content.error();
    if (is_blank(*content)) co_return failed(text(""), "jsonObject is empty");
    auto json = co_await find_json(step, context, *content);
    if (!json && step.stopped()) co_return json.error();
    if (!json) co_return failed(text(""), json.error().message());
    if (*json) co_return succeeded(text(std::move(**json)));
    object = Value::text(std::move(*content));
  }
  Fuel fuel(context.fuel);
  auto json = co_await plain_json(step, context.effects, fuel, std::move(object));
  if (json) co_return succeeded(text(std::move(*json)));
  if (json.error().kind() != ErrorKind::invalid) co_return json.error();
  co_return failed(text(""), json.error().message());
}

Task<Result<Dict>> json_template(Scope& step, FunctionContext context, FunctionCall call) {
  const Arguments arguments(call, context.effects);
  auto pattern = co_await arguments.text(step, "template");
  if (!pattern) co_return pattern.error();
  if (pattern->empty()) co_return failed(text(""), "template is empty");
  auto vars = co_await arguments.get(step, "vars", Type::Vars);
  if (!vars) co_return vars.error();
  if (!vars->has_dict()) co_return succeeded(text(std::move(*pattern)));
  Fuel fuel(context.fuel);
  auto filled = fill_template(fuel, *pattern, vars->dict());
  if (!filled) co_return filled.error();
  co_return succeeded(text(std::move(*filled)));
}

const ResultSignature kError = {"error", Type::String,
                                "What was wrong with it; empty where nothing was."};

}  // namespace

std::vector<FunctionDeclaration> json_functions() {
  using enum Type;
  return {
      {{.ref = "jsonParserParse",
        .arguments = {{"jsonText", {String}, true, "JSON."}},
        .results = {{"result", Any, "The value; numbers are Float. Null where there is an error."},
                    kError},
        .help = "Reads JSON. What is wrong with it does not fail the step but is in error.",
        .example = "[{ target: jsonText, type: String, value: '{\"a\": [1, 2]}' }]"},
       &json_parse},
      {{.ref = "jsonParserStringify",
        .arguments = {{"jsonObject",
                       {Any},
                       true,
                       "Any value. A text that is JSON is given back without blanks around it; one "
                       "that begins like an object or a list may have texts between backquotes, as "
                       "JavaScript has them; any other text becomes a JSON text."}},
        .results = {{"result", String, "The JSON, keys sorted, without types."}, kError},
        .help = "Writes a value as JSON.",
        .example = "[{ target: jsonObject, type: Any, expr: '{\"a\": [1, 2]}' }]"},
       &json_stringify},
      {{.ref = "jsonParserTemplate",
        .arguments =
            {{"template",
              {String},
              true,
              "Text in which ${var.path} stands for what vars have under path. The part "
              "before the first dot is only a name for the whole."},
             {"vars", {Vars}, false, "What to fill in; without it the template is the result."}},
        .results = {{"result", String, "The text; what names nothing is left as it was."}, kError},
        .help = "Fills values into a JSON text, escaped to stand between quotes.",
        .example = "[{ target: template, type: String, value: '{\"name\": \"${var.name}\"}' }, "
                   "{ target: vars, type: Vars, expr: '{\"name\": \"Ann\"}' }]"},
       &json_template},
  };
}

}  // namespace millrace
