// Expressions, tests, types and targets: whether they can be read, and which variables they use.
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <unordered_set>

#include "expression/function.h"
#include "expression/functions/unicode.h"
#include "expression/place.h"
#include "value/cast.h"
#include "value/path.h"
#include "value/type_name.h"
#include "workflow/checks/checks.h"
#include "workflow/constant_text.h"
#include "workflow/datum_value.h"
#include "workflow/handler_fact.h"
#include "workflow/step_signature.h"

namespace millrace::checks {
namespace {

// The expressions of one step or path.
class Expressions {
 public:
  Expressions(Check& check, const Culprit& culprit) : check_(check), culprit_(culprit) {}

  // nullptr where it does not parse, which is an issue; `what` names it.
  Ref<const Program> compile(const Text& expr, std::string_view what);

  // An argument or result, whole; `what` is "argument" or "result", `type` what its value is cast
  // to.
  Ref<const Program> check_one(const Expression& expression, std::string_view what, Type type);

  // The slot of the variable that the expression's target changes.
  std::optional<std::uint32_t> target(const Expression& expression, std::string_view what);

 private:
  void check_type_and_value(const Expression& expression, std::string_view label, Type type);
  void warn_of_unknown_calls(const Program& program, const Text& expr);

  Check& check_;
  Culprit culprit_;
};

Ref<const Program> Expressions::compile(const Text& expr, std::string_view what) {
  auto program = compile_expression(expr.text, *check_.names);
  if (program) {
    warn_of_unknown_calls(**program, expr);
    return *program;
  }
  const std::string& message = program.error().message();
  std::string description =
      fmt::format("{} cannot be read: {}", what, message.substr(0, message.find('\n')));
  const ExpressionDetails* details = expression_details(program.error());
  check_.verdict.issues.push_back(
      details == nullptr ? check_.make(culprit_, expr.at, std::move(description))
                         : check_.make(culprit_, expr, details->place(), std::move(description)));
  return {};
}

void Expressions::warn_of_unknown_calls(const Program& program, const Text& expr) {
  for (const Program::UnknownCall& call : program.unknown_calls()) {
    std::vector<std::string_view> known;
    for (const Function* function : all_functions()) known.push_back(function->name);
    check_.warn_of(culprit_, {0, &expr, call.place},
                   fmt::format("there is no function \"{}\": the expression will fail{}", call.name,
                               check_.did_you_mean(call.name, known)));
  }
}

void Expressions::check_type_and_value(const Expression& expression, std::string_view label,
                                       Type type) {
  if (!expression.type.empty() && !type_from_name(expression.type.text)) {
    check_.issue(culprit_, expression.type.at,
                 fmt::format("{}: {}{}", label, unknown_type(expression.type.text),
                             check_.did_you_mean(expression.type.text, type_names())));
    return;
  }
  if (!expression.value) return;
  check_numbers(check_, culprit_, *expression.value, type, label);
  auto value = argument_value(*expression.value, type);
  std::optional<Error> failure;
  if (!value) {
    failure = value.error();
  } else {
    const Outcome typed = type_result(std::move(*value), type, std::nullopt);
    if (const auto* error = std::get_if<Error>(&typed)) failure = *error;
  }
  if (failure) {
    check_.issue(culprit_, expression.value->at(),
                 fmt::format("the value of {}: {}", label, failure->message()));
  }
}

Ref<const Program> Expressions::check_one(const Expression& expression, std::string_view what,
                                          Type type) {
  const std::string label = fmt::format("{} \"{}\"", what, expression.target.text);
  check_type_and_value(expression, label, type);
  for (const Test& test : expression.tests) {
    if (!test.expr.empty()) {
      compile(test.expr, fmt::format("a test of {}", label));
    } else {
      check_.issue(culprit_, test.at, fmt::format("a test of {} has no expr", label));
    }
  }
  if (expression.expr.empty()) return {};
  return compile(expression.expr, label);
}

std::optional<std::uint32_t> Expressions::target(const Expression& expression,
                                                 std::string_view what) {
  auto target = parse_target(expression.target.text);
  if (target) return check_.names->add(target->base());
  check_.warn(culprit_, expression.target.given() ? expression.target.at : expression.at,
              fmt::format("{} \"{}\" will fail when it is assigned: {}", what,
                          expression.target.text, target.error().message()));
  return std::nullopt;
}

using Slots = std::unordered_set<std::uint32_t>;

// What an expression reads of the scope, but for what was set before it in the same list.
void add_reads(Check& check, const Expression& expression, const Ref<const Program>& program,
               const Slots& set_before, std::vector<Read>& reads) {
  if (!expression.source.empty()) {
    const std::uint32_t slot = check.names->add(expression.source.text);
    if (!set_before.contains(slot)) reads.push_back({slot, &expression.source, std::nullopt});
  } else if (program) {
    for (const Program::Read& read : program->reads()) {
      if (set_before.contains(read.slot)) continue;
      reads.push_back({read.slot, &expression.expr, read.place});
    }
  }
}

// What a function or iterator step calls, where it can be called.
const Signature* called_by(const Check& check, std::uint32_t index) {
  const auto kind = check.graph.at(index).kind;
  if (kind != StepKind::function && kind != StepKind::iterator) return nullptr;
  const Signature* signature = check.registry.find(check.workflow.steps[index].ref.text);
  return signature != nullptr && signature->available ? signature : nullptr;
}

void check_argument_list(Check& check, std::uint32_t index) {
  const Step& step = check.workflow.steps[index];
  const auto kind = check.graph.at(index).kind;
  const bool assigns = kind == StepKind::expressions;
  const Signature* called = called_by(check, index);
  const Signature* signature = called == nullptr && kind ? step_signature(*kind) : called;
  Expressions expressions(check, at_step(index));
  Slots set;
  Use& use = check.step_uses[index];
  for (const Expression& argument : step.arguments) {
    const auto program =
        expressions.check_one(argument, "argument", argument_type(argument, signature));
    add_reads(check, argument, program, set, use.reads);
    const auto slot = assigns ? expressions.target(argument, "argument") : std::nullopt;
    if (slot) set.insert(*slot);
  }
  use.sets.assign(set.begin(), set.end());
}

void check_result_list(Check& check, std::uint32_t index) {
  const Step& step = check.workflow.steps[index];
  Expressions expressions(check, at_step(index));
  Slots set;
  std::vector<Read> reads;
  for (const Expression& result : step.results) {
    const auto program = expressions.check_one(result, "result", argument_type(result, nullptr));
    // A source is a result's name, which check_arguments looks at.
    if (result.source.empty()) add_reads(check, result, program, set, reads);
    const auto slot = expressions.target(result, "result");
    if (slot) set.insert(*slot);
  }
  Use& use = check.step_uses[index];
  use.sets.insert(use.sets.end(), set.begin(), set.end());
  const Signature* signature = called_by(check, index);
  if (signature == nullptr) return;
  // Names in the results of a call are its own results first.
  for (const Read& read : reads) {
    if (signature->result(check.names->name(read.slot)) != nullptr) continue;
    check.result_reads.push_back({index, read, signature});
  }
}

// An error-handler's results name facts, and only look like expressions.
void check_handler_results(Check& check, std::uint32_t index) {
  for (const Expression& result : check.workflow.steps[index].results) {
    if (handler_fact(result.expr.text)) continue;
    check.warn(at_step(index), result.expr.given() ? result.expr.at : result.at,
               fmt::format("an error-handler tells {}, and not \"{}\"{}",
                           fmt::join(handler_fact_names(), ", "), result.expr.text,
                           check.did_you_mean(result.expr.text, handler_fact_names())));
  }
}

// The condition of a loopDo where the definition says it outright, with its place.
std::optional<Text> loop_condition(const Step& step) {
  const Expression* argument = find_argument(step, "while");
  const auto condition = argument == nullptr ? std::nullopt : constant_text(*argument);
  if (!condition) return std::nullopt;
  if (argument->expr.empty()) {
    const Datum& value = *argument->value;
    return Text{*condition, value.at(), static_cast<std::int8_t>(value.inset())};
  }
  // Within an expression: a text in quotes, mostly.
  const std::size_t quote = argument->expr.text.find(*condition);
  const auto at = quote == std::string::npos || argument->expr.text.find('\n') != std::string::npos
                      ? std::nullopt
                      : place_within(argument->expr, 1,
                                     static_cast<std::uint32_t>(
                                         count_code_points(argument->expr.text.substr(0, quote))) +
                                         1);
  if (at) return Text{*condition, *at, 0};
  return Text{*condition, argument->expr.at, Text::kInNoFile};
}

void check_loop_condition(Check& check, std::uint32_t index) {
  const Step& step = check.workflow.steps[index];
  if (check.graph.at(index).kind != StepKind::iterator || step.ref.text != "loopDo") return;
  auto condition = loop_condition(step);
  if (!condition) return;
  const Text& text = check.keep(std::move(*condition));
  Expressions expressions(check, at_step(index));
  const auto program = expressions.compile(text, "the condition of loopDo");
  if (!program) return;
  for (const Program::Read& read : program->reads()) {
    check.step_uses[index].reads.push_back({read.slot, &text, read.place});
  }
}

}  // namespace

void check_expressions(Check& check, std::uint32_t index) {
  if (check.graph.at(index).kind == StepKind::visual) return;
  check_argument_list(check, index);
  check_result_list(check, index);
  if (check.graph.at(index).kind == StepKind::error_handler) check_handler_results(check, index);
  check_loop_condition(check, index);
}

void check_condition(Check& check, std::uint32_t index) {
  const Path& path = check.workflow.paths[index];
  const auto parent = check.graph.edge(index).parent;
  const auto kind = parent ? check.graph.at(*parent).kind : std::nullopt;
  const bool chooses = kind == StepKind::gateway_exclusive || kind == StepKind::gateway_inclusive;
  if (path.expr.empty()) {
    if (kind == StepKind::gateway_inclusive) {
      check.warn(at_path(index), path.at,
                 "the path is never taken: an inclusive gateway takes only paths whose expression "
                 "holds, and this one has none; \"true\" always holds");
    }
    return;
  }
  if (!chooses) {
    if (!kind) return;
    check.warn(at_path(index), path.expr.at,
               fmt::format("the condition of the path is never looked at: it leaves a step of kind "
                           "{}, not a gateway that chooses",
                           to_string(*kind)));
    return;
  }
  // The gateway is the culprit: it is what cannot be made.
  Expressions expressions(check, at_step(*parent));
  const auto program = expressions.compile(path.expr, "the condition of the path");
  if (!program) return;
  for (const Program::Read& read : program->reads()) {
    check.path_reads[index].push_back({read.slot, &path.expr, read.place});
  }
}

}  // namespace millrace::checks
