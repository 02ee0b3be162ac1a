#include "cli/issue_text.h"

#include <fmt/format.h>

#include <optional>
#include <ostream>

#include "value/json.h"

namespace millrace {
namespace {

// The expression's line and its caret stand below, indented.
std::string indented(std::string_view text) {
  std::string result;
  for (const char c : text) {
    result += c;
    if (c == '\n') result += "    ";
  }
  return result;
}

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

}  // namespace

std::string json_list(const std::vector<Issue>& issues) {
  std::string text;
  for (const Issue& issue : issues) {
    if (!text.empty()) text += ',';
    text += json_issue(issue);
  }
  return "[" + text + "]";
}

void print_issues(const std::vector<Issue>& issues, std::string_view word, std::ostream& out) {
  for (const Issue& issue : issues) {
    out << place_in_file(issue.file, issue.at) << ": " << word << ": "
        << indented(issue.description) << '\n';
  }
}

}  // namespace millrace
