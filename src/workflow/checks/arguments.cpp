// Arguments against the signature of what the step calls.
#include <fmt/format.h>

#include <algorithm>

#include "workflow/checks/checks.h"

namespace millrace::checks {
namespace {

// What the steps that call nothing take, as signatures.
const Signature* signature_of(StepKind kind) {
  using enum Type;
  static const Signature kError{.ref = "error", .arguments = {{"message", {Any}, true, ""}}};
  static const Signature kDelay{
      .ref = "delay",
      .arguments = {{"offset", {Duration}, false, ""}, {"timestamp", {DateTime}, false, ""}}};
  static const Signature kExec{.ref = "exec-workflow",
                               .arguments = {{"workflow", {Handle, ID, String}, true, ""},
                                             {"scope", {Vars}, false, ""},
                                             {"wait", {Boolean}, false, ""}}};
  switch (kind) {
    case StepKind::error: return &kError;
    case StepKind::delay: return &kDelay;
    case StepKind::exec_workflow: return &kExec;
    default: return nullptr;
  }
}

std::string list_types(const std::vector<Type>& types) {
  std::string text;
  for (const Type type : types) {
    if (!text.empty()) text += " or ";
    text += type_name(type);
  }
  return text;
}

void check_given(Check& check, std::uint32_t index, const Signature& signature,
                 const Expression& argument) {
  const ArgumentSignature* known = signature.argument(argument.target.text);
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
                          list_types(known->types), type_name(*type)));
}

void check_against(Check& check, std::uint32_t index, const Signature& signature) {
  const Step& step = check.workflow.steps[index];
  for (const Expression& argument : step.arguments) check_given(check, index, signature, argument);
  for (const ArgumentSignature& known : signature.arguments) {
    const bool given =
        std::any_of(step.arguments.begin(), step.arguments.end(),
                    [&](const Expression& argument) { return argument.target.text == known.name; });
    if (!known.required || given) continue;
    check.issue(at_step(index), step.at,
                fmt::format("{} needs an argument \"{}\" ({})", signature.ref, known.name,
                            list_types(known.types)));
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
    check_against(check, index, *signature);
  }
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
  if (const Signature* signature = signature_of(*kind)) check_against(check, index, *signature);
}

}  // namespace millrace::checks
