#include "workflow/definition.h"

namespace millrace {

bool is_sub_workflow(const Workflow& workflow) {
  const Datum* flag = workflow.meta ? workflow.meta->find("subWorkflow") : nullptr;
  return flag != nullptr && flag->text() == "true";
}

std::optional<Position> place_within(const Text& text, std::uint32_t line, std::uint32_t column) {
  if (text.inset < 0 || !text.given()) return std::nullopt;
  const auto inset = static_cast<std::uint8_t>(text.inset);
  // The lines of a block all begin at the column of the first; a quoted text has one line only.
  return Position{text.at.line + line - 1, text.at.column + inset + column - 1};
}

}  // namespace millrace
