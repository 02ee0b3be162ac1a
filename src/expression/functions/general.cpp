// Functions of any value: whether there is one, and how much of it.
#include "expression/functions/arguments.h"
#include "expression/functions/declare.h"
#include "expression/functions/families.h"
#include "value/convert.h"

namespace millrace {
namespace {

bool is_nil(const Value& value) {
  return value.is_null() || (value.kind() == Kind::instant && value.as_instant().null);
}

Outcome coalesce(EvaluationContext&, Arguments arguments) {
  for (Value& argument : arguments) {
    if (!is_nil(argument)) return std::move(argument);
  }
  return Value::null();
}

Outcome is_nil(EvaluationContext&, Arguments arguments) {
  return Value::boolean(is_nil(arguments[0]));
}

Outcome is_empty(EvaluationContext&, Arguments arguments) {
  return Value::boolean(is_empty(arguments[0]));
}

Outcome length(EvaluationContext&, Arguments arguments) {
  const Value& value = arguments[0];
  if (is_nil(value) || is_empty(value)) return Value::host_int(0);
  switch (value.kind()) {
    case Kind::text: return Value::host_int(static_cast<std::int64_t>(value.as_text().size()));
    case Kind::bytes: return Value::host_int(static_cast<std::int64_t>(value.as_bytes().size()));
    case Kind::list:
    case Kind::text_list: return Value::host_int(static_cast<std::int64_t>(value.items().size()));
    case Kind::map: return Value::host_int(static_cast<std::int64_t>(value.dict().size()));
    case Kind::array:
      return wrong_argument("value", "text, list, map or Bytes (count() counts an Array)", value);
    case Kind::instant:
    case Kind::url:
    case Kind::reader:
    case Kind::kv:
    case Kind::kvv:
    case Kind::vars:
    case Kind::meta:
    case Kind::opaque: return wrong_argument("value", "text, list, map or Bytes", value);
    default: return Value::host_int(0);
  }
}

constexpr std::string_view kFamily = "general";
constexpr Parameter kValue[] = {{"value", ParameterKind::anything}};
constexpr Parameter kValues[] = {{"values", ParameterKind::anything}};

constexpr Function kFunctions[] = {
    declare(kFamily, "coalesce", repeating(kValues), "the value", coalesce,
            {"The first value that is not null, else null; empty texts and lists and 0 are values.",
             "coalesce(pop([]), 1)", "1"}),
    declare(kFamily, "isNil", all_of(kValue), "Boolean", is_nil,
            {"Whether the value is null, or a DateTime without a value.", "isNil(\"\")", "false"}),
    declare(kFamily, "isEmpty", all_of(kValue), "Boolean", is_empty,
            {"Whether the value is null, false, 0, \"\", or has no items. A KV or KVV never is.",
             "isEmpty([])", "true"}),
    declare(
        kFamily, "length", all_of(kValue), "whole number", length,
        {"Bytes of a text, items of a list or map; 0 for scalars and what is empty. An Array, KV, "
         "KVV or Vars with items is an error: count() counts an Array.",
         "length(\"hello\")", "5"}),
};

}  // namespace

std::span<const Function> general_functions() { return kFunctions; }

}  // namespace millrace
