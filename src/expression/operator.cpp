#include "expression/operator.h"

namespace millrace {
namespace {

using enum Coercion;
using enum Operator;

constexpr int kPrefix = 300;

// `??` has no coercions: evaluation decides it by whether the left side is zero.
constexpr std::array kRules = {
    OperatorRule{coalesce, "??", 0, {}},
    OperatorRule{logical_or, "||", 20, {truths}},
    OperatorRule{logical_and, "&&", 21, {truths}},
    OperatorRule{equal, "==", 40, {floats, bools, instants, numbers, truths, equality}},
    OperatorRule{not_equal, "!=", 40, {floats, bools, instants, numbers, truths, equality}},
    OperatorRule{less, "<", 40, {floats, texts, instants, numbers, operator_texts}},
    OperatorRule{less_equal, "<=", 40, {floats, texts, instants, numbers, operator_texts}},
    OperatorRule{greater, ">", 40, {floats, texts, instants, numbers, operator_texts}},
    OperatorRule{greater_equal, ">=", 40, {floats, texts, instants, numbers, operator_texts}},
    OperatorRule{match, "=~", 40, {patterns}},
    OperatorRule{not_match, "!~", 40, {patterns}},
    OperatorRule{in, "in", 40, {items}},
    OperatorRule{bit_xor, "^", 60, {integers}},
    OperatorRule{bit_and, "&", 60, {integers}},
    OperatorRule{bit_or, "|", 60, {integers}},
    OperatorRule{shift_left, "<<", 90, {integers}},
    OperatorRule{shift_right, ">>", 90, {integers}},
    OperatorRule{add, "+", 120, {floats, texts, numbers, operator_texts}},
    OperatorRule{subtract, "-", 120, {numbers}},
    OperatorRule{multiply, "*", 150, {numbers}},
    OperatorRule{divide, "/", 150, {numbers}},
    OperatorRule{remainder, "%", 150, {numbers}},
    OperatorRule{power, "**", 200, {numbers}},
    OperatorRule{negate, "-", kPrefix, {numbers}},
    OperatorRule{logical_not, "!", kPrefix, {truths}},
    OperatorRule{complement, "~", kPrefix, {integers}},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kRules.size(); ++i) {
    if (static_cast<std::size_t>(kRules[i].op) != i) return false;
  }
  return true;
}
static_assert(in_order());

}  // namespace

const OperatorRule& rule_of(Operator op) { return kRules[static_cast<std::size_t>(op)]; }

}  // namespace millrace
