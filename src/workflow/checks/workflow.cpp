// What concerns the whole workflow, and the identity of its steps.
#include <fmt/format.h>

#include <algorithm>

#include "base/listed.h"
#include "workflow/checks/checks.h"
#include "workflow/datum_value.h"
#include "workflow/settings.h"

namespace millrace::checks {
namespace {

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_alphanumeric(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

// Variables that a session begins with: of the workflow, or of a trigger.
void check_variables(Check& check, std::string_view name, const std::optional<Datum>& data) {
  if (!data) return;
  const auto variables = variables_of(*data);
  if (!variables) {
    check.issue({}, data->at(), fmt::format("{}: {}", name, variables.error().message()));
  }
  for (const Member& member : data->members()) {
    check_numbers(check, {}, member.value, Type::Any, fmt::format("{} \"{}\"", name, member.key));
    check.initial.push_back(check.names->add(member.key));
  }
}

bool is_handle(std::string_view text) {
  if (text.size() < 2 || !is_letter(text.front()) || !is_alphanumeric(text.back())) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == '.'; });
}

void check_trigger(Check& check, const Trigger& trigger) {
  check_trigger_limits(check, trigger);
  check_variables(check, "the trigger's input", trigger.input);
  if (trigger.step_id.empty() || trigger.step_id.text == "0") return;
  if (check.graph.find(trigger.step_id.text)) return;
  check.warn(
      {}, trigger.step_id.at,
      fmt::format("a trigger starts at step \"{}\", which does not exist", trigger.step_id.text));
}

// What is wrong with the end of a path, and what would be right.
std::string no_such_step(const Check& check, std::string_view field, const Text& id) {
  constexpr std::size_t kMost = 10;
  const auto& steps = check.workflow.steps;
  std::string text = id.empty() ? fmt::format("it has no {}", field)
                                : fmt::format("there is no step \"{}\"", id.text);
  if (steps.empty()) return text + "; the workflow has none";
  if (steps.size() > kMost) {
    return text +
           fmt::format("; {} must be the stepID of one of the {} steps", field, steps.size());
  }
  text += fmt::format("; {} must be ", field);
  if (steps.size() > 1) text += "one of ";
  std::vector<std::string_view> ids;
  ids.reserve(steps.size());
  for (const Step& step : steps) ids.push_back(step.id.text);
  return text + listed(ids);
}

// What goes by the order of its paths does not count one that leads back to itself.
void warn_of_path_back(Check& check, std::uint32_t index) {
  const Graph::Edge& edge = check.graph.edge(index);
  if (!edge.parent || edge.parent != edge.child || !check.graph.runs(*edge.parent)) return;
  const Graph::Vertex& step = check.graph.at(*edge.parent);
  if (std::find(step.outbound.begin(), step.outbound.end(), index) != step.outbound.end()) return;
  check.warn(at_path(index), check.workflow.paths[index].at,
             fmt::format("the path is never taken: it leads from a step of kind {} back to itself",
                         to_string(*step.kind)));
}

}  // namespace

void check_workflow(Check& check) {
  const Text& handle = check.workflow.handle;
  if (!handle.empty() && !is_handle(handle.text)) {
    check.issue({}, handle.at,
                fmt::format("\"{}\" is no handle: at least two letters and digits, with _ - . "
                            "between them, beginning with a letter",
                            handle.text));
  }
  if (check.workflow.limits) {
    check_limits(check, {}, *check.workflow.limits, LimitsOf::workflow);
  }
  for (const std::string_view name : {"eventType", "resourceType", "invoker", "runner"}) {
    check.initial.push_back(check.names->add(name));
  }
  check_variables(check, "scope", check.workflow.scope);
  for (const Trigger& trigger : check.workflow.triggers) check_trigger(check, trigger);
}

void check_identity(Check& check, std::uint32_t index) {
  const Step& step = check.workflow.steps[index];
  if (step.id.empty()) {
    check.issue(at_step(index), step.at, "the step has no stepID; give it a small number");
  } else if (const auto first = *check.graph.find(step.id.text); first != index) {
    check.issue({.step = index, .path = std::nullopt, .duplicate = first}, step.id.at,
                fmt::format("the step ID \"{}\" is not unique: another step has it", step.id.text));
  } else if (!settings::count(step.id)) {  // of 64 bits; in JSON it stands in quotes
    check.issue(
        at_step(index), step.id.at,
        fmt::format("the stepID \"{}\" is no whole number, 0 or more; give the step a small "
                    "number",
                    step.id.text));
  }
  if (check.graph.at(index).kind) return;
  if (step.kind.empty()) {
    check.issue(at_step(index), step.at, "the step has no kind");
  } else if (step.kind.text != kGatewayKind) {
    check.issue(at_step(index), step.kind.at,
                fmt::format("unknown kind of step \"{}\"{}", step.kind.text,
                            check.did_you_mean(step.kind.text, kind_names())));
  } else {
    check.issue(at_step(index), step.ref.given() ? step.ref.at : step.at,
                fmt::format("unknown gateway \"{}\": its ref must be one of {}", step.ref.text,
                            fmt::join(gateway_names(), ", ")));
  }
}

void check_path(Check& check, std::uint32_t index) {
  const Path& path = check.workflow.paths[index];
  const Graph::Edge& edge = check.graph.edge(index);
  if (!edge.parent) {
    check.issue(at_path(index), path.parent.given() ? path.parent.at : path.at,
                fmt::format("the path comes from nowhere: {}",
                            no_such_step(check, "parentID", path.parent)));
  }
  if (!edge.child) {
    check.issue(
        at_path(index), path.child.given() ? path.child.at : path.at,
        fmt::format("the path leads nowhere: {}", no_such_step(check, "childID", path.child)));
  }
  for (const auto end : {edge.parent, edge.child}) {
    if (!end || check.graph.runs(*end)) continue;
    check.issue(at_path(index), path.at,
                fmt::format("step {} is a drawing element: no path leads to it or from it",
                            check.workflow.steps[*end].id.text));
  }
  warn_of_path_back(check, index);
  check_condition(check, index);
}

}  // namespace millrace::checks
