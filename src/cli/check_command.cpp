#include "cli/check_command.h"

#include <fmt/format.h>

#include <ostream>
#include <string_view>

#include "cli/exit_status.h"
#include "value/json.h"
#include "workflow/load.h"

namespace millrace {
namespace {

std::string json_culprit(const Culprit& culprit) {
  std::string fields;
  const auto add = [&](std::string_view name, std::optional<std::uint32_t> index) {
    if (!index) return;
    fields += fmt::format("{}\"{}\":{}", fields.empty() ? "" : ",", name, *index);
  };
  add("step", culprit.step);
  add("path", culprit.path);
  add("duplicate", culprit.duplicate);
  return "{" + fields + "}";
}

std::string json_issue(const Issue& issue) {
  std::string text = "{\"culprit\":" + json_culprit(issue.culprit) + ",\"description\":";
  append_json_string(text, issue.description);
  text += ",\"workflow\":";
  append_json_string(text, issue.workflow);
  text += ",\"file\":";
  append_json_string(text, issue.file);
  text += fmt::format(",\"line\":{},\"column\":{}", issue.at.line, issue.at.column);
  if (issue.within) {
    text += fmt::format(",\"expression\":{{\"line\":{},\"column\":{}}}", issue.within->line,
                        issue.within->column);
  }
  return text + "}";
}

std::string json_list(const std::vector<Issue>& issues) {
  std::string text;
  for (const Issue& issue : issues) {
    if (!text.empty()) text += ',';
    text += json_issue(issue);
  }
  return "[" + text + "]";
}

// The expression's line and its caret stand below, indented.
std::string indented(std::string_view text) {
  std::string result;
  for (const char c : text) {
    result += c;
    if (c == '\n') result += "    ";
  }
  return result;
}

void print(const std::vector<Issue>& issues, std::string_view word, std::ostream& out) {
  for (const Issue& issue : issues) {
    out << place_in_file(issue.file, issue.at) << ": " << word << ": "
        << indented(issue.description) << '\n';
  }
}

std::string counted(std::size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

}  // namespace

int check_command(const CheckOptions& options, std::ostream& out, std::ostream& err) {
  const Loaded loaded = load_definitions(options.files, standard_registry());
  for (const Error& failure : loaded.failures) err << "millrace: " << failure.to_line() << '\n';
  for (const Document& document : loaded.documents) {
    for (const auto& skipped : document.skipped) {
      err << place_in_file(document.file, skipped.at) << ": " << skipped.message << '\n';
    }
  }
  if (options.output == "json") {
    out << "{\"issues\":" << json_list(loaded.issues)
        << ",\"warnings\":" << json_list(loaded.warnings) << "}\n";
  } else {
    print(loaded.issues, "issue", out);
    print(loaded.warnings, "warning", out);
    err << counted(loaded.workflows.size(), "workflow") << ", "
        << counted(loaded.issues.size(), "issue") << ", "
        << counted(loaded.warnings.size(), "warning") << '\n';
  }
  if (!loaded.failures.empty()) return kExitUsage;
  const bool found = !loaded.issues.empty() || (options.strict && !loaded.warnings.empty());
  return found ? kExitIssues : kExitDone;
}

}  // namespace millrace
