// The operators of the expression language. One table says how each is spelled, how tightly it
// binds, and which coercions of its operands are tried in which order; parser, printer, constant
// folding and evaluation all go by it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace millrace {

enum class Operator : std::uint8_t {
  coalesce,
  logical_or,
  logical_and,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  match,
  not_match,
  in,
  bit_xor,
  bit_and,
  bit_or,
  shift_left,
  shift_right,
  add,
  subtract,
  multiply,
  divide,
  remainder,
  power,
  negate,  // prefix from here on
  logical_not,
  complement,
};

constexpr bool is_prefix(Operator op) { return op >= Operator::negate; }

// A way to see both operands. Each either fits, and then decides the result, or leaves it to the
// next; where none fits, the operation fails.
enum class Coercion : std::uint8_t {
  none,            // the end of the alternatives
  floats,          // both are Float
  bools,           // both are Boolean
  texts,           // both are texts
  instants,        // both are points in time
  numbers,         // both convert to a number
  integers,        // the same, truncated to 64-bit signed
  truths,          // both convert to a truth value
  operator_texts,  // neither is null: their operator texts
  patterns,        // operator texts of both, null included: the right one is a regular expression
  items,           // the right one is a list
  equality,        // always: same kind and content
};

struct OperatorRule {
  Operator op;
  std::string_view symbol;
  int precedence;  // of infix operators: the higher, the tighter; all are left-associative
  std::array<Coercion, 6> coercions;
};

const OperatorRule& rule_of(Operator op);

inline std::string_view operator_symbol(Operator op) { return rule_of(op).symbol; }
inline int operator_precedence(Operator op) { return rule_of(op).precedence; }

}  // namespace millrace
