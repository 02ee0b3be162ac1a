// Limits, retries and effects: whether what is written there can be read.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "workflow/checks/checks.h"
#include "workflow/settings.h"

namespace millrace::checks {
namespace {

template <class T>
void expect(Check& check, const Culprit& culprit, std::string_view name, const Text& text,
            const Result<T>& read) {
  if (read) return;
  check.issue(culprit, text.at, fmt::format("{}: {}", name, read.error().message()));
}

void refuse(Check& check, const Culprit& culprit, std::string_view name, const Text& text,
            std::string_view owner) {
  if (!text.given()) return;
  check.issue(culprit, text.at, fmt::format("limits.{} is no limit of a {}", name, owner));
}

void warn_of_retry(Check& check, std::uint32_t index, const Retry& retry) {
  if (retry.attempts.text == "1") return;
  if (check.graph.at(index).kind != StepKind::function) {
    check.warn(at_step(index), retry.at,
               "retry has no effect here: only function steps are tried again");
  } else if (check.workflow.steps[index].effect.text == "at-most-once") {
    check.warn(at_step(index), retry.at,
               "retry has no effect: a step whose effect is at-most-once is not tried again");
  }
}

}  // namespace

void check_limits(Check& check, const Culprit& culprit, const Limits& limits, LimitsOf of) {
  check_limit_fields(check, culprit, limits, of);
  expect(check, culprit, "limits.timeout", limits.timeout, settings::timeout(limits.timeout));
  if (of != LimitsOf::workflow) {
    const std::string_view owner = of == LimitsOf::step ? "step" : "trigger";
    refuse(check, culprit, "cleanup", limits.cleanup, owner);
    refuse(check, culprit, "concurrency", limits.concurrency, owner);
    refuse(check, culprit, "overlap", limits.overlap, owner);
    refuse(check, culprit, "memory", limits.memory, owner);
    refuse(check, culprit, "steps", limits.steps, owner);
    return;
  }
  expect(check, culprit, "limits.cleanup", limits.cleanup, settings::duration(limits.cleanup));
  expect(check, culprit, "limits.concurrency", limits.concurrency,
         settings::most(limits.concurrency));
  expect(check, culprit, "limits.overlap", limits.overlap, settings::overlap(limits.overlap));
  expect(check, culprit, "limits.memory", limits.memory, settings::most(limits.memory));
  expect(check, culprit, "limits.steps", limits.steps, settings::most(limits.steps));
}

void check_step_limits(Check& check, std::uint32_t index) {
  const Step& step = check.workflow.steps[index];
  const Culprit culprit = at_step(index);
  if (step.limits) check_limits(check, culprit, *step.limits, LimitsOf::step);
  if (const auto timeout = settings::meta_timeout(step); !timeout) {
    check.issue(culprit, step.meta->find("timeout")->at(),
                fmt::format("meta.timeout: {}", timeout.error().message()));
  }
  expect(check, culprit, "effect", step.effect, settings::delivery(step.effect));
  if (!step.retry) return;
  const Retry& retry = *step.retry;
  warn_of_retry(check, index, retry);
  check_retry_fields(check, culprit, retry);
  expect(check, culprit, "retry.attempts", retry.attempts, settings::attempts(retry.attempts));
  expect(check, culprit, "retry.backoff", retry.backoff, settings::duration(retry.backoff));
  expect(check, culprit, "retry.maxBackoff", retry.max_backoff,
         settings::duration(retry.max_backoff));
  expect(check, culprit, "retry.jitter", retry.jitter, settings::share(retry.jitter));
  for (const Text& kind : retry.kinds) {
    expect(check, culprit, "retry.kinds", kind, settings::error_kind(kind));
  }
}

void check_trigger_limits(Check& check, const Trigger& trigger) {
  if (trigger.limits) check_limits(check, {}, *trigger.limits, LimitsOf::trigger);
  expect(check, {}, "overlap", trigger.overlap, settings::overlap(trigger.overlap));
  expect(check, {}, "catchUp", trigger.catch_up, settings::catch_up(trigger.catch_up));
}

}  // namespace millrace::checks
