// What may happen when the workflow runs: steps that nothing reaches, joins that cannot complete,
// variables that are read before they can have been set. All of it warnings.
#include <fmt/format.h>

#include <algorithm>

#include "base/listed.h"
#include "workflow/checks/checks.h"
#include "workflow/checks/may_set.h"

namespace millrace::checks {
namespace {

// Where a session may start: steps without parents, and those that a trigger names.
std::vector<std::uint32_t> entries(const Check& check) {
  std::vector<std::uint32_t> steps = check.graph.starts();
  for (const Trigger& trigger : check.workflow.triggers) {
    if (const auto step = check.graph.find(trigger.step_id.text)) steps.push_back(*step);
  }
  return steps;
}

bool is_named_by_trigger(const Check& check, std::uint32_t step) {
  const auto& triggers = check.workflow.triggers;
  return std::any_of(triggers.begin(), triggers.end(), [&](const Trigger& trigger) {
    return check.graph.find(trigger.step_id.text) == step;
  });
}

// More than one start, not counting those that a trigger names.
void warn_of_several_starts(Check& check) {
  std::vector<std::uint32_t> starts;
  std::vector<std::string_view> ids;
  for (const std::uint32_t step : check.graph.starts()) {
    const std::string& id = check.workflow.steps[step].id.text;
    const bool is_twin = !ids.empty() && ids.front() == id;
    if (!ids.empty() && (is_twin || is_named_by_trigger(check, step))) continue;
    starts.push_back(step);
    ids.push_back(id);
  }
  if (starts.size() < 2) return;
  check.warn(
      at_step(starts[1]), check.workflow.steps[starts[1]].at,
      fmt::format("no path leads to the steps {}: with more than one start a session must be "
                  "told where to begin (run --step ID)",
                  listed(ids)));
}

void warn_of_starts(Check& check, bool has_entry) {
  bool has_steps = false;
  for (std::uint32_t step = 0; step < check.workflow.steps.size(); ++step) {
    has_steps = has_steps || check.graph.runs(step);
  }
  if (!has_steps) {
    check.warn({}, check.workflow.at, "the workflow has no steps: there is nothing to run");
  } else if (!has_entry) {
    check.warn({}, check.workflow.at,
               "no step is a start, for a path leads to each of them: a session must be told where "
               "to begin (run --step ID)");
  } else {
    warn_of_several_starts(check);
  }
}

void warn_of_unreachable(Check& check, const std::vector<bool>& reached) {
  for (std::uint32_t step = 0; step < reached.size(); ++step) {
    if (reached[step] || !check.graph.runs(step)) continue;
    check.warn(at_step(step), check.workflow.steps[step].at,
               fmt::format("step {} can never be reached: the paths to it begin at steps that "
                           "nothing leads to",
                           check.workflow.steps[step].id.text));
  }
}

// A join waits in vain for a path that begins behind itself, or at a step that never runs.
void warn_of_joins(Check& check, const std::vector<bool>& reached) {
  constexpr int kJoins = 200;  // each takes a walk through the graph
  int joins = 0;
  const auto from = entries(check);
  for (std::uint32_t step = 0; step < reached.size(); ++step) {
    if (check.graph.at(step).kind != StepKind::gateway_join || !reached[step]) continue;
    if (++joins > kJoins) return;
    const auto reached_before = check.graph.reachable(from, step);
    for (const std::uint32_t path : check.graph.at(step).inbound) {
      const std::uint32_t parent = check.graph.parent(path);
      if (reached_before[parent]) continue;
      check.warn(
          at_step(step), check.workflow.steps[step].at,
          fmt::format("the join at step {} can never complete by the path from step {}: {}",
                      check.workflow.steps[step].id.text, check.workflow.steps[parent].id.text,
                      reached[parent] ? "that step comes only after the join"
                                      : "that step is never reached"));
    }
  }
}

void warn_of_read(Check& check, const Culprit& culprit, const Read& read) {
  check.warn_of(culprit, read,
                fmt::format("\"{}\" is read here before anything can have set it",
                            check.names->name(read.slot)));
}

// Variables that no step sets are taken for input: only who reads too early is told of.
void warn_of_early_reads(Check& check) {
  const auto may_set = MaySet::of(check);
  if (!may_set) return;
  for (std::uint32_t step = 0; step < check.step_uses.size(); ++step) {
    for (const Read& read : check.step_uses[step].reads) {
      if (!may_set->before(step, read.slot)) warn_of_read(check, at_step(step), read);
    }
  }
  for (std::uint32_t path = 0; path < check.path_reads.size(); ++path) {
    for (const Read& read : check.path_reads[path]) {
      const auto parent = check.graph.edge(path).parent;
      if (parent && !may_set->after(*parent, read.slot)) warn_of_read(check, at_path(path), read);
    }
  }
}

void warn_of_unknown_results(Check& check) {
  std::vector<bool> set(check.names->size(), false);
  for (const std::uint32_t slot : check.initial) set[slot] = true;
  for (const Use& use : check.step_uses) {
    for (const std::uint32_t slot : use.sets) set[slot] = true;
  }
  for (const ResultRead& result : check.result_reads) {
    if (set[result.read.slot]) continue;
    std::vector<std::string_view> known;
    known.reserve(result.signature->results.size());
    for (const ResultSignature& candidate : result.signature->results) {
      known.push_back(candidate.name);
    }
    const std::string& name = check.names->name(result.read.slot);
    check.warn_of(at_step(result.step), result.read,
                  fmt::format("{} gives no result \"{}\"{}", result.signature->ref, name,
                              check.did_you_mean(name, known)));
  }
}

}  // namespace

void check_flow(Check& check) {
  const auto from = entries(check);
  warn_of_starts(check, !from.empty());
  if (!from.empty()) {
    const auto reached = check.graph.reachable(from);
    warn_of_unreachable(check, reached);
    warn_of_joins(check, reached);
  }
  warn_of_unknown_results(check);
  warn_of_early_reads(check);
}

}  // namespace millrace::checks
