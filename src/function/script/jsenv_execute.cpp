#include "function/script/jsenv_execute.h"

#include "function/arguments.h"
#include "scope/combine.h"
#include "value/pack.h"

namespace millrace {
namespace {

// As the script is given it. Errors name the argument.
Task<Result<void>> add_input(Scope& step, FunctionContext context, const Arguments& arguments,
                             ScriptCall& into) {
  const Value* given = arguments.find("scope");
  auto packed = pack(given == nullptr ? Value::null() : *given);
  if (!packed) {
    const bool is_opaque = packed.error().kind() == ErrorKind::invalid;
    co_return is_opaque ? arguments.invalid("scope",
                                            "an EmailMessage or HttpRequest cannot be given to a "
                                            "script: give it what it needs of that")
                        : packed.error();
  }
  into.input = std::move(packed->bytes);
  for (const Ref<Reader>& reader : packed->readers) {
    auto drained = co_await context.effects.drain(step, reader);
    if (!drained) co_return drained.error();
    const auto content = reader->drained();
    if (!*content) co_return content->error();
    into.readers.emplace_back(**content);
  }
  co_return Result<void>();
}

Task<Result<Limit>> limit_of(Scope& step, FunctionContext context, const Arguments& arguments) {
  auto given = co_await arguments.get(step, "timeout", Type::Duration);
  if (!given) co_return given.error();
  if (given->kind() != Value::Kind::duration) {
    co_return Limit{context.scripts.limits().timeout, "setting script.timeout"};
  }
  if (given->as_duration() < Nanos{0}) co_return arguments.invalid("timeout", "it is negative");
  co_return Limit{given->as_duration(), arguments.describe("timeout")};
}

// As the reference does: each result but resultAny is for one type, and empty where the script
// returned another.
Dict results_of(Value returned) {
  Dict results;
  const bool is_text = returned.is_text();
  const bool is_integer = returned.is_integer();
  results.set("resultString", (is_text ? returned : Value::text("")).with_type(Type::String));
  results.set("resultInt",
              Value::integer(is_integer ? returned.as_integer() : 0).with_type(Type::Integer));
  results.set(
      "resultBool",
      Value::boolean(returned.is_boolean() && returned.as_boolean()).with_type(Type::Boolean));
  results.set("resultAny", std::move(returned));
  return results;
}

// With the place in the script; limits in time and stops name their own origin.
Error of_source(const Arguments& arguments, const Error& error) {
  if (error.kind() != ErrorKind::invalid && error.kind() != ErrorKind::exhausted) return error;
  std::string place = arguments.describe("source");
  if (!error.where().empty()) place += ", " + error.where();
  return {error.kind(), place + ": " + error.message()};
}

}  // namespace

Task<Result<Dict>> jsenv_execute(Scope& step, FunctionContext context, FunctionCall call) {
  const Arguments arguments(call, context.effects);
  ScriptCall script;
  auto source = co_await arguments.text(step, "source");
  if (!source) co_return source.error();
  if (arguments.find("source") == nullptr) co_return arguments.invalid("source", "it is missing");
  script.source = std::move(*source);
  auto limit = co_await limit_of(step, context, arguments);
  if (!limit) co_return limit.error();
  auto input = co_await add_input(step, context, arguments, script);
  if (!input) co_return input.error();
  ScopeOptions options;
  if (limit->length > Nanos{0}) options.limit = std::move(*limit);
  const Work<Value> work = [&](Scope& scope) -> Task<Result<Value>> {
    co_return co_await context.scripts.run(scope, std::move(script));
  };
  auto returned = co_await in_scope<Value>(step, "script", std::move(options), work);
  if (returned) co_return results_of(std::move(*returned));
  co_return of_source(arguments, returned.error());
}

}  // namespace millrace
