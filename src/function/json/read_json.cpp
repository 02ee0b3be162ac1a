#include "function/json/read_json.h"

#include "expression/functions/unicode.h"
#include "function/json/object_literal.h"
#include "value/blank.h"

namespace millrace {
namespace {

JsonBudget budget_of(const FuelLimits& fuel, const StopFlag& stop) {
  return {.bytes = fuel.bytes, .parts = fuel.operations, .stop = &stop};
}

// Runs on any thread: what it makes shares nothing with anything else.
Result<ReadJson> read(std::string_view text, bool mends, const FuelLimits& fuel,
                      const StopFlag& stop) {
  JsonBudget budget = budget_of(fuel, stop);
  auto parsed = parse_json(text, budget);
  if (budget.is_stopped()) return Error(ErrorKind::canceled, "nobody waits for the JSON any more");
  if (!parsed && !budget.ran_out && mends) {
    const std::string mended = without_broken_bytes(text);
    if (mended != text) {
      budget = budget_of(fuel, stop);
      parsed = parse_json(mended, budget);
    }
  }
  if (budget.ran_out) return parsed.error();
  if (!parsed) return ReadJson{Value(), parsed.error()};
  return ReadJson{std::move(*parsed), std::nullopt};
}

Result<std::optional<std::string>> find(std::string_view text, const FuelLimits& fuel,
                                        const StopFlag& stop) {
  const std::string_view trimmed = trim_spaces(text);
  MILLRACE_TRY_ASSIGN(whole, read(trimmed, true, fuel, stop));
  if (!whole.error) return std::optional(std::string(trimmed));
  if (whole.error->kind() == ErrorKind::exhausted) return *whole.error;
  if (!trimmed.starts_with('{') && !trimmed.starts_with('[')) return std::optional<std::string>();
  std::string mended = mend_object_literal(trimmed);
  MILLRACE_TRY_ASSIGN(again, read(mended, true, fuel, stop));
  return again.error ? std::nullopt : std::optional(std::move(mended));
}

// Here, where that is quick; otherwise on another thread.
template <class T>
Task<Result<T>> near_or_far(Scope& step, const FunctionContext& context, std::size_t size,
                            std::function<Result<T>(const StopFlag&)> work) {
  if (size <= kJsonOnLoop) {
    const StopFlag nobody_stops = false;
    co_return work(nobody_stops);
  }
  const auto describe = [size] { return "reading " + std::to_string(size) + " bytes of JSON"; };
  co_return co_await context.workers.run<T>(step, std::move(work), describe);
}

}  // namespace

Task<Result<ReadJson>> read_json(Scope& step, const FunctionContext& context, std::string_view text,
                                 bool mends) {
  std::function<Result<ReadJson>(const StopFlag&)> work =
      [text, mends, fuel = context.fuel](const StopFlag& stop) {
        return read(text, mends, fuel, stop);
      };
  co_return co_await near_or_far<ReadJson>(step, context, text.size(), std::move(work));
}

Task<Result<std::optional<std::string>>> find_json(Scope& step, const FunctionContext& context,
                                                   std::string_view text) {
  using Found = std::optional<std::string>;
  std::function<Result<Found>(const StopFlag&)> work =
      [text, fuel = context.fuel](const StopFlag& stop) { return find(text, fuel, stop); };
  co_return co_await near_or_far<Found>(step, context, text.size(), std::move(work));
}

}  // namespace millrace
