#include "cli/issue_text.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <ostream>

#include "cli/marked_line.h"
#include "cli/terminal.h"
#include "value/json.h"
#include "workflow/file_lines.h"

namespace millrace {
namespace {

// The lines of the files that issues point into, found when they are first asked for.
class Lines {
 public:
  explicit Lines(const LoadedFiles& files) : files_(files) {}

  const FileLines& of(const Issue& issue) {
    auto& lines = by_file_[issue.file];
    if (!lines) lines.emplace(text_of(issue.file));
    return *lines;
  }

 private:
  std::string_view text_of(std::string_view file) const {
    for (const Document& document : files_.documents) {
      if (document.file == file) return document.text;
    }
    return {};
  }

  const LoadedFiles& files_;
  std::map<std::string_view, std::optional<FileLines>> by_file_;
};

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

void print_issues(const std::vector<Issue>& issues, Severity severity, const LoadedFiles& files,
                  std::ostream& out, bool colour) {
  const bool is_error = severity == Severity::error;
  const std::string word =
      coloured(is_error ? "error:" : "warning:", is_error ? Colour::red : Colour::yellow, colour);
  Lines lines(files);
  for (const Issue& issue : issues) {
    out << coloured(for_terminal(place_in_file(issue.file, issue.at)) + ":", Colour::bold, colour)
        << ' ' << word << ' ' << for_terminal(issue.description, 2) << '\n';
    const FileLines& of_file = lines.of(issue);
    const std::string_view line = of_file.line(issue.at.line);
    if (!issue.exact) {
      out << indented(for_terminal(issue.excerpt)) << '\n';
    } else if (!line.empty()) {
      out << marked_line(line, of_file.offset_of(issue.at), issue.within ? issue.within->length : 1,
                         colour);
    }
  }
}

}  // namespace millrace
