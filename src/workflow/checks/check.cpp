// Issues as the checks make them.
#include <fmt/format.h>

#include <algorithm>

#include "base/near.h"
#include "expression/functions/unicode.h"
#include "workflow/checks/checks.h"

namespace millrace::checks {

Issue Check::make(const Culprit& culprit, Position at, std::string description) const {
  Issue issue;
  issue.culprit = culprit;
  issue.description = std::move(description);
  issue.workflow = workflow.handle.text;
  issue.file = workflow.file;
  issue.at = at;
  return issue;
}

Issue Check::make(const Culprit& culprit, const Text& expression, Place place,
                  std::string description) const {
  Issue issue = make(culprit, expression.at, std::move(description));
  const Error shown = error_in_expression(Error(ErrorKind::invalid, ""), ExpressionStage::parse,
                                          expression.text, place);
  issue.excerpt = shown.message().substr(1);  // behind the empty message's line end
  issue.exact = false;
  if (expression.inset == Text::kInNoFile) return issue;
  const ExpressionDetails& details = *expression_details(shown);
  const std::string_view part = std::string_view(expression.text)
                                    .substr(0, details.place().end)
                                    .substr(details.place().caret);
  const auto length = count_code_points(part.substr(0, part.find('\n')));
  issue.within = Issue::Within{details.line(), details.column(),
                               static_cast<std::uint32_t>(std::max<std::size_t>(length, 1))};
  const auto at = place_within(expression, details.line(), details.column());
  issue.exact = at.has_value();
  if (at) issue.at = *at;
  return issue;
}

void Check::warn_of(const Culprit& culprit, const Read& read, std::string description) {
  verdict.warnings.push_back(read.place
                                 ? make(culprit, *read.text, *read.place, std::move(description))
                                 : make(culprit, read.text->at, std::move(description)));
}

std::string Check::did_you_mean(std::string_view name, std::span<const std::string_view> known) {
  if (suggestions_left_ == 0) return {};
  --suggestions_left_;
  const auto near = nearest(name, known);
  return near ? fmt::format("; did you mean \"{}\"?", *near) : std::string();
}

}  // namespace millrace::checks
