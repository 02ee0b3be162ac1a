#include "expression/operation.h"

#include <re2/re2.h>

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "expression/functions/arithmetic.h"
#include "expression/regex.h"
#include "value/convert.h"

namespace millrace {
namespace {

using Kind = Value::Kind;

// Toward zero; what does not fit 64 bits becomes the smallest number, as on the reference's
// machine.
std::int64_t truncated(double number) {
  constexpr double kLimit = 0x1p63;
  if (!(number >= -kLimit && number < kLimit)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(number);
}

double shifted_left(std::int64_t value, std::uint64_t count) {
  if (count >= 64) return 0;
  return static_cast<double>(static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << count));
}

double shifted_right(std::int64_t value, std::uint64_t count) {
  if (count >= 64) return value < 0 ? -1 : 0;
  return static_cast<double>(value >> count);
}

// What each operator does once its operands have been seen one way. -------------------------------

template <class T>
Value on_ordered(Operator op, const T& a, const T& b) {
  switch (op) {
    case Operator::equal: return Value::boolean(a == b);
    case Operator::not_equal: return Value::boolean(!(a == b));
    case Operator::less: return Value::boolean(a < b);
    case Operator::less_equal: return Value::boolean(a < b || a == b);
    case Operator::greater: return Value::boolean(b < a);
    default: return Value::boolean(b < a || a == b);
  }
}

Value on_numbers(Operator op, double a, double b) {
  switch (op) {
    case Operator::add: return Value::floating(a + b);
    case Operator::subtract: return Value::floating(a - b);
    case Operator::multiply: return Value::floating(a * b);
    case Operator::divide: return Value::floating(a / b);
    case Operator::remainder: return Value::floating(std::fmod(a, b));
    case Operator::power: return Value::floating(millrace::power(a, b));
    default: return on_ordered(op, a, b);
  }
}

Value on_integers(Operator op, std::int64_t a, std::int64_t b) {
  switch (op) {
    case Operator::bit_and: return Value::floating(static_cast<double>(a & b));
    case Operator::bit_or: return Value::floating(static_cast<double>(a | b));
    case Operator::bit_xor: return Value::floating(static_cast<double>(a ^ b));
    case Operator::shift_left:
      return Value::floating(shifted_left(a, static_cast<std::uint64_t>(b)));
    default: return Value::floating(shifted_right(a, static_cast<std::uint64_t>(b)));
  }
}

Value on_truths(Operator op, bool a, bool b) {
  switch (op) {
    case Operator::logical_and: return Value::boolean(a && b);
    case Operator::logical_or: return Value::boolean(a || b);
    case Operator::equal: return Value::boolean(a == b);
    default: return Value::boolean(a != b);
  }
}

Value on_texts(Operator op, std::string_view a, std::string_view b) {
  return op == Operator::add ? Value::joined_text(a, b) : on_ordered(op, a, b);
}

Outcome on_patterns(Operator op, const Value& left, const Value& right) {
  Outcome pattern = operator_text(right);
  if (!std::holds_alternative<Value>(pattern)) return pattern;
  MILLRACE_TRY_ASSIGN(regex, RegexCache::of_thread().find(std::get<Value>(pattern).as_text()));
  return operate_match(op, left, *regex);
}

// How operands are seen: each gives the result where it fits, else nothing. -----------------------

std::optional<Outcome> by_operator_texts(Operator op, const Value& left, const Value& right) {
  if (left.is_null() || right.is_null()) return std::nullopt;
  Outcome a = operator_text(left);
  if (!std::holds_alternative<Value>(a)) return a;
  Outcome b = operator_text(right);
  if (!std::holds_alternative<Value>(b)) return b;
  return on_texts(op, std::get<Value>(a).as_text(), std::get<Value>(b).as_text());
}

std::optional<Outcome> by_items(const Value& left, const Value& right) {
  if (!right.is_list()) return std::nullopt;
  for (const Value& item : right.items()) {
    if (deep_equal(left, item)) return Value::boolean(true);
  }
  return Value::boolean(false);
}

template <class Convert, class Apply>
std::optional<Outcome> by_both(const Value& left, const Value& right, Convert convert,
                               Apply apply) {
  const auto a = convert(left);
  if (!a) return std::nullopt;
  const auto b = convert(right);
  if (!b) return std::nullopt;
  return apply(*a, *b);
}

std::optional<Outcome> attempt(Coercion coercion, Operator op, const Value& left,
                               const Value& right) {
  switch (coercion) {
    case Coercion::floats:
      if (!left.is_float() || !right.is_float()) return std::nullopt;
      return on_numbers(op, left.as_float(), right.as_float());
    case Coercion::bools:
      if (!left.is_boolean() || !right.is_boolean()) return std::nullopt;
      return on_truths(op, left.as_boolean(), right.as_boolean());
    case Coercion::texts:
      if (!left.is_text() || !right.is_text()) return std::nullopt;
      return on_texts(op, left.as_text(), right.as_text());
    case Coercion::instants:
      if (left.kind() != Kind::instant || right.kind() != Kind::instant) return std::nullopt;
      return on_ordered(op, left.as_instant(), right.as_instant());
    case Coercion::numbers:
      return by_both(left, right, to_number,
                     [&](double a, double b) { return on_numbers(op, a, b); });
    case Coercion::integers:
      return by_both(left, right, to_number, [&](double a, double b) {
        return on_integers(op, truncated(a), truncated(b));
      });
    case Coercion::truths:
      return by_both(left, right, to_bool, [&](bool a, bool b) { return on_truths(op, a, b); });
    case Coercion::operator_texts: return by_operator_texts(op, left, right);
    case Coercion::patterns: return on_patterns(op, left, right);
    case Coercion::items: return by_items(left, right);
    case Coercion::equality:
      return Value::boolean(deep_equal(left, right) == (op == Operator::equal));
    case Coercion::none: break;
  }
  return std::nullopt;
}

// Why nothing fitted. -----------------------------------------------------------------------------

// What the most tolerant alternative of an operator wants of its operands.
std::string_view wanted(Operator op) {
  Coercion last = Coercion::none;
  for (const Coercion coercion : rule_of(op).coercions) {
    if (coercion != Coercion::none) last = coercion;
  }
  switch (last) {
    case Coercion::numbers:
    case Coercion::integers:
      return is_prefix(op) ? "a number, or a text that is one"
                           : "numbers, or texts that are numbers";
    case Coercion::truths:
      return is_prefix(op) ? "a Boolean, number or null" : "Booleans, numbers or null";
    case Coercion::operator_texts: return "values that are not null";
    case Coercion::items: return "a list on its right (not an Array, which count() searches)";
    default: return "other operands";
  }
}

Error mismatch(Operator op, const std::string& operands) {
  std::string message = "\"" + std::string(operator_symbol(op)) + "\" needs " +
                        std::string(wanted(op)) + ", but got " + operands;
  return {ErrorKind::invalid, std::move(message)};
}

}  // namespace

Outcome operate(Operator op, const Value& left, const Value& right) {
  if (op == Operator::coalesce) return is_zero(left) ? right : left;
  const bool is_logical = op == Operator::logical_and || op == Operator::logical_or;
  if (is_logical && is_decided(op, left)) return Value::boolean(op == Operator::logical_or);
  for (const Coercion coercion : rule_of(op).coercions) {
    if (coercion == Coercion::none) break;
    if (auto outcome = attempt(coercion, op, left, right)) return *std::move(outcome);
  }
  return mismatch(op, describe(left) + " and " + describe(right));
}

Outcome operate(Operator op, const Value& operand) {
  if (op == Operator::logical_not) {
    if (const auto truth = to_bool(operand)) return Value::boolean(!*truth);
  } else if (const auto number = to_number(operand)) {
    if (op == Operator::negate) return Value::floating(-*number);
    return Value::floating(static_cast<double>(~truncated(*number)));
  }
  return mismatch(op, describe(operand));
}

Outcome operate_match(Operator op, const Value& left, const re2::RE2& pattern) {
  if (left.is_text()) {
    return Value::boolean(regex_found(pattern, left.as_text()) == (op == Operator::match));
  }
  Outcome text = operator_text(left);
  if (!std::holds_alternative<Value>(text)) return text;
  return operate_match(op, std::get<Value>(text), pattern);
}

}  // namespace millrace
