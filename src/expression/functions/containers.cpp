// Functions of KV, KVV and Vars.
#include <string>

#include "expression/functions/arguments.h"
#include "expression/functions/declare.h"
#include "expression/functions/families.h"
#include "value/cast.h"
#include "value/cast_texts.h"
#include "value/convert.h"
#include "value/path.h"

namespace millrace {
namespace {

constexpr std::string_view kContainers = "KV, KVV or Vars";

bool is_container(const Value& value) {
  return value.kind() == Kind::kv || value.kind() == Kind::kvv || value.kind() == Kind::vars;
}

Outcome set(EvaluationContext& context, Arguments arguments) {
  Value made;
  const bool from_map = arguments[0].is_map();
  if (from_map) {
    if (!pay_for_items(context, arguments[0].dict().size())) return context.fuel.exhausted();
    Outcome vars = cast(arguments[0], Type::Vars);
    if (!std::holds_alternative<Value>(vars)) return vars;
    made = std::get<Value>(std::move(vars));
  }
  Value& container = from_map ? made : arguments[0];
  if (!is_container(container)) {
    return wrong_argument("container", "KV, KVV, Vars or a map", container);
  }
  MILLRACE_TRY_ASSIGN(target, parse_target(arguments[1].as_text()));
  if (!pay_for_items(context, target.segments.size())) return context.fuel.exhausted();
  auto done = assign(container, target.segments, typed(std::move(arguments[2])));
  if (auto* error = std::get_if<Error>(&done)) return std::move(*error);
  if (auto* needs = std::get_if<Needs>(&done)) return std::move(*needs);
  return std::move(container);
}

// Each adds one entry of another container and says what went wrong, if anything did.
using Merged = Attempt<std::monostate>;

Merged merge_into_vars(Dict& entries, const Value& key, const Value& value) {
  entries.set(key, typed(value));
  return std::monostate{};
}

Merged merge_into_kv(Dict& entries, const Value& key, const Value& value) {
  Outcome text = cast_text(value);
  if (auto* error = std::get_if<Error>(&text)) {
    return invalid("\"" + std::string(key.as_text()) +
                   "\" has no place in a KV: " + error->message());
  }
  if (auto* needs = std::get_if<Needs>(&text)) return std::move(*needs);
  entries.set(key, std::get<Value>(std::move(text)));
  return std::monostate{};
}

Merged merge_into_kvv(Dict& entries, const Value& key, const Value& value) {
  Outcome texts = texts_to_put(value);
  if (auto* error = std::get_if<Error>(&texts)) {
    return invalid("\"" + std::string(key.as_text()) +
                   "\" has no place in a KVV: " + error->message());
  }
  if (auto* needs = std::get_if<Needs>(&texts)) return std::move(*needs);
  Value list = entries.take(key.as_text());
  if (list.is_absent()) {
    list = std::get<Value>(std::move(texts));
  } else {
    for (const Value& text : std::get<Value>(texts).items()) list.push_item(text);
  }
  entries.set(key, std::move(list));
  return std::monostate{};
}

Outcome merge(EvaluationContext& context, Arguments arguments) {
  for (const Value& argument : arguments) {
    if (!is_container(argument)) return wrong_argument("containers", kContainers, argument);
  }
  // Adding to Vars cannot fail once it is paid for; the others keep the first as it was.
  for (const Value& other : arguments.subspan(1)) {
    if (!pay_for_items(context, other.dict().size())) return context.fuel.exhausted();
  }
  const bool can_fail = arguments[0].kind() != Kind::vars;
  Value merged = can_fail ? arguments[0] : std::move(arguments[0]);
  const auto add = merged.kind() == Kind::vars ? merge_into_vars
                   : merged.kind() == Kind::kv ? merge_into_kv
                                               : merge_into_kvv;
  for (const Value& other : arguments.subspan(1)) {
    if (merged.dict().empty() && merged.kind() == other.kind()) {
      merged = other;
      continue;
    }
    Dict& entries = merged.dict_for_change();
    for (const Dict::Entry& entry : other.dict()) {
      Merged done = add(entries, entry.name, entry.value);
      if (auto* error = std::get_if<Error>(&done)) return std::move(*error);
      if (auto* needs = std::get_if<Needs>(&done)) return std::move(*needs);
    }
  }
  return merged;
}

Value with_entries(const Value& container, Dict entries) {
  switch (container.kind()) {
    case Kind::kv: return Value::kv(std::move(entries));
    case Kind::kvv: return Value::kvv(std::move(entries));
    default: return Value::vars(std::move(entries));
  }
}

Outcome filter(EvaluationContext& context, Arguments arguments) {
  const Value& container = arguments[0];
  if (!is_container(container)) return wrong_argument("container", kContainers, container);
  const Arguments keys = arguments.subspan(1);
  if (!pay_for_items(context, keys.size())) return context.fuel.exhausted();
  Dict entries;
  for (const Value& key : keys) {
    const Value* const value = container.dict().find(key.as_text());
    if (value != nullptr) entries.set(key, *value);
  }
  return with_entries(container, std::move(entries));
}

Outcome omit(EvaluationContext& context, Arguments arguments) {
  Value container = std::move(arguments[0]);
  if (!is_container(container)) return wrong_argument("container", kContainers, container);
  const Arguments keys = arguments.subspan(1);
  if (!pay_for_items(context, keys.size())) return context.fuel.exhausted();
  for (const Value& key : keys) {
    if (container.dict().contains(key.as_text())) container.dict_for_change().erase(key.as_text());
  }
  return container;
}

constexpr std::string_view kFamily = "containers";
constexpr Parameter kSet[] = {{"container", ParameterKind::anything},
                              {"path", ParameterKind::text},
                              {"value", ParameterKind::anything}};
constexpr Parameter kMerge[] = {{"container", ParameterKind::anything},
                                {"others", ParameterKind::anything}};
constexpr Parameter kKeys[] = {{"container", ParameterKind::anything},
                               {"keys", ParameterKind::text}};

constexpr Function kFunctions[] = {
    changing_first(declare(
        kFamily, "set", all_of(kSet), "the container", set,
        {"The KV, KVV or Vars with the value at the path, as an assignment to that target would "
         "put it there. A map becomes Vars.",
         "toJSON(set({\"a\": 1}, \"b\", true))",
         R"({"a":{"@value":1,"@type":"Float"},"b":{"@value":true,"@type":"Boolean"}})"})),
    changing_first(declare(
        kFamily, "merge", repeating(kMerge), "the container", merge,
        {"The entries of all the KV, KVV and Vars, as the kind of the first: in Vars and KV the "
         "later wins, in a KVV texts are added to those that are there.",
         "has(merge(set({}, \"a\", 1), set({}, \"b\", 2)), \"b\")", "true"})),
    declare(kFamily, "filter", repeating(kKeys), "the container", filter,
            {"The KV, KVV or Vars with only the entries of these keys.",
             "has(filter(set({\"a\": 1}, \"b\", 2), \"b\"), \"a\")", "false"}),
    declare(kFamily, "omit", repeating(kKeys), "the container", omit,
            {"The KV, KVV or Vars without the entries of these keys.",
             "has(omit(set({\"a\": 1}, \"b\", 2), \"b\"), \"a\")", "true"}),
};

}  // namespace

std::span<const Function> container_functions() { return kFunctions; }

}  // namespace millrace
