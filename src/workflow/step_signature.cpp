#include "workflow/step_signature.h"

namespace millrace {

const Signature* step_signature(StepKind kind) {
  using enum Type;
  static const Signature kError{.ref = "error", .arguments = {{"message", {String}, true, ""}}};
  static const Signature kDelay{
      .ref = "delay",
      .arguments = {{"offset", {Duration}, false, ""}, {"timestamp", {DateTime}, false, ""}}};
  static const Signature kExec{.ref = "exec-workflow",
                               .arguments = {{"workflow", {Handle, ID}, true, ""},
                                             {"scope", {Vars}, false, ""},
                                             {"wait", {Boolean}, false, ""},
                                             {"timeout", {Duration}, false, ""}}};
  static const Signature kPrompt{
      .ref = "prompt", .arguments = {{"timeout", {Duration}, false, ""}}, .open = true};
  switch (kind) {
    case StepKind::error: return &kError;
    case StepKind::delay: return &kDelay;
    case StepKind::exec_workflow: return &kExec;
    case StepKind::prompt: return &kPrompt;
    default: return nullptr;
  }
}

Type argument_type(const Expression& argument, const Signature* signature) {
  if (!argument.type.empty()) return type_from_name(argument.type.text).value_or(Type::Any);
  const ArgumentSignature* known =
      signature == nullptr ? nullptr : signature->argument(argument.target.text);
  return known != nullptr && known->types.size() == 1 ? known->types.front() : Type::Any;
}

}  // namespace millrace
