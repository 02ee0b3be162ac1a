// The conversions that operators and conditions are built from (docs/reference/expressions.md):
// number, bool, operator text, cast text, zero, empty, deep equality, and how untyped results get
// their type.
#pragma once

#include <optional>
#include <string>

#include "value/outcome.h"
#include "value/value.h"

namespace millrace {

// Integers, floats, Duration (its nanoseconds) and texts that are entirely a float literal; nothing
// else, not booleans and not null.
std::optional<double> to_number_of_other(const Value& value);
inline std::optional<double> to_number(const Value& value) {
  if (value.is_float()) return value.as_float();
  return to_number_of_other(value);
}

// Booleans, null and the texts "false", "FALSE" (false), "true", "TRUE"; else number != 0, NaN
// being true. Nothing for what has no truth ("", "True", lists).
std::optional<bool> to_bool(const Value& value);

// What `+`, comparisons, `=~` and bracket keys see. A Reader counts as its content: Needs until
// that is there, its error if it failed. Error (exhausted) for what nests deeper than kMaxNesting
// or gives more than kMaxTextBytes.
constexpr std::size_t kMaxTextBytes = 256 * 1024 * 1024;
Outcome operator_text(const Value& value);

// What casts to String, Bytes, KV store: floats in plain decimal, bytes raw, null empty, a Reader's
// content. Error for lists, maps, containers.
Outcome cast_text(const Value& value);

// For `??` and `?:`: null, false, number 0 (not -0, not NaN), "", null DateTime, zero Duration.
bool is_zero(const Value& value);

// For isEmpty and for conditions: zero, or without items (a KV or KVV never is).
bool is_empty(const Value& value);

// Same kind and content all through, types aside: what `==` comes down to when nothing converts.
// Instants are equal at the same point in time; NaN differs from itself; readers are equal when
// they are the same one.
bool deep_equal(const Value& a, const Value& b);

// The type that an untyped result is stored under when none is asked for. A map becomes Vars,
// values typified too; bytes become a String; typed containers stay what they are.
Value typify(Value value);

// "text \"x\"", "an Integer", "a list": what a value is, for messages. Long texts are clipped.
std::string describe(const Value& value);

}  // namespace millrace
