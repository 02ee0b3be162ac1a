#include "cli/frame_text.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "cli/shown_value.h"
#include "cli/terminal.h"

namespace millrace {
namespace {

constexpr Nanos kWorthSaying = std::chrono::milliseconds(10);

std::string rounded(Nanos time) {
  return format_duration(std::chrono::round<std::chrono::milliseconds>(time));
}

// What an execution did that is said in words of its own; empty for every other.
std::string_view words_of(std::string_view action) {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"exit", "done"},       {"break", "leaves the loop"},   {"continue", "next pass"},
      {"handler set", "set"}, {"handler removed", "removed"}, {"terminated", "ends the workflow"},
      {"stopped", "stopped"},
  };
  for (const auto& [known, words] : kWords) {
    if (known == action) return words;
  }
  return {};
}

bool shows_next(const PlanStep& step, const Frame& frame) {
  switch (step.kind) {
    case StepKind::gateway_exclusive:
    case StepKind::gateway_inclusive:
    case StepKind::gateway_fork:
    case StepKind::gateway_join:
    case StepKind::break_loop: return true;
    case StepKind::iterator: return frame.action == "exit";
    default: return frame.next.size() > 1;
  }
}

std::string after_colon(std::string_view words, const Dict& vars) {
  std::string text = words.empty() && vars.empty() ? "" : ": ";
  text += words;
  if (!words.empty() && !vars.empty()) text += ", ";
  if (!vars.empty()) text += short_text(vars);
  return text;
}

}  // namespace

std::string step_text(const PlanStep& step) {
  std::string text(to_string(step.kind));
  const bool has_ref = step.kind == StepKind::function || step.kind == StepKind::iterator ||
                       step.kind == StepKind::prompt;
  if (has_ref) text += " " + for_terminal(step.ref);
  return text;
}

std::string waiting_text(const Frame& frame) {
  const std::string_view what = frame.waits.back().what;
  if (what == "prompt") return after_colon("asks", frame.input);
  if (what == "workflow") {
    Dict rest = frame.input;
    const Value workflow = rest.take("workflow");
    rest.erase("workflow");
    return after_colon("runs " + short_text(workflow), rest);
  }
  if (what == "time") return after_colon("waits", frame.input);
  if (what == "reader") return ": reads on";
  if (what == "line") return ": waits for a line";
  return ": under way";
}

std::string retry_text(const Frame& frame) {
  return fmt::format(": try {} failed ({}): {}", frame.retried.size(),
                     to_string(frame.retried.back().kind()),
                     for_terminal(frame.retried.back().to_line(), 12));
}

std::string outcome_text(const Frame& frame, const Plan& plan) {
  const PlanStep& step = plan.step(frame.step);
  std::string_view words = words_of(frame.action);
  if (frame.action == "resumed") words = step.kind == StepKind::prompt ? "answered" : "over";
  const bool shows_answer = frame.results.empty() && frame.action == "resumed";
  std::string text = after_colon(words, shows_answer ? frame.input : frame.results);
  if (shows_next(step, frame)) text += next_text(frame, plan);
  return text;
}

std::string error_text(const Error& error) {
  return fmt::format(": failed ({}): {}", to_string(error.kind()),
                     for_terminal(error.to_line(), 12));
}

std::string next_text(const Frame& frame, const Plan& plan) {
  std::string text;
  for (const std::uint32_t step : frame.next) {
    text += text.empty() ? " → " : ", ";
    text += for_terminal(plan.step(step).id);
  }
  return text;
}

std::string time_text(const Frame& frame, Nanos before) {
  const Nanos total = frame.step_time + before;
  std::string tries;
  if (!frame.retried.empty()) tries = fmt::format("{} tries, ", frame.retried.size() + 1);
  if (total < kWorthSaying)
    return tries.empty() ? "" : fmt::format(" ({}{})", tries, rounded(total));
  std::vector<Frame::Wait> waits;  // one of a kind
  for (const Frame::Wait& wait : frame.waits) {
    bool known = false;
    for (Frame::Wait& sum : waits) {
      if (sum.what != wait.what) continue;
      sum.time += wait.time;
      known = true;
    }
    if (!known) waits.push_back(wait);
  }
  // Of one that did nothing else it needs no saying what it waited for.
  if (waits.size() == 1 && frame.step_time - waits.front().time < kWorthSaying) waits.clear();
  std::string parts;
  for (const Frame::Wait& wait : waits) {
    if (wait.time < kWorthSaying) continue;
    parts += fmt::format("{}{} {}", parts.empty() ? ": " : ", ", wait.what, rounded(wait.time));
  }
  return fmt::format(" ({}{}{})", tries, rounded(total), parts);
}

}  // namespace millrace
