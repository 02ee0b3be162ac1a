#include "workflow/constant_text.h"

#include <algorithm>

#include "expression/parser.h"

namespace millrace {

const Expression* find_argument(const Step& step, std::string_view target) {
  const auto found =
      std::find_if(step.arguments.begin(), step.arguments.end(),
                   [&](const Expression& argument) { return argument.target.text == target; });
  return found == step.arguments.end() ? nullptr : &*found;
}

std::optional<std::string> constant_text(const Expression& argument) {
  if (!argument.source.empty()) return std::nullopt;
  if (argument.expr.empty()) {
    if (!argument.value) return std::nullopt;
    const Datum& value = *argument.value;
    if (!value.is_text() && value.kind() != Datum::Kind::integer) return std::nullopt;
    return std::string(value.text());
  }
  const auto syntax = parse_expression(argument.expr.text, {});
  if (!syntax || !syntax->is_constant(syntax->root)) return std::nullopt;
  const Value& constant = syntax->constant(syntax->root);
  if (!constant.is_text()) return std::nullopt;
  return std::string(constant.as_text());
}

Position constant_place(const Expression& argument) {
  return argument.expr.empty() && argument.value ? argument.value->at() : argument.expr.at;
}

}  // namespace millrace
