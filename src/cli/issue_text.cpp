#include "cli/issue_text.h"

#include <fmt/format.h>

#include <optional>
#include <ostream>

#include "cli/terminal.h"
#include "value/json.h"

namespace millrace {
namespace {

void print_line(const Issue& issue, std::string_view word, std::ostream& out) {
  out << place_in_file(issue.file, issue.at) << ": " << word << ": "
      << for_terminal(issue.description, 2) << '\n';
}

std::string indented(std::string_view lines) {
  constexpr std::string_view kIndent = "    ";
  std::string result(kIndent);
  for (const char c : lines) {
    result += c;
    if (c == '\n') result += kIndent;
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

void tell_of_skipped(const LoadedFiles& files, std::ostream& out) {
  for (const Document& document : files.documents) {
    for (const auto& skipped : document.skipped) {
      out << place_in_file(document.file, skipped.at) << ": " << for_terminal(skipped.message)
          << '\n';
    }
  }
}

void print_issues(const std::vector<Issue>& issues, std::string_view word, std::ostream& out) {
  for (const Issue& issue : issues) print_line(issue, word, out);
}

void print_issues_with_excerpts(const std::vector<Issue>& issues, std::string_view word,
                                std::ostream& out) {
  for (const Issue& issue : issues) {
    print_line(issue, word, out);
    if (!issue.excerpt.empty()) out << indented(for_terminal(issue.excerpt)) << '\n';
  }
}

}  // namespace millrace
