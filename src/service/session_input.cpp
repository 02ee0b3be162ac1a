#include "service/session_input.h"

#include <fmt/format.h>

#include "value/cast.h"

namespace millrace {
namespace {

Result<Value> as_declared(const std::string& name, Value given, const Dict& declared) {
  const Value* of_scope = declared.find(name);
  if (of_scope == nullptr || given.type() != Type::Any || of_scope->type() == Type::Any)
    return given;
  Outcome typed = cast(std::move(given), of_scope->type());
  if (auto* value = std::get_if<Value>(&typed)) return std::move(*value);
  if (auto* error = std::get_if<Error>(&typed)) return error->at(fmt::format("input \"{}\"", name));
  return Error(ErrorKind::bug, fmt::format("input \"{}\" waits for a reader", name));
}

}  // namespace

Dict session_facts() {
  return {{"eventType", Value::text("onManual").with_type(Type::String)},
          {"resourceType", Value::text("system").with_type(Type::String)},
          {"invoker", Value::null()},
          {"runner", Value::null()}};
}

Dict without_facts(Dict vars) {
  for (const auto& fact : session_facts()) vars.erase(fact.key());
  return vars;
}

Result<Dict> typed_input(const Plan& plan, const Dict& given) {
  Dict scope;
  for (const auto& entry : given) {
    const std::string name(entry.key());
    MILLRACE_TRY_ASSIGN(typed, as_declared(name, entry.value, plan.initial_scope()));
    scope.set(name, typed);
  }
  return scope;
}

}  // namespace millrace
