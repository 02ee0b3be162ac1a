// A workflow as its author wrote it: plain data with the place of everything that a message may
// point at. Fields that Millrace does not know are kept in `others` and written back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workflow/datum.h"

namespace millrace {

// A field that holds text or a number, as written. Not given: empty, at no place.
struct Text {
  std::string text;
  Position at;
  std::int8_t inset = -1;  // as Datum::inset(), or kInNoFile

  // Of a text that was worked out and stands in no file; `at` is what it came from.
  static constexpr std::int8_t kInNoFile = -2;

  bool given() const { return !text.empty() || at.known(); }
  bool empty() const { return text.empty(); }
};

// A condition on what an argument evaluated to; `error` is what to say when it does not hold.
struct Test {
  Position at;
  Text expr;
  Text error;
  Members others;
};

// One argument or result. At most one of source, expr and value decides what it evaluates to; value
// is also the fallback of an expr that fails.
struct Expression {
  Position at;
  Text target;
  Text type;    // empty: Any
  Text source;  // a variable of the scope
  Text expr;
  std::optional<Datum> value;
  std::vector<Test> tests;
  Members others;
};

// Limits of a workflow, a step or a trigger, as written; which of them each may have is checked by
// verify(). Durations are text ("1m30s"), memory is bytes.
struct Limits {
  Position at;
  Text timeout;
  Text cleanup;
  Text concurrency;
  Text overlap;  // allow, queue, skip
  Text memory;
  Text steps;
  Members others;
};

struct Retry {
  Position at;
  Text attempts;  // the first try counts
  Text backoff;
  Text max_backoff;
  Text jitter;              // share of the wait that is random, 0 to 1
  std::vector<Text> kinds;  // of errors; empty: those that trying again may mend
  Members others;
};

struct Step {
  Position at;
  Text id;  // stepID
  Text kind;
  Text ref;
  std::vector<Expression> arguments;
  std::vector<Expression> results;
  std::optional<Limits> limits;
  std::optional<Retry> retry;
  Text effect;  // at-least-once, at-most-once
  std::optional<Datum> meta;
  std::optional<Datum> labels;
  Members others;
};

struct Path {
  Position at;
  Text parent;  // parentID
  Text child;   // childID
  Text expr;
  std::optional<Datum> meta;
  Members others;
};

// Who made and changed something, and when; as written.
struct Stamps {
  Text owned_by;
  Text created_at;
  Text created_by;
  Text updated_at;
  Text updated_by;
  Text deleted_at;
  Text deleted_by;
};

struct Trigger {
  Position at;
  Text id;           // triggerID
  Text workflow_id;  // workflowID
  Text step_id;      // the step to start at; empty: the one without parents
  Text resource_type;
  Text event_type;
  std::optional<Datum> constraints;
  std::optional<bool> enabled;
  std::optional<Datum> input;  // typed values by name
  std::optional<Limits> limits;
  Text catch_up;  // none, once, all
  Text overlap;   // allow, queue, skip
  std::optional<Datum> meta;
  std::optional<Datum> labels;
  Stamps stamps;
  Members others;
};

struct Workflow {
  std::string file;  // for messages; not part of the definition
  Position at;
  Text id;      // workflowID
  Text handle;  // in YAML also the key of the `workflows` map
  std::optional<Datum> meta;
  std::optional<bool> enabled;
  std::optional<bool> trace;
  Text keep_sessions;          // seconds
  std::optional<Datum> scope;  // initial variables: typed values or plain data by name
  std::vector<Step> steps;
  std::vector<Path> paths;
  std::vector<Trigger> triggers;
  std::optional<Datum> issues;  // as an export recorded them; ours are found by verify()
  Text run_as;
  std::optional<Datum> labels;
  std::optional<Limits> limits;
  Stamps stamps;
  Members others;
};

// meta.subWorkflow: meant to be called by other workflows only.
bool is_sub_workflow(const Workflow& workflow);

// The place in the file of a place within the text, both counted from 1; nothing where that cannot
// be told from the text alone.
std::optional<Position> place_within(const Text& text, std::uint32_t line, std::uint32_t column);

// What a file holds.
struct Document {
  struct Skipped {
    std::string section;  // "roles"
    Position at;
    std::string message;
  };
  std::string file;
  std::string text;  // of the file, where it was loaded to be shown
  std::vector<Workflow> workflows;
  std::vector<Skipped> skipped;
};

}  // namespace millrace
