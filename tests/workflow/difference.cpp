#include "workflow/difference.h"

#include <fmt/format.h>

namespace millrace {
namespace {

std::string between(const Text& a, const Text& b) {
  if (a.text == b.text && a.given() == b.given()) return {};
  return fmt::format(" ({} \"{}\", {} \"{}\")", a.given() ? "given" : "absent", a.text,
                     b.given() ? "given" : "absent", b.text);
}

std::string between(const Datum& a, const Datum& b) { return a == b ? "" : " (the data)"; }

std::string between(bool a, bool b) { return a == b ? "" : " (the flag)"; }

std::string between(const Members& a, const Members& b) { return a == b ? "" : " (the members)"; }

std::string between(const Test& a, const Test& b);
std::string between(const Expression& a, const Expression& b);
std::string between(const Limits& a, const Limits& b);
std::string between(const Retry& a, const Retry& b);
std::string between(const Step& a, const Step& b);
std::string between(const Path& a, const Path& b);
std::string between(const Stamps& a, const Stamps& b);
std::string between(const Trigger& a, const Trigger& b);

template <class Item>
std::string between(const std::optional<Item>& a, const std::optional<Item>& b) {
  if (a.has_value() != b.has_value()) return a ? " (lost)" : " (added)";
  return a ? between(*a, *b) : "";
}

template <class Item>
std::string between(const std::vector<Item>& a, const std::vector<Item>& b) {
  if (a.size() != b.size()) return fmt::format(" ({} items, {} items)", a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (const std::string found = between(a[i], b[i]); !found.empty()) {
      return fmt::format("[{}]{}", i, found);
    }
  }
  return {};
}

// The first of the fields that differs.
class Comparison {
 public:
  template <class Field>
  Comparison& field(std::string_view name, const Field& a, const Field& b) {
    if (!found_.empty()) return *this;
    if (const std::string inner = between(a, b); !inner.empty()) {
      found_ = "." + std::string(name) + inner;
    }
    return *this;
  }
  const std::string& found() const { return found_; }

 private:
  std::string found_;
};

std::string between(const Test& a, const Test& b) {
  return Comparison()
      .field("expr", a.expr, b.expr)
      .field("error", a.error, b.error)
      .field("others", a.others, b.others)
      .found();
}

std::string between(const Expression& a, const Expression& b) {
  return Comparison()
      .field("target", a.target, b.target)
      .field("type", a.type, b.type)
      .field("source", a.source, b.source)
      .field("expr", a.expr, b.expr)
      .field("value", a.value, b.value)
      .field("tests", a.tests, b.tests)
      .field("others", a.others, b.others)
      .found();
}

std::string between(const Limits& a, const Limits& b) {
  return Comparison()
      .field("timeout", a.timeout, b.timeout)
      .field("cleanup", a.cleanup, b.cleanup)
      .field("concurrency", a.concurrency, b.concurrency)
      .field("overlap", a.overlap, b.overlap)
      .field("memory", a.memory, b.memory)
      .field("steps", a.steps, b.steps)
      .field("others", a.others, b.others)
      .found();
}

std::string between(const Retry& a, const Retry& b) {
  return Comparison()
      .field("attempts", a.attempts, b.attempts)
      .field("backoff", a.backoff, b.backoff)
      .field("maxBackoff", a.max_backoff, b.max_backoff)
      .field("jitter", a.jitter, b.jitter)
      .field("kinds", a.kinds, b.kinds)
      .field("others", a.others, b.others)
      .found();
}

std::string between(const Step& a, const Step& b) {
  return Comparison()
      .field("stepID", a.id, b.id)
      .field("kind", a.kind, b.kind)
      .field("ref", a.ref, b.ref)
      .field("arguments", a.arguments, b.arguments)
      .field("results", a.results, b.results)
      .field("limits", a.limits, b.limits)
      .field("retry", a.retry, b.retry)
      .field("effect", a.effect, b.effect)
      .field("meta", a.meta, b.meta)
      .field("labels", a.labels, b.labels)
      .field("others", a.others, b.others)
      .found();
}

std::string between(const Path& a, const Path& b) {
  return Comparison()
      .field("parentID", a.parent, b.parent)
      .field("childID", a.child, b.child)
      .field("expr", a.expr, b.expr)
      .field("meta", a.meta, b.meta)
      .field("others", a.others, b.others)
      .found();
}

std::string between(const Stamps& a, const Stamps& b) {
  return Comparison()
      .field("ownedBy", a.owned_by, b.owned_by)
      .field("createdAt", a.created_at, b.created_at)
      .field("createdBy", a.created_by, b.created_by)
      .field("updatedAt", a.updated_at, b.updated_at)
      .field("updatedBy", a.updated_by, b.updated_by)
      .field("deletedAt", a.deleted_at, b.deleted_at)
      .field("deletedBy", a.deleted_by, b.deleted_by)
      .found();
}

std::string between(const Trigger& a, const Trigger& b) {
  return Comparison()
      .field("triggerID", a.id, b.id)
      .field("workflowID", a.workflow_id, b.workflow_id)
      .field("stepID", a.step_id, b.step_id)
      .field("resourceType", a.resource_type, b.resource_type)
      .field("eventType", a.event_type, b.event_type)
      .field("constraints", a.constraints, b.constraints)
      .field("enabled", a.enabled, b.enabled)
      .field("input", a.input, b.input)
      .field("limits", a.limits, b.limits)
      .field("catchUp", a.catch_up, b.catch_up)
      .field("overlap", a.overlap, b.overlap)
      .field("meta", a.meta, b.meta)
      .field("labels", a.labels, b.labels)
      .field("stamps", a.stamps, b.stamps)
      .field("others", a.others, b.others)
      .found();
}

}  // namespace

std::string difference(const Workflow& a, const Workflow& b) {
  return Comparison()
      .field("workflowID", a.id, b.id)
      .field("handle", a.handle, b.handle)
      .field("meta", a.meta, b.meta)
      .field("enabled", a.enabled, b.enabled)
      .field("trace", a.trace, b.trace)
      .field("keepSessions", a.keep_sessions, b.keep_sessions)
      .field("scope", a.scope, b.scope)
      .field("steps", a.steps, b.steps)
      .field("paths", a.paths, b.paths)
      .field("triggers", a.triggers, b.triggers)
      .field("issues", a.issues, b.issues)
      .field("runAs", a.run_as, b.run_as)
      .field("labels", a.labels, b.labels)
      .field("limits", a.limits, b.limits)
      .field("stamps", a.stamps, b.stamps)
      .field("others", a.others, b.others)
      .found();
}

}  // namespace millrace
