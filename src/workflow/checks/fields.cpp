// Fields that Millrace does not know. They are kept and written back, and do nothing: most are
// misspelt. Within `limits` and `retry`, which are ours alone, they are issues.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "workflow/checks/checks.h"
#include "workflow/decode.h"

namespace millrace::checks {
namespace {

using Names = std::span<const std::string_view>;

bool is_among(std::string_view name, Names names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What the reference writes beside the definition, and Millrace has no use for: what the user who
// asked may do with it ("canGrant", "canUpdateWorkflow"), in files who may, and ids of its store.
bool is_of_reference(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kNames{"allow", "deny", "(envoy)", "id"};
  return is_among(name, kNames) ||
         (name.size() > 3 && name.starts_with("can") && name[3] >= 'A' && name[3] <= 'Z');
}

void warn_of(Check& check, const Culprit& culprit, const Members& others, std::string_view owner,
             Record record) {
  if (others.empty()) return;
  const auto known = field_names(record);
  for (const Member& other : others) {
    if (is_of_reference(other.key)) continue;
    check.warn(culprit, other.key_at,
               fmt::format("{} has no field \"{}\": it is kept, and does nothing{}", owner,
                           other.key, check.did_you_mean(other.key, known)));
  }
}

void refuse(Check& check, const Culprit& culprit, const Members& others, std::string_view owner,
            Names known) {
  for (const Member& other : others) {
    check.issue(culprit, other.key_at,
                fmt::format("{} has no field \"{}\"{}", owner, other.key,
                            check.did_you_mean(other.key, known)));
  }
}

void check_expression(Check& check, std::uint32_t step, const Expression& expression,
                      std::string_view owner) {
  warn_of(check, at_step(step), expression.others, owner, Record::expression);
  for (const Test& test : expression.tests) {
    warn_of(check, at_step(step), test.others, "a test", Record::test);
  }
}

}  // namespace

void check_limit_fields(Check& check, const Culprit& culprit, const Limits& limits, LimitsOf of) {
  if (limits.others.empty()) return;
  static constexpr std::array<std::string_view, 1> kOfOthers{"timeout"};
  const auto all = field_names(Record::limits);
  refuse(check, culprit, limits.others, "limits",
         of == LimitsOf::workflow ? Names(all) : Names(kOfOthers));
}

void check_retry_fields(Check& check, const Culprit& culprit, const Retry& retry) {
  if (retry.others.empty()) return;
  refuse(check, culprit, retry.others, "retry", field_names(Record::retry));
}

void check_workflow_fields(Check& check) {
  warn_of(check, {}, check.workflow.others, "a workflow", Record::workflow);
  for (const Trigger& trigger : check.workflow.triggers) {
    warn_of(check, {}, trigger.others, "a trigger", Record::trigger);
  }
}

void check_step_fields(Check& check, std::uint32_t index) {
  const Step& step = check.workflow.steps[index];
  warn_of(check, at_step(index), step.others, "a step", Record::step);
  for (const Expression& argument : step.arguments) {
    check_expression(check, index, argument, "an argument");
  }
  for (const Expression& result : step.results) check_expression(check, index, result, "a result");
}

void check_path_fields(Check& check, std::uint32_t index) {
  warn_of(check, at_path(index), check.workflow.paths[index].others, "a path", Record::path);
}

}  // namespace millrace::checks
