#include "workflow/decode.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "workflow/fields.h"

namespace millrace {
namespace {

using fields::any;
using fields::boolean;
using fields::item;
using fields::items;
using fields::list;
using fields::map;
using fields::read;
using fields::text;
using fields::texts;

Result<void> decode_test(Datum datum, Test& test) {
  test.at = datum.at();
  return read(std::move(datum), "a test", test.others,
              {{"expr", text(test.expr)}, {"error", text(test.error)}});
}

Result<void> decode_expression(Datum datum, Expression& expression) {
  expression.at = datum.at();
  return read(std::move(datum), "an argument or result", expression.others,
              {{"target", text(expression.target)},
               {"type", text(expression.type)},
               {"source", text(expression.source)},
               {"expr", text(expression.expr)},
               {"value", any(expression.value)},
               {"tests", items(expression.tests, decode_test)}});
}

Result<void> decode_limits(Datum datum, Limits& limits) {
  limits.at = datum.at();
  return read(std::move(datum), "limits", limits.others,
              {{"timeout", text(limits.timeout)},
               {"cleanup", text(limits.cleanup)},
               {"concurrency", text(limits.concurrency)},
               {"overlap", text(limits.overlap)},
               {"memory", text(limits.memory)},
               {"steps", text(limits.steps)}});
}

Result<void> decode_retry(Datum datum, Retry& retry) {
  retry.at = datum.at();
  return read(std::move(datum), "retry", retry.others,
              {{"attempts", text(retry.attempts)},
               {"backoff", text(retry.backoff)},
               {"maxBackoff", text(retry.max_backoff)},
               {"jitter", text(retry.jitter)},
               {"kinds", texts(retry.kinds)}});
}

Result<void> decode_step(Datum datum, Step& step) {
  step.at = datum.at();
  return read(std::move(datum), "a step", step.others,
              {{"stepID", text(step.id), "id"},  // as in the YAML that the reference writes
               {"kind", text(step.kind)},
               {"ref", text(step.ref)},
               {"arguments", items(step.arguments, decode_expression)},
               {"results", items(step.results, decode_expression)},
               {"limits", item(step.limits, decode_limits)},
               {"retry", item(step.retry, decode_retry)},
               {"effect", text(step.effect)},
               {"meta", map(step.meta)},
               {"labels", map(step.labels)}});
}

Result<void> decode_path(Datum datum, Path& path) {
  path.at = datum.at();
  return read(std::move(datum), "a path", path.others,
              {{"parentID", text(path.parent), "parentid"},  // likewise
               {"childID", text(path.child), "childid"},
               {"expr", text(path.expr)},
               {"meta", map(path.meta)}});
}

Result<void> decode_trigger(Datum datum, Trigger& trigger) {
  trigger.at = datum.at();
  Stamps& stamps = trigger.stamps;
  return read(std::move(datum), "a trigger", trigger.others,
              {{"triggerID", text(trigger.id)},
               {"workflowID", text(trigger.workflow_id)},
               {"stepID", text(trigger.step_id)},
               {"resourceType", text(trigger.resource_type)},
               {"eventType", text(trigger.event_type)},
               {"constraints", list(trigger.constraints)},
               {"enabled", boolean(trigger.enabled)},
               {"input", map(trigger.input)},
               {"limits", item(trigger.limits, decode_limits)},
               {"catchUp", text(trigger.catch_up)},
               {"overlap", text(trigger.overlap)},
               {"meta", map(trigger.meta)},
               {"labels", map(trigger.labels)},
               {"ownedBy", text(stamps.owned_by)},
               {"createdAt", text(stamps.created_at)},
               {"createdBy", text(stamps.created_by)},
               {"updatedAt", text(stamps.updated_at)},
               {"updatedBy", text(stamps.updated_by)},
               {"deletedAt", text(stamps.deleted_at)},
               {"deletedBy", text(stamps.deleted_by)}});
}

Result<void> decode_workflow(Datum datum, Workflow& workflow) {
  workflow.at = datum.at();
  Stamps& stamps = workflow.stamps;
  return read(std::move(datum), "a workflow", workflow.others,
              {{"workflowID", text(workflow.id)},
               {"handle", text(workflow.handle)},
               {"meta", map(workflow.meta)},
               {"enabled", boolean(workflow.enabled)},
               {"trace", boolean(workflow.trace)},
               {"keepSessions", text(workflow.keep_sessions)},
               {"scope", map(workflow.scope)},
               {"steps", items(workflow.steps, decode_step)},
               {"paths", items(workflow.paths, decode_path)},
               {"triggers", items(workflow.triggers, decode_trigger)},
               {"issues", list(workflow.issues)},
               {"runAs", text(workflow.run_as)},
               {"labels", map(workflow.labels)},
               {"limits", item(workflow.limits, decode_limits)},
               {"ownedBy", text(stamps.owned_by)},
               {"createdAt", text(stamps.created_at)},
               {"createdBy", text(stamps.created_by)},
               {"updatedAt", text(stamps.updated_at)},
               {"updatedBy", text(stamps.updated_by)},
               {"deletedAt", text(stamps.deleted_at)},
               {"deletedBy", text(stamps.deleted_by)}});
}

// A workflow under its handle: the key of the map that it stands in.
Result<void> decode_named(Member member, Workflow& workflow) {
  if (member.value.is_null()) member.value = Datum(Members{}, member.key_at);
  MILLRACE_TRY(decode_workflow(std::move(member.value), workflow));
  if (workflow.handle.given() && workflow.handle.text != member.key) {
    return Error(ErrorKind::invalid,
                 fmt::format("the workflow \"{}\" gives itself another handle, \"{}\"; leave one "
                             "of the two out",
                             member.key, workflow.handle.text))
        .at(fmt::format("{}:{}", workflow.handle.at.line, workflow.handle.at.column));
  }
  workflow.at = member.key_at;
  workflow.handle = {std::move(member.key), member.key_at, -1};
  return {};
}

Result<void> decode_workflows(Datum datum, std::vector<Workflow>& workflows) {
  if (datum.is_null()) return {};
  if (datum.is_map()) {
    for (Member& member : std::move(datum).take_members()) {
      MILLRACE_TRY(decode_named(std::move(member), workflows.emplace_back()));
    }
    return {};
  }
  return items(workflows, decode_workflow)("workflows", std::move(datum));
}

bool looks_like_workflow(const Datum& datum) {
  return datum.find("steps") != nullptr || datum.find("handle") != nullptr ||
         datum.find("workflowID") != nullptr;
}

Result<void> decode_sections(Datum data, Document& document) {
  for (Member& member : std::move(data).take_members()) {
    if (member.key == "workflows") {
      MILLRACE_TRY(decode_workflows(std::move(member.value), document.workflows));
    } else {
      std::string message =
          fmt::format("the section \"{}\" was skipped: only workflows are read", member.key);
      document.skipped.push_back({std::move(member.key), member.key_at, std::move(message)});
    }
  }
  return {};
}

Result<void> decode_into(Datum data, Document& document) {
  if (data.is_null()) {
    return Error(ErrorKind::invalid, "the file is empty; a definition begins with \"workflows:\"");
  }
  if (data.is_map() && data.find("workflows") != nullptr) {
    return decode_sections(std::move(data), document);
  }
  if (looks_like_workflow(data)) {
    return decode_workflow(std::move(data), document.workflows.emplace_back());
  }
  return Error(ErrorKind::invalid,
               fmt::format("this is {}, not a definition: at the top belongs a key \"workflows\", "
                           "or the fields of one workflow (\"handle\", \"steps\", \"paths\")",
                           data.is_map() ? "a map of something else" : data.describe()))
      .at(fmt::format("{}:{}", data.at().line, data.at().column));
}

}  // namespace

Result<Document> decode_document(Datum data, const std::string& file) {
  Document document;
  document.file = file;
  auto decoded = decode_into(std::move(data), document);
  if (!decoded) {
    const std::string& where = decoded.error().where();
    return decoded.error().at(where.empty() ? file : fmt::format("{}:{}", file, where));
  }
  for (Workflow& workflow : document.workflows) workflow.file = file;
  return document;
}

}  // namespace millrace
