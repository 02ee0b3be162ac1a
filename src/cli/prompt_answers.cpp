#include "cli/prompt_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "value/json.h"
#include "workflow/load.h"

namespace millrace {
namespace {

constexpr std::string_view kExample = R"({"step": 3, "input": {"approved": true}})";

std::string shown_name(const std::string& file) {
  return file == "-" ? "standard input (--answers)" : file;
}

Error wrong(std::string_view what) {
  return {ErrorKind::invalid, fmt::format("{}; write {}", what, kExample)};
}

// An id is a text or a number, as in a definition.
Result<std::string> step_of(const Dict& answer) {
  const Value* step = answer.find("step");
  if (step == nullptr) return wrong("an answer must name its \"step\"");
  if (step->is_integer()) return std::to_string(step->as_integer());
  if (step->kind() == Value::Kind::unsigned_integer) return std::to_string(step->as_unsigned());
  if (step->is_text()) return std::string(step->as_text());
  return wrong("\"step\" must be the id of a step");
}

Result<std::string> workflow_of(const Dict& answer) {
  const Value* workflow = answer.find("workflow");
  if (workflow == nullptr) return std::string();
  if (workflow->is_text() && !workflow->as_text().empty()) return std::string(workflow->as_text());
  return wrong("\"workflow\" must be the handle of a workflow");
}

Result<Dict> input_of(const Dict& answer) {
  const Value* input = answer.find("input");
  if (input == nullptr) return wrong("an answer must have an \"input\"");
  auto values = from_input(*input);
  if (!values) return values.error().with_message("\"input\": " + values.error().message());
  return values;
}

Result<void> check_names(const Dict& answer) {
  for (const auto& entry : answer) {
    const std::string_view name = entry.key();
    if (name == "step" || name == "input" || name == "workflow") continue;
    return wrong(fmt::format("an answer has no \"{}\"", name));
  }
  return {};
}

}  // namespace

Result<PromptAnswers> PromptAnswers::read(const std::string& file) {
  MILLRACE_TRY_ASSIGN(text, read_file(file, JsonLimits().bytes));
  PromptAnswers answers;
  answers.file_ = shown_name(file);
  std::size_t line = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (auto added = answers.add(rest.substr(0, end), ++line); !added) {
      return added.error().at(fmt::format("{}:{}", answers.file_, line));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return answers;
}

Result<void> PromptAnswers::add(std::string_view text, std::size_t line) {
  if (text.find_first_not_of(" \t\r") == std::string_view::npos) return {};
  auto document = parse_exact_json(text);
  if (!document) {
    // Again as the line that it is, so that the message counts as the reader does.
    document = parse_exact_json(std::string(line - 1, '\n').append(text));
    return document.error();
  }
  if (!document->is_map()) return wrong("a line must be one JSON object");
  const Dict& object = document->dict();
  MILLRACE_TRY(check_names(object));
  MILLRACE_TRY_ASSIGN(step, step_of(object));
  MILLRACE_TRY_ASSIGN(workflow, workflow_of(object));
  MILLRACE_TRY_ASSIGN(input, input_of(object));
  by_step_[step].push_back({line, workflow, input});
  return {};
}

std::optional<Dict> PromptAnswers::take(std::string_view workflow, std::string_view step) {
  const auto found = by_step_.find(step);
  if (found == by_step_.end()) return std::nullopt;
  auto& answers = found->second;
  const auto at = std::find_if(answers.begin(), answers.end(), [&](const Answer& answer) {
    return answer.workflow.empty() || answer.workflow == workflow;
  });
  if (at == answers.end()) return std::nullopt;
  Dict input = std::move(at->input);
  answers.erase(at);
  return input;
}

std::vector<std::string> PromptAnswers::left_over() const {
  std::vector<std::pair<std::size_t, std::string_view>> left;
  for (const auto& [step, answers] : by_step_) {
    for (const Answer& answer : answers) left.emplace_back(answer.line, step);
  }
  std::sort(left.begin(), left.end());
  std::vector<std::string> places;
  places.reserve(left.size());
  for (const auto& [line, step] : left) {
    places.push_back(fmt::format("{}:{} (step {})", file_, line, step));
  }
  return places;
}

}  // namespace millrace
