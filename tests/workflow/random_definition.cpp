#include "workflow/random_definition.h"

#include <array>
#include <set>
#include <string_view>

namespace millrace {
namespace {

constexpr Position kSomewhere{1, 1};

constexpr std::array<std::string_view, 46> kWholeTexts = {
    "",        " ",          "yes",
    "no",      "on",         "True",
    "null",    "Null",       "~",
    "1e3",     "0x1F",       "0o17",
    "007",     "+5",         "-",
    "--",      "---",        "...",
    "- a",     "? a",        "a: b",
    "a:",      ": a",        "#a",
    "a #b",    "2024-01-01", "2024-01-01T00:00:00Z",
    "1_000",   "12:30:45",   ".inf",
    "-.INF",   ".nan",       "<<",
    "!!str 1", "&a",         "*a",
    "|",       ">",          "%YAML",
    "@a",      "`a`",        "{a: 1}",
    "[1, 2]",  "'",          "\"",
    "0.1e-7"};

constexpr std::array<std::string_view, 44> kPieces = {"a",
                                                      "Z",
                                                      "0",
                                                      "7",
                                                      " ",
                                                      "  ",
                                                      "\n",
                                                      "\n\n",
                                                      "\t",
                                                      "\r",
                                                      "\r\n",
                                                      "'",
                                                      "''",
                                                      "\"",
                                                      "\"\"",
                                                      "\\",
                                                      "\\n",
                                                      ":",
                                                      ": ",
                                                      " #",
                                                      "-",
                                                      "- ",
                                                      ",",
                                                      "{",
                                                      "}",
                                                      "[",
                                                      "]",
                                                      "&",
                                                      "*",
                                                      "!",
                                                      "|",
                                                      ">",
                                                      "%",
                                                      "é",
                                                      "日本",
                                                      "😀",
                                                      "👩‍👩‍👧",
                                                      "\u2028",
                                                      "\u0085",
                                                      "\uFEFF",
                                                      "\u00A0",
                                                      "\x7F",
                                                      "\x01",
                                                      "\u202E"};

constexpr std::array<std::string_view, 14> kNumbers = {
    "0",   "-0",    "1",    "-17", "3600", "9007199254740993", "18446744073709551616",
    "1.5", "-0.25", "0.10", "1e3", "2E-7", "1.0e+400",         "-12345678901234567890.5"};

}  // namespace

std::string RandomDefinition::raw_text() {
  if (chance(40)) return std::string(kWholeTexts[below(kWholeTexts.size())]);
  if (chance(3)) return std::string(1500 + below(3000), 'x');
  std::string text;
  for (std::size_t count = below(8); count > 0; --count) text += kPieces[below(kPieces.size())];
  return text;
}

std::string RandomDefinition::number() {
  if (chance(5)) return std::string(400, '9');
  return std::string(kNumbers[below(kNumbers.size())]);
}

Text RandomDefinition::maybe_text() {
  if (chance(50)) return {};
  return {raw_text(), kSomewhere};
}

Text RandomDefinition::maybe_number() {
  if (chance(60)) return {chance(30) ? std::string() : number(), kSomewhere};
  return maybe_text();
}

Text RandomDefinition::maybe_id() {
  if (chance(70)) return {std::to_string(chance(50) ? below(100) : random_()), kSomewhere};
  return maybe_text();
}

std::optional<bool> RandomDefinition::maybe_flag() {
  if (chance(40)) return std::nullopt;
  return chance(50);
}

Datum RandomDefinition::scalar() {
  switch (below(5)) {
    case 0: return {};
    case 1: return {Datum::Kind::boolean, chance(50) ? "true" : "false"};
    case 2: {
      std::string text = number();
      const bool whole = text.find_first_of(".eE") == std::string::npos;
      return {whole ? Datum::Kind::integer : Datum::Kind::number, std::move(text)};
    }
    default: return {Datum::Kind::text, raw_text()};
  }
}

Members RandomDefinition::members(int depth) {
  Members members;
  std::set<std::string> keys;
  for (std::size_t count = below(4); count > 0; --count) {
    std::string key = raw_text();
    if (keys.insert(key).second) members.push_back({std::move(key), {}, datum(depth - 1)});
  }
  return members;
}

Datum RandomDefinition::datum(int depth) {
  if (depth <= 0 || chance(50)) return scalar();
  if (chance(20)) return typed(depth);
  if (chance(50)) return Datum(members(depth));
  Data items;
  for (std::size_t count = below(4); count > 0; --count) items.push_back(datum(depth - 1));
  return Datum(std::move(items));
}

Datum RandomDefinition::typed(int depth) {
  constexpr std::array<std::string_view, 5> kTypes = {"Integer", "String", "Vars", "Array", "Any"};
  Members members;
  members.push_back(
      {"@type", {}, Datum(Datum::Kind::text, std::string(kTypes[below(kTypes.size())]))});
  members.push_back({"@value", {}, datum(depth - 1)});
  return Datum(std::move(members));
}

std::optional<Datum> RandomDefinition::maybe_map() {
  if (chance(50)) return std::nullopt;
  return Datum(members(4));
}

std::optional<Datum> RandomDefinition::maybe_list() {
  if (chance(60)) return std::nullopt;
  Data items;
  for (std::size_t count = below(3); count > 0; --count) items.push_back(datum(3));
  return Datum(std::move(items));
}

// Fields that nobody knows: of any name that none of ours has.
Members RandomDefinition::others() {
  Members others;
  std::set<std::string> keys;
  if (chance(60)) return others;
  for (std::size_t count = below(3) + 1; count > 0; --count) {
    std::string key = "x" + raw_text();
    if (keys.insert(key).second) others.push_back({std::move(key), {}, datum(3)});
  }
  return others;
}

Test RandomDefinition::test() {
  Test test;
  test.expr = maybe_text();
  test.error = maybe_text();
  test.others = others();
  return test;
}

Expression RandomDefinition::expression() {
  Expression expression;
  expression.target = maybe_text();
  expression.type = maybe_text();
  expression.source = maybe_text();
  expression.expr = maybe_text();
  if (chance(50)) {
    expression.value = datum(4);
    if (expression.value->is_null()) expression.value.reset();  // as if it were not given
  }
  for (std::size_t count = below(3); count > 0; --count) expression.tests.push_back(test());
  expression.others = others();
  return expression;
}

Limits RandomDefinition::limits() {
  Limits limits;
  limits.timeout = maybe_text();
  limits.cleanup = maybe_text();
  limits.concurrency = maybe_number();
  limits.overlap = maybe_text();
  limits.memory = maybe_number();
  limits.steps = maybe_number();
  limits.others = others();
  return limits;
}

Retry RandomDefinition::retry() {
  Retry retry;
  retry.attempts = maybe_number();
  retry.backoff = maybe_text();
  retry.max_backoff = maybe_text();
  retry.jitter = maybe_number();
  for (std::size_t count = below(3); count > 0; --count) {
    retry.kinds.push_back({raw_text(), kSomewhere});
  }
  retry.others = others();
  return retry;
}

Stamps RandomDefinition::stamps() {
  return {maybe_id(), maybe_text(), maybe_id(), maybe_text(), maybe_id(), maybe_text(), maybe_id()};
}

Step RandomDefinition::step() {
  Step step;
  step.id = maybe_id();
  step.kind = maybe_text();
  step.ref = maybe_text();
  for (std::size_t count = below(3); count > 0; --count) step.arguments.push_back(expression());
  for (std::size_t count = below(2); count > 0; --count) step.results.push_back(expression());
  if (chance(30)) step.limits = limits();
  if (chance(30)) step.retry = retry();
  step.effect = maybe_text();
  step.meta = maybe_map();
  step.labels = maybe_map();
  step.others = others();
  // Beside a stepID an "id" is a field like others.
  if (step.id.given() && chance(20)) step.others.push_back({"id", {}, datum(1)});
  return step;
}

Path RandomDefinition::path() {
  Path path;
  path.parent = maybe_id();
  path.child = maybe_id();
  path.expr = maybe_text();
  path.meta = maybe_map();
  path.others = others();
  if (path.parent.given() && chance(20)) path.others.push_back({"parentid", {}, datum(1)});
  return path;
}

Trigger RandomDefinition::trigger() {
  Trigger trigger;
  trigger.id = maybe_id();
  trigger.workflow_id = maybe_id();
  trigger.step_id = maybe_id();
  trigger.resource_type = maybe_text();
  trigger.event_type = maybe_text();
  trigger.constraints = maybe_list();
  trigger.enabled = maybe_flag();
  trigger.input = maybe_map();
  if (chance(30)) trigger.limits = limits();
  trigger.catch_up = maybe_text();
  trigger.overlap = maybe_text();
  trigger.meta = maybe_map();
  trigger.labels = maybe_map();
  trigger.stamps = stamps();
  trigger.others = others();
  return trigger;
}

Workflow RandomDefinition::workflow() {
  Workflow workflow;
  workflow.id = maybe_id();
  workflow.handle = maybe_text();
  workflow.meta = maybe_map();
  workflow.enabled = maybe_flag();
  workflow.trace = maybe_flag();
  workflow.keep_sessions = maybe_number();
  workflow.scope = maybe_map();
  for (std::size_t count = below(3); count > 0; --count) workflow.steps.push_back(step());
  for (std::size_t count = below(3); count > 0; --count) workflow.paths.push_back(path());
  for (std::size_t count = below(2); count > 0; --count) workflow.triggers.push_back(trigger());
  workflow.issues = maybe_list();
  workflow.run_as = maybe_id();
  workflow.labels = maybe_map();
  if (chance(30)) workflow.limits = limits();
  workflow.stamps = stamps();
  workflow.others = others();
  return workflow;
}

}  // namespace millrace
