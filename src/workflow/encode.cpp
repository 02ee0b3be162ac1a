#include "workflow/encode.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "workflow/json_number.h"
#include "workflow/scalar.h"

namespace millrace {
namespace {

// Puts the fields of one map together, in order.
class Fields {
 public:
  explicit Fields(Format format) : format_(format) {}

  Fields& text(std::string_view name, const Text& text) {
    if (text.given()) add(name, Datum(Datum::Kind::text, text.text));
    return *this;
  }
  Fields& id(std::string_view name, const Text& text) {
    constexpr std::size_t kSmall = 9;  // digits
    const bool number = format_ == Format::yaml && text.text.size() <= kSmall;
    return number ? this->number(name, text) : this->text(name, text);
  }
  // A field that is a number where it reads as one, and as JSON would spell it: it is a text, and
  // must come back as it is.
  Fields& number(std::string_view name, const Text& text) {
    if (!text.given()) return *this;
    const Datum::Kind kind = plain_scalar_kind(text.text);
    const bool number = (kind == Datum::Kind::integer || kind == Datum::Kind::number) &&
                        json_number(text.text) == text.text;
    add(name, Datum(number ? kind : Datum::Kind::text, text.text));
    return *this;
  }
  Fields& boolean(std::string_view name, std::optional<bool> flag) {
    if (flag) add(name, Datum(Datum::Kind::boolean, *flag ? "true" : "false"));
    return *this;
  }
  Fields& datum(std::string_view name, const std::optional<Datum>& datum) {
    if (datum) add(name, *datum);
    return *this;
  }
  template <class Item, class Encode>
  Fields& items(std::string_view name, const std::vector<Item>& items, Encode encode) {
    if (items.empty()) return *this;
    Data list;
    list.reserve(items.size());
    for (const Item& item : items) list.push_back(encode(item, format_));
    add(name, Datum(std::move(list)));
    return *this;
  }
  template <class Item, class Encode>
  Fields& item(std::string_view name, const std::optional<Item>& item, Encode encode) {
    if (item) add(name, encode(*item, format_));
    return *this;
  }
  Datum with(const Members& others) {
    members_.insert(members_.end(), others.begin(), others.end());
    return Datum(std::move(members_));
  }

 private:
  void add(std::string_view name, Datum datum) {
    members_.push_back({std::string(name), {}, std::move(datum)});
  }

  Format format_;
  Members members_;
};

Datum encode_text(const Text& text, Format) { return {Datum::Kind::text, text.text}; }

Datum encode_test(const Test& test, Format format) {
  return Fields(format).text("expr", test.expr).text("error", test.error).with(test.others);
}

Datum encode_expression(const Expression& expression, Format format) {
  return Fields(format)
      .text("target", expression.target)
      .text("type", expression.type)
      .text("source", expression.source)
      .text("expr", expression.expr)
      .datum("value", expression.value)
      .items("tests", expression.tests, encode_test)
      .with(expression.others);
}

Datum encode_limits(const Limits& limits, Format format) {
  return Fields(format)
      .text("timeout", limits.timeout)
      .text("cleanup", limits.cleanup)
      .number("concurrency", limits.concurrency)
      .text("overlap", limits.overlap)
      .number("memory", limits.memory)
      .number("steps", limits.steps)
      .with(limits.others);
}

Datum encode_retry(const Retry& retry, Format format) {
  return Fields(format)
      .number("attempts", retry.attempts)
      .text("backoff", retry.backoff)
      .text("maxBackoff", retry.max_backoff)
      .number("jitter", retry.jitter)
      .items("kinds", retry.kinds, encode_text)
      .with(retry.others);
}

Datum encode_step(const Step& step, Format format) {
  return Fields(format)
      .id("stepID", step.id)
      .text("kind", step.kind)
      .text("ref", step.ref)
      .items("arguments", step.arguments, encode_expression)
      .items("results", step.results, encode_expression)
      .item("limits", step.limits, encode_limits)
      .item("retry", step.retry, encode_retry)
      .text("effect", step.effect)
      .datum("meta", step.meta)
      .datum("labels", step.labels)
      .with(step.others);
}

Datum encode_path(const Path& path, Format format) {
  return Fields(format)
      .id("parentID", path.parent)
      .id("childID", path.child)
      .text("expr", path.expr)
      .datum("meta", path.meta)
      .with(path.others);
}

Fields& add_stamps(Fields& fields, const Stamps& stamps) {
  return fields.id("ownedBy", stamps.owned_by)
      .text("createdAt", stamps.created_at)
      .id("createdBy", stamps.created_by)
      .text("updatedAt", stamps.updated_at)
      .id("updatedBy", stamps.updated_by)
      .text("deletedAt", stamps.deleted_at)
      .id("deletedBy", stamps.deleted_by);
}

Datum encode_trigger(const Trigger& trigger, Format format) {
  Fields fields(format);
  fields.id("triggerID", trigger.id)
      .id("workflowID", trigger.workflow_id)
      .id("stepID", trigger.step_id)
      .text("resourceType", trigger.resource_type)
      .text("eventType", trigger.event_type)
      .datum("constraints", trigger.constraints)
      .boolean("enabled", trigger.enabled)
      .datum("input", trigger.input)
      .item("limits", trigger.limits, encode_limits)
      .text("catchUp", trigger.catch_up)
      .text("overlap", trigger.overlap)
      .datum("meta", trigger.meta)
      .datum("labels", trigger.labels);
  return add_stamps(fields, trigger.stamps).with(trigger.others);
}

Datum encode_fields(const Workflow& workflow, Format format, bool with_handle) {
  Fields fields(format);
  fields.id("workflowID", workflow.id);
  if (with_handle) fields.text("handle", workflow.handle);
  fields.datum("meta", workflow.meta)
      .boolean("enabled", workflow.enabled)
      .boolean("trace", workflow.trace)
      .number("keepSessions", workflow.keep_sessions)
      .datum("scope", workflow.scope)
      .item("limits", workflow.limits, encode_limits)
      .items("triggers", workflow.triggers, encode_trigger)
      .items("steps", workflow.steps, encode_step)
      .items("paths", workflow.paths, encode_path)
      .datum("issues", workflow.issues)
      .id("runAs", workflow.run_as)
      .datum("labels", workflow.labels);
  return add_stamps(fields, workflow.stamps).with(workflow.others);
}

bool named_apart(const std::vector<Workflow>& workflows) {
  std::set<std::string_view> handles;
  return std::all_of(workflows.begin(), workflows.end(), [&](const Workflow& workflow) {
    return !workflow.handle.empty() && handles.insert(workflow.handle.text).second;
  });
}

}  // namespace

Datum encode_workflow(const Workflow& workflow, Format format) {
  return encode_fields(workflow, format, true);
}

Datum encode_file(const std::vector<Workflow>& workflows, Format format) {
  Datum content;
  if (format == Format::yaml && named_apart(workflows)) {
    Members by_handle;
    for (const Workflow& workflow : workflows) {
      by_handle.push_back({workflow.handle.text, {}, encode_fields(workflow, format, false)});
    }
    content = Datum(std::move(by_handle));
  } else {
    Data list;
    for (const Workflow& workflow : workflows) list.push_back(encode_workflow(workflow, format));
    content = Datum(std::move(list));
  }
  Members top;
  top.push_back({"workflows", {}, std::move(content)});
  return Datum(std::move(top));
}

bool same_content(const Workflow& a, const Workflow& b) {
  return encode_workflow(a, Format::json) == encode_workflow(b, Format::json);
}

}  // namespace millrace
