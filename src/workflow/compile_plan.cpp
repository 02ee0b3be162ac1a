// From a verified definition to its plan.
#include <fmt/format.h>

#include <utility>

#include "value/path.h"
#include "workflow/constant_text.h"
#include "workflow/datum_value.h"
#include "workflow/graph.h"
#include "workflow/plan.h"
#include "workflow/step_signature.h"
#include "workflow/verify.h"

namespace millrace {
namespace {

Type type_of(const Expression& expression) {
  return type_from_name(expression.type.text).value_or(Type::Any);
}

Result<ArgumentSource> source_of(const Expression& expression, Type type) {
  ArgumentSource source;
  source.target = expression.target.text;
  source.type = type;
  source.source = expression.source.text;
  source.expr = expression.expr.text;
  if (expression.value) {
    MILLRACE_TRY_ASSIGN(value, argument_value(*expression.value, type));
    source.value = std::move(value);
  }
  for (const Test& test : expression.tests) {
    if (!test.expr.empty()) source.tests.push_back(test.expr.text);
  }
  return source;
}

}  // namespace

class PlanBuilder {
 public:
  PlanBuilder(const Workflow& workflow, const Registry& registry)
      : workflow_(workflow), registry_(registry), graph_(workflow) {}

  Result<Ref<Plan>> build();

 private:
  Result<PlanStep> build_step(std::uint32_t index);
  Result<void> add_arguments(PlanStep& planned, const Step& step);
  Result<void> add_results(PlanStep& planned, const Step& step);
  Result<void> add_handler_results(PlanStep& planned, const Step& step);
  Result<void> add_paths(PlanStep& planned, std::uint32_t index);
  Result<void> add_loop_condition(PlanStep& planned, const Step& step);
  Result<void> add_settings(PlanStep& planned, const Step& step);
  Result<void> add_limits(Plan& plan);
  Result<Ref<const ArgumentProgram>> compile(const std::vector<ArgumentSource>& sources,
                                             ArgumentUse use);

  const Workflow& workflow_;
  const Registry& registry_;
  Graph graph_;
  Ref<Names> names_ = make_ref<Names>();
};

Result<Ref<const ArgumentProgram>> PlanBuilder::compile(const std::vector<ArgumentSource>& sources,
                                                        ArgumentUse use) {
  std::vector<ArgumentIssue> issues;
  ArgumentOptions options;
  options.use = use;
  auto program = compile_arguments(sources, *names_, options, issues);
  if (!issues.empty()) return issues.front().error;
  return program;
}

Result<void> PlanBuilder::add_arguments(PlanStep& planned, const Step& step) {
  std::vector<ArgumentSource> sources;
  const Signature* signature =
      planned.signature != nullptr ? planned.signature : step_signature(planned.kind);
  for (const Expression& argument : step.arguments) {
    const Type type = argument_type(argument, signature);
    MILLRACE_TRY_ASSIGN(source, source_of(argument, type));
    sources.push_back(std::move(source));
  }
  const bool assigns = planned.kind == StepKind::expressions;
  MILLRACE_TRY_ASSIGN(program,
                      compile(sources, assigns ? ArgumentUse::variables : ArgumentUse::values));
  planned.arguments = std::move(program);
  return {};
}

Result<void> PlanBuilder::add_results(PlanStep& planned, const Step& step) {
  if (planned.kind == StepKind::error_handler) return add_handler_results(planned, step);
  std::vector<ArgumentSource> sources;
  for (const Expression& result : step.results) {
    MILLRACE_TRY_ASSIGN(source, source_of(result, type_of(result)));
    sources.push_back(std::move(source));
  }
  MILLRACE_TRY_ASSIGN(program, compile(sources, ArgumentUse::variables));
  planned.results = std::move(program);
  return {};
}

Result<void> PlanBuilder::add_handler_results(PlanStep& planned, const Step& step) {
  for (const Expression& result : step.results) {
    const auto fact = handler_fact(result.expr.text);
    if (!fact) continue;  // verification has warned of it
    MILLRACE_TRY_ASSIGN(target, parse_target(result.target.text));
    planned.handler_results.push_back(
        {*fact, result.target.text, names_->add(target.base()), type_of(result)});
  }
  return {};
}

Result<void> PlanBuilder::add_paths(PlanStep& planned, std::uint32_t index) {
  const bool chooses =
      planned.kind == StepKind::gateway_exclusive || planned.kind == StepKind::gateway_inclusive;
  for (const std::uint32_t path : graph_.at(index).outbound) {
    PlanPath& added = planned.paths.emplace_back();
    added.index = path;
    added.child = graph_.child(path);
    const std::string& condition = workflow_.paths[path].expr.text;
    if (!chooses || condition.empty()) continue;
    MILLRACE_TRY_ASSIGN(program, compile_expression(condition, *names_));
    added.condition = program;
  }
  planned.inbound = graph_.at(index).inbound;
  return {};
}

Result<void> PlanBuilder::add_loop_condition(PlanStep& planned, const Step& step) {
  if (planned.kind != StepKind::iterator || planned.ref != "loopDo") return {};
  const Expression* argument = find_argument(step, "while");
  const auto condition = argument == nullptr ? std::nullopt : constant_text(*argument);
  if (!condition) return {};
  MILLRACE_TRY_ASSIGN(program, compile_expression(*condition, *names_));
  planned.loop_condition = program;
  return {};
}

Result<void> PlanBuilder::add_settings(PlanStep& planned, const Step& step) {
  MILLRACE_TRY_ASSIGN(timeout, settings::step_timeout(step));
  planned.timeout = timeout;
  MILLRACE_TRY_ASSIGN(delivery, settings::delivery(step.effect));
  planned.delivery = delivery.value_or(Delivery::at_least_once);
  if (!step.retry) return {};
  RetryPolicy& policy = planned.retry.emplace();
  MILLRACE_TRY_ASSIGN(attempts, settings::attempts(step.retry->attempts));
  MILLRACE_TRY_ASSIGN(backoff, settings::duration(step.retry->backoff));
  MILLRACE_TRY_ASSIGN(max_backoff, settings::duration(step.retry->max_backoff));
  MILLRACE_TRY_ASSIGN(jitter, settings::share(step.retry->jitter));
  policy.attempts = attempts.value_or(policy.attempts);
  policy.backoff = backoff.value_or(policy.backoff);
  policy.max_backoff = max_backoff.value_or(policy.max_backoff);
  policy.jitter = jitter.value_or(policy.jitter);
  for (const Text& text : step.retry->kinds) {
    MILLRACE_TRY_ASSIGN(kind, settings::error_kind(text));
    if (kind) policy.kinds.push_back(*kind);
  }
  return {};
}

Result<PlanStep> PlanBuilder::build_step(std::uint32_t index) {
  const Step& step = workflow_.steps[index];
  PlanStep planned;
  planned.id = step.id.text;
  planned.kind = graph_.at(index).kind.value_or(StepKind::visual);
  planned.ref = step.ref.text;
  if (planned.kind == StepKind::visual) return planned;
  if (planned.kind == StepKind::function || planned.kind == StepKind::iterator) {
    planned.signature = registry_.find(planned.ref);
  }
  MILLRACE_TRY(add_arguments(planned, step));
  MILLRACE_TRY(add_results(planned, step));
  MILLRACE_TRY(add_paths(planned, index));
  MILLRACE_TRY(add_loop_condition(planned, step));
  MILLRACE_TRY(add_settings(planned, step));
  return planned;
}

Result<void> PlanBuilder::add_limits(Plan& plan) {
  if (!workflow_.limits) return {};
  const Limits& limits = *workflow_.limits;
  MILLRACE_TRY_ASSIGN(timeout, settings::timeout(limits.timeout));
  MILLRACE_TRY_ASSIGN(cleanup, settings::duration(limits.cleanup));
  MILLRACE_TRY_ASSIGN(concurrency, settings::most(limits.concurrency));
  MILLRACE_TRY_ASSIGN(overlap, settings::overlap(limits.overlap));
  MILLRACE_TRY_ASSIGN(memory, settings::most(limits.memory));
  MILLRACE_TRY_ASSIGN(steps, settings::most(limits.steps));
  plan.limits_.timeout = timeout;
  plan.limits_.cleanup = cleanup.value_or(plan.limits_.cleanup);
  plan.limits_.concurrency = concurrency;
  plan.limits_.overlap = overlap.value_or(plan.limits_.overlap);
  plan.limits_.memory = memory;
  plan.limits_.steps = steps;
  return {};
}

Result<Ref<Plan>> PlanBuilder::build() {
  Ref<Plan> plan(new Plan());
  plan->definition_ = std::make_shared<const std::string>(content_of(workflow_));
  plan->hash_ = content_hash(*plan->definition_);
  plan->handle_ = workflow_.handle.text;
  plan->id_ = workflow_.id.text;
  for (std::uint32_t index = 0; index < workflow_.steps.size(); ++index) {
    MILLRACE_TRY_ASSIGN(step, build_step(index));
    plan->deferred_ |= step.kind == StepKind::prompt || step.kind == StepKind::delay;
    plan->steps_.push_back(std::move(step));
  }
  for (std::uint32_t path = 0; path < workflow_.paths.size(); ++path) {
    plan->parents_.push_back(graph_.edge(path).parent.value_or(0));
  }
  plan->starts_ = graph_.starts();
  if (workflow_.scope) {
    MILLRACE_TRY_ASSIGN(initial, variables_of(*workflow_.scope));
    plan->initial_scope_ = std::move(initial);
  }
  MILLRACE_TRY(add_limits(*plan));
  plan->names_ = names_;
  plan->initial_variables_ = Variables(names_, plan->initial_scope_);
  return plan;
}

Result<Ref<Plan>> compile_plan(const Workflow& workflow, const Registry& registry) {
  const Verdict verdict = verify(workflow, registry);
  if (!verdict.passes()) {
    const Issue& first = verdict.issues.front();
    return Error(ErrorKind::invalid, first.description).at(place_in_file(first.file, first.at));
  }
  auto plan = PlanBuilder(workflow, registry).build();
  if (plan) return plan;
  return plan.error().at(place_in_file(workflow.file, workflow.at));
}

}  // namespace millrace
