// What the operators do with operands: the coercions of the table in operator.h, tried in its order.
// Operands are as evaluation sees them (Value::operand), not as they are stored.
#pragma once

#include <cstdint>

#include "expression/operator.h"
#include "value/outcome.h"

namespace re2 {
class RE2;
}

namespace millrace {

// The result of an infix operator whose operands have both been evaluated; `??` then gives the right
// one where the left is zero. Needs where the content of a reader decides. Patterns are looked up in
// the thread's RegexCache.
Outcome operate(Operator op, const Value& left, const Value& right);

// The result of a prefix operator.
Outcome operate(Operator op, const Value& operand);

// `=~` and `!~` with a pattern that has been compiled.
Outcome operate_match(Operator op, const Value& left, const re2::RE2& pattern);

// Two numbers, the most frequent case, without the detour. False where operate() has to decide.
inline bool operate_numbers(Operator op, const Value& left, const Value& right, Value& result);

namespace detail {

inline bool plain_number(const Value& value, double& number) {
  if (value.is_float()) {
    number = value.as_float();
    return true;
  }
  if (value.is_integer()) {
    number = static_cast<double>(value.as_integer());
    return true;
  }
  return false;
}

}  // namespace detail

inline bool operate_numbers(Operator op, const Value& left, const Value& right, Value& result) {
  double a = 0;
  double b = 0;
  if (!detail::plain_number(left, a) || !detail::plain_number(right, b)) return false;
  switch (op) {
    case Operator::add: result = Value::floating(a + b); return true;
    case Operator::subtract: result = Value::floating(a - b); return true;
    case Operator::multiply: result = Value::floating(a * b); return true;
    case Operator::divide: result = Value::floating(a / b); return true;
    case Operator::less: result = Value::boolean(a < b); return true;
    case Operator::less_equal: result = Value::boolean(a <= b); return true;
    case Operator::greater: result = Value::boolean(a > b); return true;
    case Operator::greater_equal: result = Value::boolean(a >= b); return true;
    case Operator::equal: result = Value::boolean(a == b); return true;
    case Operator::not_equal: result = Value::boolean(a != b); return true;
    default: return false;
  }
}

}  // namespace millrace
