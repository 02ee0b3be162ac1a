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

using Table = std::vector<fields::Field>;

Result<void> decode_test(Datum datum, Test& test);
Result<void> decode_expression(Datum datum, Expression& expression);
Result<void> decode_limits(Datum datum, Limits& limits);
Result<void> decode_retry(Datum datum, Retry& retry);
Result<void> decode_step(Datum datum, Step& step);
Result<void> decode_path(Datum datum, Path& path);
Result<void> decode_trigger(Datum datum, Trigger& trigger);

Table table_of(Test& test) { return {{"expr", text(test.expr)}, {"error", text(test.error)}}; }

Table table_of(Expression& expression) {
  return {{"target", text(expression.target)}, {"type", text(expression.type)},
          {"source", text(expression.source)}, {"expr", text(expression.expr)},
          {"value", any(expression.value)},    {"tests", items(expression.tests, decode_test)}};
}

Table table_of(Limits& limits) {
  return {{"timeout", text(limits.timeout)},         {"cleanup", text(limits.cleanup)},
          {"concurrency", text(limits.concurrency)}, {"overlap", text(limits.overlap)},
          {"memory", text(limits.memory)},           {"steps", text(limits.steps)}};
}

Table table_of(Retry& retry) {
  return {{"attempts", text(retry.attempts)},
          {"backoff", text(retry.backoff)},
          {"maxBackoff", text(retry.max_backoff)},
          {"jitter", text(retry.jitter)},
          {"kinds", texts(retry.kinds)}};
}

Table table_of(Step& step) {
  return {{"stepID", text(step.id), "id"},  // as in the YAML that the reference writes
          {"kind", text(step.kind)},
          {"ref", text(step.ref)},
          {"arguments", items(step.arguments, decode_expression)},
          {"results", items(step.results, decode_expression)},
          {"limits", item(step.limits, decode_limits)},
          {"retry", item(step.retry, decode_retry)},
          {"effect", text(step.effect)},
          {"meta", map(step.meta)},
          {"labels", map(step.labels)}};
}

Table table_of(Path& path) {
  return {{"parentID", text(path.parent), "parentid"},  // likewise
          {"childID", text(path.child), "childid"},
          {"expr", text(path.expr)},
          {"meta", map(path.meta)}};
}

Table with_stamps(Table table, Stamps& stamps) {
  table.push_back({"ownedBy", text(stamps.owned_by)});
  table.push_back({"createdAt", text(stamps.created_at)});
  table.push_back({"createdBy", text(stamps.created_by)});
  table.push_back({"updatedAt", text(stamps.updated_at)});
  table.push_back({"updatedBy", text(stamps.updated_by)});
  table.push_back({"deletedAt", text(stamps.deleted_at)});
  table.push_back({"deletedBy", text(stamps.deleted_by)});
  return table;
}

Table table_of(Trigger& trigger) {
  return with_stamps({{"triggerID", text(trigger.id)},
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
                      {"labels", map(trigger.labels)}},
                     trigger.stamps);
}

Table table_of(Workflow& workflow) {
  return with_stamps({{"workflowID", text(workflow.id)},
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
                      {"limits", item(workflow.limits, decode_limits)}},
                     workflow.stamps);
}

template <class Item>
Result<void> decode(Datum datum, std::string_view what, Item& item) {
  item.at = datum.at();
  return read(std::move(datum), what, item.others, table_of(item));
}

Result<void> decode_test(Datum datum, Test& test) {
  return decode(std::move(datum), "a test", test);
}
Result<void> decode_expression(Datum datum, Expression& expression) {
  return decode(std::move(datum), "an argument or result", expression);
}
Result<void> decode_limits(Datum datum, Limits& limits) {
  return decode(std::move(datum), "limits", limits);
}
Result<void> decode_retry(Datum datum, Retry& retry) {
  return decode(std::move(datum), "retry", retry);
}
Result<void> decode_step(Datum datum, Step& step) {
  return decode(std::move(datum), "a step", step);
}
Result<void> decode_path(Datum datum, Path& path) {
  return decode(std::move(datum), "a path", path);
}
Result<void> decode_trigger(Datum datum, Trigger& trigger) {
  return decode(std::move(datum), "a trigger", trigger);
}
Result<void> decode_workflow(Datum datum, Workflow& workflow) {
  return decode(std::move(datum), "a workflow", workflow);
}

template <class Item>
std::vector<std::string_view> names_of() {
  Item blank;
  std::vector<std::string_view> names;
  for (const fields::Field& field : table_of(blank)) names.push_back(field.name);
  return names;
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

// Data is at most as deep as it may be read: the recursion is bounded.
std::size_t depth_of(const Datum& datum) {
  std::size_t below = 0;
  for (const Datum& item : datum.items()) below = std::max(below, depth_of(item));
  for (const Member& member : datum.members()) below = std::max(below, depth_of(member.value));
  return datum.is_scalar() ? 0 : below + 1;
}

// A workflow that is not within a file's `workflows`. There it will be written, two levels deeper,
// and must be read again.
Result<void> decode_single(Datum datum, std::size_t deepest, std::vector<Workflow>& workflows) {
  constexpr std::size_t kAround = 2;
  if (depth_of(datum) + kAround > deepest) {
    return Error(
               ErrorKind::exhausted,
               fmt::format("lists and maps within a workflow more than {} deep", deepest - kAround))
        .at(fmt::format("{}:{}", datum.at().line, datum.at().column));
  }
  return decode_workflow(std::move(datum), workflows.emplace_back());
}

// The answer of the REST interface to a question for one workflow, or for several.
Result<void> decode_answer(Datum answer, std::size_t deepest, std::vector<Workflow>& workflows) {
  if (answer.find("set") == nullptr) {
    return decode_single(std::move(answer), deepest, workflows);
  }
  for (Member& member : std::move(answer).take_members()) {
    if (member.key != "set" || member.value.is_null()) continue;
    if (!member.value.is_list()) return fields::wrong_shape("set", "a list", member.value);
    for (Datum& datum : std::move(member.value).take_items()) {
      MILLRACE_TRY(decode_single(std::move(datum), deepest, workflows));
    }
  }
  return {};
}

bool looks_like_answer(const Datum& datum) {
  const Datum* answer = datum.find("response");
  if (answer == nullptr) return false;
  const Datum* set = answer->find("set");
  if (set == nullptr) return looks_like_workflow(*answer);
  return std::all_of(set->items().begin(), set->items().end(), looks_like_workflow);
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

Result<void> decode_into(Datum data, std::size_t deepest, Document& document) {
  if (data.is_null()) {
    return Error(ErrorKind::invalid, "the file is empty; a definition begins with \"workflows:\"");
  }
  if (data.is_map() && data.find("workflows") != nullptr) {
    return decode_sections(std::move(data), document);
  }
  if (looks_like_answer(data)) {
    for (Member& member : std::move(data).take_members()) {
      if (member.key != "response") continue;
      MILLRACE_TRY(decode_answer(std::move(member.value), deepest, document.workflows));
    }
    return {};
  }
  if (looks_like_workflow(data)) {
    return decode_single(std::move(data), deepest, document.workflows);
  }
  return Error(ErrorKind::invalid,
               fmt::format("this is {}, not a definition: at the top belongs a key \"workflows\", "
                           "or the fields of one workflow (\"handle\", \"steps\", \"paths\")",
                           data.is_map() ? "a map of something else" : data.describe()))
      .at(fmt::format("{}:{}", data.at().line, data.at().column));
}

}  // namespace

Result<Document> decode_document(Datum data, const std::string& file, std::size_t deepest) {
  Document document;
  document.file = file;
  auto decoded = decode_into(std::move(data), deepest, document);
  if (!decoded) {
    const std::string& where = decoded.error().where();
    return decoded.error().at(where.empty() ? file : fmt::format("{}:{}", file, where));
  }
  for (Workflow& workflow : document.workflows) workflow.file = file;
  return document;
}

std::vector<std::string_view> field_names(Record record) {
  switch (record) {
    case Record::workflow: return names_of<Workflow>();
    case Record::trigger: return names_of<Trigger>();
    case Record::step: return names_of<Step>();
    case Record::path: return names_of<Path>();
    case Record::expression: return names_of<Expression>();
    case Record::test: return names_of<Test>();
    case Record::limits: return names_of<Limits>();
    case Record::retry: return names_of<Retry>();
  }
  return {};
}

}  // namespace millrace
