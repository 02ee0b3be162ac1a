// The parts of verification, a file each. All look at one workflow and add what they find.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "expression/place.h"
#include "expression/program.h"
#include "value/variables.h"
#include "workflow/definition.h"
#include "workflow/graph.h"
#include "workflow/signature.h"
#include "workflow/verify.h"

namespace millrace::checks {

// A variable that is read, and where the definition says so.
struct Read {
  std::uint32_t slot = 0;
  const Text* text = nullptr;  // an expression, or without a place in it the variable's name
  std::optional<Place> place;
};

// A name that a step's results read though what the step calls gives no such result: a variable of
// the scope, or a mistake.
struct ResultRead {
  std::uint32_t step = 0;
  Read read;
  const Signature* signature = nullptr;
};

// What a step does to the scope. The reads are of what the step does not set itself before.
struct Use {
  std::vector<Read> reads;
  std::vector<std::uint32_t> sets;
};

class Check {
 public:
  Check(const Workflow& workflow, const Registry& registry)
      : workflow(workflow), registry(registry), graph(workflow) {}

  void issue(const Culprit& culprit, Position at, std::string description) {
    verdict.issues.push_back(make(culprit, at, std::move(description)));
  }
  void warn(const Culprit& culprit, Position at, std::string description) {
    verdict.warnings.push_back(make(culprit, at, std::move(description)));
  }
  Issue make(const Culprit& culprit, Position at, std::string description) const;
  // About a part of an expression.
  Issue make(const Culprit& culprit, const Text& expression, Place place,
             std::string description) const;
  void warn_of(const Culprit& culprit, const Read& read, std::string description);

  // A text that stands nowhere in the definition as it is; it lives as long as the check.
  const Text& keep(Text text) { return kept_.emplace_back(std::move(text)); }

  // "; did you mean \"logInfo\"?", or nothing. Given up after the first hundred: searching for the
  // nearest name is slow, and nobody reads on.
  std::string did_you_mean(std::string_view name, std::span<const std::string_view> known);

  const Workflow& workflow;
  const Registry& registry;
  Graph graph;
  Verdict verdict;

  // Filled on the way, for check_flow.
  Ref<Names> names = make_ref<Names>();
  std::vector<Use> step_uses;                 // by step
  std::vector<std::vector<Read>> path_reads;  // by path
  std::vector<ResultRead> result_reads;
  std::vector<std::uint32_t> initial;  // variables that are there from the start

 private:
  std::deque<Text> kept_;
  int suggestions_left_ = 100;
};

inline Culprit at_step(std::uint32_t step) { return {.step = step}; }
inline Culprit at_path(std::uint32_t path) { return {.path = path}; }

// `index` is a step's, or for check_path and check_condition a path's.
void check_workflow(Check& check);                        // handle, triggers, limits
void check_identity(Check& check, std::uint32_t index);   // its id and kind
void check_shape(Check& check, std::uint32_t index);      // counts of arguments, results and paths
void check_arguments(Check& check, std::uint32_t index);  // against the signature of what it calls
void check_expressions(Check& check, std::uint32_t index);
void check_step_limits(Check& check, std::uint32_t index);
void check_trigger_limits(Check& check, const Trigger& trigger);
enum class LimitsOf : std::uint8_t { workflow, step, trigger };
void check_limits(Check& check, const Culprit& culprit, const Limits& limits, LimitsOf of);
void check_path(Check& check, std::uint32_t index);
void check_workflow_fields(Check& check);  // those that are unknown; its triggers' too
void check_step_fields(Check& check, std::uint32_t index);
void check_path_fields(Check& check, std::uint32_t index);
void check_limit_fields(Check& check, const Culprit& culprit, const Limits& limits, LimitsOf of);
// Warns of numbers in a value of type `type` that the type cannot hold; `label` names the value.
void check_numbers(Check& check, const Culprit& culprit, const Datum& datum, Type type,
                   std::string_view label);
void check_retry_fields(Check& check, const Culprit& culprit, const Retry& retry);
void check_condition(Check& check, std::uint32_t index);  // its expression
void check_flow(Check& check);  // warnings about reaching, joins and variables

}  // namespace millrace::checks
