// What the bodies of functions share: complaints about arguments, and the arithmetic of fuel.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "expression/function.h"

namespace millrace {

using Kind = Value::Kind;
using Arguments = std::span<Value>;

// "list must be Array, list, text list or Bytes, not text \"x\"".
Error wrong_argument(std::string_view parameter, std::string_view expected, const Value& given);
Error invalid(std::string message);

// Toward zero; NaN and what does not fit 64 bits become the smallest number, as on the reference's
// machine.
std::int64_t truncated(double number);

// False when there is no fuel for a value of so many bytes.
inline bool pay_for_text(Fuel& fuel, std::uint64_t bytes) {
  constexpr std::uint64_t kBytesPerOperation = 64;
  return fuel.spend_bytes(bytes) && fuel.spend(bytes / kBytesPerOperation);
}
inline bool pay_for_text(EvaluationContext& context, std::uint64_t bytes) {
  return pay_for_text(context.fuel, bytes);
}

// The same for a container of so many items.
inline bool pay_for_items(EvaluationContext& context, std::uint64_t items) {
  return context.fuel.spend_bytes(items * sizeof(Value)) && context.fuel.spend(items);
}

// As a container of typed values holds it: what has a type keeps it, the rest is typified.
Value typed(Value value);

// A text to return, paid for by whoever made it.
inline Outcome text(std::string&& content) { return Value::text(std::move(content)); }

}  // namespace millrace
