// Arguments and results against the signature of what the step calls.
#include <fmt/format.h>

#include <algorithm>

#include "workflow/checks/checks.h"
#include "workflow/constant_text.h"
#include "workflow/step_signature.h"

namespace millrace::checks {
namespace {

void check_given(Check& check, std::uint32_t index, const Signature& signature,
                 const Expression& argument) {
  const ArgumentSignature* known = signature.argument(argument.target.text);
  if (known == nullptr && signature.open) return;
  if (known == nullptr) {
    std::vector<std::string_view> names;
    names.reserve(signature.arguments.size());
    for (const ArgumentSignature& candidate : signature.arguments) names.push_back(candidate.name);
    check.issue(at_step(index), argument.target.given() ? argument.target.at : argument.at,
                fmt::format("{} has no argument \"{}\"{}", signature.ref, argument.target.text,
                            check.did_you_mean(argument.target.text, names)));
    return;
  }
  if (argument.type.empty()) return;
  const auto type = type_from_name(argument.type.text);
  if (!type || known->takes(*type)) return;
  check.issue(at_step(index), argument.type.at,
              fmt::format("argument \"{}\" of {} is of type {}, not {}", known->name, signature.ref,
                          types_text(known->types), type_name(*type)));
}

void check_arguments_against(Check& check, std::uint32_t index, const Signature& signature) {
  const Step& step = check.workflow.steps[index];
  for (const Expression& argument : step.arguments) check_given(check, index, signature, argument);
  for (const ArgumentSignature& known : signature.arguments) {
    const bool given =
        std::any_of(step.arguments.begin(), step.arguments.end(),
                    [&](const Expression& argument) { return argument.target.text == known.name; });
    if (!known.required || given) continue;
    check.issue(at_step(index), step.at,
                fmt::format("{} needs an argument \"{}\" ({})", signature.ref, known.name,
                            types_text(known.types)));
  }
}

// A `source` names one of the results outright.
void check_results_against(Check& check, std::uint32_t index, const Signature& signature) {
  for (const Expression& result : check.workflow.steps[index].results) {
    if (result.source.empty() || signature.result(result.source.text) != nullptr) continue;
    std::vector<std::string_view> names;
    for (const ResultSignature& candidate : signature.results) names.push_back(candidate.name);
    check.issue(at_step(index), result.source.at,
                fmt::format("{} gives no result \"{}\"{}", signature.ref, result.source.text,
                            check.did_you_mean(result.source.text, names)));
  }
}

void check_call(Check& check, std::uint32_t index, Signature::Kind wanted) {
  const Step& step = check.workflow.steps[index];
  const bool function = wanted == Signature::Kind::function;
  const Position at = step.ref.given() ? step.ref.at : step.at;
  const Signature* signature = check.registry.find(step.ref.text);
  if (step.ref.empty()) {
    check.issue(
        at_step(index), at,
        fmt::format("the step needs a ref: which {} it calls", function ? "function" : "iterator"));
  } else if (signature == nullptr) {
    std::vector<std::string_view> refs;
    for (const Signature* known : check.registry.all()) {
      if (known->kind == wanted && known->available) refs.push_back(known->ref);
    }
    check.issue(at_step(index), at,
                fmt::format("unknown {} \"{}\"{}", function ? "function" : "iterator",
                            step.ref.text, check.did_you_mean(step.ref.text, refs)));
  } else if (signature->kind != wanted) {
    check.issue(at_step(index), at,
                fmt::format("\"{}\" is {}; give the step that kind", step.ref.text,
                            function ? "an iterator" : "a function"));
  } else if (!signature->available) {
    check.issue(at_step(index), at, fmt::format("\"{}\" is not available here", step.ref.text));
  } else {
    check_arguments_against(check, index, *signature);
    check_results_against(check, index, *signature);
  }
}

void check_recursion(Check& check, std::uint32_t index) {
  const Expression* argument = find_argument(check.workflow.steps[index], "workflow");
  const auto called = argument == nullptr ? std::nullopt : constant_text(*argument);
  if (!called || called->empty()) return;
  if (*called != check.workflow.handle.text && *called != check.workflow.id.text) return;
  check.issue(
      at_step(index), constant_place(*argument),
      fmt::format("workflow \"{}\" calls itself; lead a path back instead, or loop", *called));
}

}  // namespace

void check_arguments(Check& check, std::uint32_t index) {
  const auto kind = check.graph.at(index).kind;
  if (!kind) return;
  const Step& step = check.workflow.steps[index];
  if (*kind == StepKind::function) return check_call(check, index, Signature::Kind::function);
  if (*kind == StepKind::iterator) return check_call(check, index, Signature::Kind::iterator);
  if (*kind == StepKind::prompt && step.ref.empty()) {
    check.issue(at_step(index), step.at, "a prompt step needs a ref: what the client shows");
  }
  if (const Signature* signature = step_signature(*kind)) {
    check_arguments_against(check, index, *signature);
  }
  if (*kind == StepKind::exec_workflow) check_recursion(check, index);
}

}  // namespace millrace::checks
