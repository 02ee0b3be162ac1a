// What the operators do with operands: the coercions of the table in operator.h, tried in its
// order. Operands are as evaluation sees them (Value::operand), not as they are stored.
#pragma once

#include <new>

#include "expression/operator.h"
#include "value/outcome.h"

namespace re2 {
class RE2;
}

namespace millrace {

// Whether the left side of `&&` or `||` decides, whatever the right one is: only a Boolean does.
inline bool is_decided(Operator op, const Value& left) {
  return left.is_boolean() && left.as_boolean() == (op == Operator::logical_or);
}

// The result of an infix operator whose operands have both been evaluated; where the left side of
// `&&`, `||` or `??` decides, the right one does not count. Needs where the content of a reader
// decides. Patterns are looked up in the thread's RegexCache.
Outcome operate(Operator op, const Value& left, const Value& right);

// The result of a prefix operator.
Outcome operate(Operator op, const Value& operand);

// `=~` and `!~` with a pattern that has been compiled.
Outcome operate_match(Operator op, const Value& left, const re2::RE2& pattern);

// Floats and Integers, the operands met most.
inline bool is_plain_number(const Value& value) { return value.is_float() || value.is_integer(); }

// What operate() gives for two plain numbers, without the detour, made at `place`: memory without a
// value, or one of the two. False where operate() has to decide.
[[gnu::always_inline]] inline bool operate_numbers(Operator op, const Value& left,
                                                   const Value& right, Value* place) {
  if (!is_plain_number(left) || !is_plain_number(right)) return false;
  const auto number = [](const Value& value) {
    return value.is_float() ? value.as_float() : static_cast<double>(value.as_integer());
  };
  const double a = number(left);
  const double b = number(right);
  // Made in place and not assigned: reading back at once what was written piece by piece is slow.
  switch (op) {
    case Operator::add: new (place) Value(Value::floating(a + b)); return true;
    case Operator::subtract: new (place) Value(Value::floating(a - b)); return true;
    case Operator::multiply: new (place) Value(Value::floating(a * b)); return true;
    case Operator::divide: new (place) Value(Value::floating(a / b)); return true;
    case Operator::less: new (place) Value(Value::boolean(a < b)); return true;
    case Operator::less_equal: new (place) Value(Value::boolean(a <= b)); return true;
    case Operator::greater: new (place) Value(Value::boolean(a > b)); return true;
    case Operator::greater_equal: new (place) Value(Value::boolean(a >= b)); return true;
    case Operator::equal: new (place) Value(Value::boolean(a == b)); return true;
    case Operator::not_equal: new (place) Value(Value::boolean(a != b)); return true;
    default: return false;
  }
}

}  // namespace millrace
