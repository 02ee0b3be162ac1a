// A verified workflow in the form that the engine runs: steps by index, expressions as compiled
// programs over the slots of one symbol table. Immutable, shared by the sessions of one shard, and
// named by the hash of its definition's content.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/counted.h"
#include "base/error.h"
#include "expression/argument.h"
#include "expression/program.h"
#include "value/value.h"
#include "value/variables.h"
#include "workflow/definition.h"
#include "workflow/handler_fact.h"
#include "workflow/settings.h"
#include "workflow/signature.h"
#include "workflow/step_kind.h"

namespace millrace {

// A fact about a caught error that an error-handler puts into a variable.
struct HandlerResult {
  HandlerFact fact;
  std::string target;  // the variable, or a path below one
  std::uint32_t slot;  // of the variable
  Type type;           // that the definition asks for; Any: as the fact is
};

struct RetryPolicy {
  std::uint32_t attempts = 3;                      // the first try counts
  Nanos backoff = std::chrono::milliseconds(200);  // before the second try; doubles from there on
  Nanos max_backoff = std::chrono::seconds(30);
  double jitter = 0.5;           // share of the wait that is random, 0 to 1
  std::vector<ErrorKind> kinds;  // of errors that are tried again; empty: unavailable and deadline
};

struct PlanPath {
  std::uint32_t index = 0;       // among the paths of the definition
  std::uint32_t child = 0;       // a step
  Ref<const Program> condition;  // none: holds, but for gateway_inclusive
};

struct PlanStep {
  std::string id;  // as the author wrote it
  StepKind kind = StepKind::visual;
  std::string ref;
  const Signature* signature = nullptr;        // of functions and iterators
  Ref<const ArgumentProgram> arguments;        // of use values, but an expressions step's
  Ref<const ArgumentProgram> results;          // but those of an error-handler, which are
  std::vector<HandlerResult> handler_results;  // these
  std::vector<PlanPath> paths;                 // outbound, in the definition's order
  std::vector<std::uint32_t> inbound;          // indices of paths, in the definition's order
  // loopDo whose condition is known beforehand; else it is compiled on entry from its argument.
  Ref<const Program> loop_condition;
  std::optional<Nanos> timeout;
  std::optional<RetryPolicy> retry;
  Delivery delivery = Delivery::at_least_once;

  // Iterators: paths[0] is the body, paths[1] the exit. Handlers: paths[0] goes on and paths[1],
  // where there is one, is the handler; with one path the step removes the handler in force.
  std::uint32_t body() const { return paths[0].child; }
  std::uint32_t exit() const { return paths[1].child; }
  bool has_handler() const { return kind == StepKind::error_handler && paths.size() == 2; }
};

struct PlanLimits {
  std::optional<Nanos> timeout;
  Nanos cleanup = std::chrono::seconds(10);
  std::optional<std::uint64_t> concurrency;  // sessions at a time
  Overlap overlap = Overlap::allow;
  std::optional<std::uint64_t> memory;  // bytes of variables and bodies
  std::optional<std::uint64_t> steps;   // executions
};

class Plan : public Counted {
 public:
  const std::string& hash() const { return hash_; }  // SHA-256 of the content, 64 hex digits
  // The content: the workflow as JSON, from which the same plan can be compiled again.
  const std::shared_ptr<const std::string>& definition() const { return definition_; }
  const std::string& handle() const { return handle_; }
  const std::string& id() const { return id_; }

  const std::vector<PlanStep>& steps() const { return steps_; }
  const PlanStep& step(std::uint32_t index) const { return steps_[index]; }
  std::optional<std::uint32_t> find_step(std::string_view id) const;
  // The parent of a path, by the path's index among those of the definition.
  std::uint32_t parent_of(std::uint32_t path) const { return parents_[path]; }

  std::size_t path_count() const { return parents_.size(); }

  // Whether a state at the step `from` can come to the step `to` by at least one path; so not by
  // standing there. Worked out when it is first asked of `to`.
  bool leads(std::uint32_t from, std::uint32_t to) const;

  // Where a session starts: at the step of that id or, with an empty one, at the only step without
  // parents. None, or several: an error of kind invalid that lists them.
  Result<std::uint32_t> start(std::string_view step_id) const;

  // Holds a prompt or delay step: started by an event it returns at once.
  bool deferred() const { return deferred_; }

  const Ref<const Names>& names() const { return names_; }
  const Dict& initial_scope() const { return initial_scope_; }               // typed
  const Variables& initial_variables() const { return initial_variables_; }  // the same, by slot
  const PlanLimits& limits() const { return limits_; }

 private:
  friend class PlanBuilder;
  Plan() = default;

  std::string hash_;
  std::shared_ptr<const std::string> definition_;
  std::string handle_;
  std::string id_;
  std::vector<PlanStep> steps_;
  std::vector<std::uint32_t> parents_;
  mutable std::map<std::uint32_t, std::vector<bool>> sources_;  // for leads(), by target
  std::vector<std::uint32_t> starts_;
  bool deferred_ = false;
  Ref<const Names> names_;
  Dict initial_scope_;
  Variables initial_variables_;
  PlanLimits limits_;
};

// Compiles a workflow that verify() found no issue in; the first issue otherwise, as an error. The
// registry outlives the plan.
Result<Ref<Plan>> compile_plan(const Workflow& workflow, const Registry& registry);

// What a definition says, as JSON, and the name of that: its SHA-256, 64 hex digits.
std::string content_of(const Workflow& workflow);
std::string content_hash(std::string_view content);
inline std::string content_hash(const Workflow& workflow) {
  return content_hash(content_of(workflow));
}

}  // namespace millrace
