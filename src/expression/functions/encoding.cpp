#include "expression/functions/arguments.h"
#include "expression/functions/declare.h"
#include "expression/functions/families.h"
#include "expression/functions/to_json.h"
#include "value/base64.h"

namespace millrace {
namespace {

Outcome encoded(EvaluationContext& context, std::string_view bytes) {
  if (!pay_for_text(context, bytes.size() / 3 * 4 + 4)) return context.fuel.exhausted();
  return text(to_base64(bytes));
}

Outcome base64_encode(EvaluationContext& context, Arguments arguments) {
  const Value& value = arguments[0];
  if (value.is_text()) return encoded(context, value.as_text());
  if (value.kind() == Kind::bytes) return encoded(context, value.as_bytes());
  if (!value.is_reader()) return Value::text("");
  const auto content = value.as_reader()->drained();
  if (!content) return Needs{value.as_reader()};
  if (!*content) return content->error();
  return encoded(context, **content);
}

Outcome to_json(EvaluationContext& context, Arguments arguments) {
  Attempt<std::string> json = to_reference_json(context.fuel, arguments[0], JsonTypes::kept);
  if (auto* error = std::get_if<Error>(&json)) return std::move(*error);
  if (auto* needs = std::get_if<Needs>(&json)) return std::move(*needs);
  return text(std::get<std::string>(std::move(json)));
}

constexpr std::string_view kFamily = "encoding";
constexpr Parameter kValue[] = {{"value", ParameterKind::anything}};

constexpr Function kFunctions[] = {
    declare(kFamily, "base64encode", all_of(kValue), "text", base64_encode,
            {"A text, Bytes or the content of a Reader in base64; \"\" for anything else.",
             "base64encode(\"hello\")", "aGVsbG8="}),
    declare(kFamily, "toJSON", all_of(kValue), "text", to_json,
            {"The value as JSON. The items of an Array and the entries of Vars keep their types as "
             "`{\"@value\": …, \"@type\": …}`, everything else is plain. \"\" when a number within "
             "is not "
             "finite.",
             "toJSON({\"a\": [1, true]})", R"({"a":[1,true]})"}),
};

}  // namespace

std::span<const Function> encoding_functions() { return kFunctions; }

}  // namespace millrace
