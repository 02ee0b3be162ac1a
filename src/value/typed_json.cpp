// Reading typed values out of JSON documents.
#include <optional>

#include "base/near.h"
#include "value/base64.h"
#include "value/cast.h"
#include "value/convert.h"
#include "value/json.h"

namespace millrace {
namespace {

using Kind = Value::Kind;

// A document's numbers as plain JSON has them.
Value with_floats(const Value& document) {
  switch (document.kind()) {
    case Kind::integer:
    case Kind::unsigned_integer: return Value::floating(*to_number(document));
    case Kind::list: {
      Value::Items items;
      items.reserve(document.items().size());
      for (const Value& item : document.items()) items.push_back(with_floats(item));
      return Value::list(std::move(items));
    }
    case Kind::map: {
      Dict entries;
      for (const Dict::Entry& entry : document.dict()) {
        entries.set(entry.name, with_floats(entry.value));
      }
      return Value::map(std::move(entries));
    }
    default: return document;
  }
}

const Value* type_mark(const Value& document) {
  return document.is_map() ? document.dict().find("@type") : nullptr;
}

Result<Value> typed_or_any(const Value& document) {
  return type_mark(document) != nullptr ? from_typed(document) : with_floats(document);
}

// `error`, its place within `part`.
Error within(std::string part, const Error& error) {
  if (!error.where().empty()) part.append(", ").append(error.where());
  return error.at(std::move(part));
}

Result<Value> typed_array(const Value& content) {
  if (content.is_null()) return Value::array({});
  if (!content.is_list()) {
    return Error(ErrorKind::invalid, "an Array wants a list, not " + describe(content));
  }
  Value::Items items;
  items.reserve(content.items().size());
  for (const Value& item : content.items()) {
    auto typed = typed_or_any(item);
    if (!typed) return within("item " + std::to_string(items.size()), typed.error());
    items.push_back(std::move(*typed));
  }
  return Value::array(std::move(items));
}

Result<Value> typed_vars(const Value& content) {
  if (content.is_null()) return Value::vars({});
  if (!content.is_map()) {
    return Error(ErrorKind::invalid, "Vars want an object, not " + describe(content));
  }
  MILLRACE_TRY_ASSIGN(vars, from_input(content));
  return Value::vars(std::move(vars));
}

Result<Value> typed_bytes(const Value& content) {
  if (content.is_null()) return Value::bytes("").with_type(Type::Bytes);
  const auto bytes = content.is_text() ? from_base64(content.as_text()) : std::nullopt;
  if (!bytes) {
    return Error(ErrorKind::invalid, "Bytes want a text in Base64, not " + describe(content));
  }
  return Value::bytes(*bytes).with_type(Type::Bytes);
}

Result<Value> typed_by_cast(const Value& content, Type type) {
  // A Reader that was not drained when it was written has no content here.
  const bool is_gone = type == Type::Reader && content.is_null();
  Outcome cast_value = cast(is_gone ? Value::text("") : content, type);
  if (Value* value = std::get_if<Value>(&cast_value)) return std::move(*value);
  return std::get<Error>(std::move(cast_value));
}

Error unknown_type(std::string_view name) {
  std::string message = "there is no type \"" + std::string(name) + "\"";
  if (const auto near = nearest(name, type_names())) {
    message.append(": did you mean ").append(*near).append("?");
  }
  return Error(ErrorKind::invalid, std::move(message));
}

}  // namespace

Result<Value> from_typed(const Value& document) {
  const Value* mark = type_mark(document);
  if (mark == nullptr || !mark->is_text()) {
    return Error(ErrorKind::invalid,
                 R"(a typed value is written as {"@type": "Integer", "@value": 4},)"
                 " not as " +
                     describe(document));
  }
  const auto type = type_from_name(mark->as_text());
  if (!type) return unknown_type(mark->as_text());
  const Value* found = document.dict().find("@value");
  const Value content = found != nullptr ? *found : Value::null();
  switch (*type) {
    case Type::Any: return with_floats(content);
    case Type::Array: return typed_array(content);
    case Type::Vars: return typed_vars(content);
    case Type::Bytes: return typed_bytes(content);
    case Type::Meta: return typed_by_cast(with_floats(content), Type::Meta);
    default: return typed_by_cast(content, *type);
  }
}

Result<Dict> from_input(const Value& document) {
  if (!document.is_map()) {
    return Error(ErrorKind::invalid,
                 "an object of values by name is wanted, not " + describe(document));
  }
  Dict values;
  for (const Dict::Entry& entry : document.dict()) {
    auto value = typed_or_any(entry.value);
    if (!value) return within("\"" + std::string(entry.key()) + "\"", value.error());
    values.set(entry.name, std::move(*value));
  }
  return values;
}

Result<Value> from_typed_json(std::string_view text, const JsonLimits& limits) {
  MILLRACE_TRY_ASSIGN(document, parse_exact_json(text, limits));
  return from_typed(document);
}

Result<Dict> from_json_input(std::string_view text, const JsonLimits& limits) {
  MILLRACE_TRY_ASSIGN(document, parse_exact_json(text, limits));
  return from_input(document);
}

}  // namespace millrace
