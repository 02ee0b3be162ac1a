#include "function/arguments.h"

#include <fmt/format.h>

#include "value/cast.h"

namespace millrace {

std::string Arguments::describe(std::string_view name) const {
  return fmt::format("argument \"{}\" of step {}", name, call_.step);
}

std::string Arguments::about(std::string_view name, std::string_view why) const {
  return fmt::format("{}: {}", describe(name), why);
}

Error Arguments::invalid(std::string_view name, std::string_view why) const {
  return {ErrorKind::invalid, about(name, why)};
}

const Value* Arguments::find(std::string_view name) const {
  const Value* value = call_.arguments.find(name);
  return value == nullptr || value->is_null() || value->is_absent() ? nullptr : value;
}

Outcome Arguments::cast_to(std::string_view name, Type type) const {
  const Value* given = find(name);
  if (given == nullptr) return Value::absent();
  auto outcome = cast(*given, type);
  if (auto* error = std::get_if<Error>(&outcome)) {
    return error->with_message(about(name, error->message()));
  }
  return outcome;
}

Task<Result<Value>> Arguments::get(Scope& step, std::string_view name, Type type) const {
  while (true) {
    auto outcome = cast_to(name, type);
    if (auto* value = std::get_if<Value>(&outcome)) co_return std::move(*value);
    if (auto* error = std::get_if<Error>(&outcome)) co_return std::move(*error);
    auto drained = co_await effects_.drain(step, std::get<Needs>(outcome).reader);
    if (!drained) co_return drained.error();
  }
}

Task<Result<std::string>> Arguments::text(Scope& step, std::string_view name) const {
  auto value = co_await get(step, name, Type::String);
  if (!value) co_return value.error();
  co_return value->is_absent() ? std::string() : std::string(value->as_text());
}

}  // namespace millrace
