#include "workflow/loop_condition.h"

#include <algorithm>

#include "expression/parser.h"

namespace millrace {

const Expression* condition_argument(const Step& step) {
  const auto found =
      std::find_if(step.arguments.begin(), step.arguments.end(),
                   [](const Expression& argument) { return argument.target.text == "while"; });
  return found == step.arguments.end() ? nullptr : &*found;
}

std::optional<std::string> constant_condition(const Step& step) {
  const Expression* argument = condition_argument(step);
  if (argument == nullptr || !argument->source.empty()) return std::nullopt;
  if (argument->expr.empty()) {
    if (!argument->value || !argument->value->is_text()) return std::nullopt;
    return std::string(argument->value->text());
  }
  const auto syntax = parse_expression(argument->expr.text, {});
  if (!syntax || !syntax->is_constant(syntax->root)) return std::nullopt;
  const Value& constant = syntax->constant(syntax->root);
  if (!constant.is_text()) return std::nullopt;
  return std::string(constant.as_text());
}

}  // namespace millrace
