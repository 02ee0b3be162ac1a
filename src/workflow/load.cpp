#include "workflow/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <utility>

#include "workflow/constant_text.h"
#include "workflow/file_lines.h"
#include "workflow/quoted_place.h"
#include "workflow/read.h"
#include "workflow/step_kind.h"

namespace millrace {
namespace {

Error unreadable(const std::string& file, std::string_view why) {
  const std::string name = file == "-" ? "standard input" : fmt::format("\"{}\"", file);
  return {ErrorKind::invalid, fmt::format("cannot read {}: {}", name, why)};
}

Result<std::string> read_stream(std::FILE* stream, const std::string& file, std::size_t limit) {
  std::string content;
  std::array<char, 65536> chunk{};
  while (true) {
    const std::size_t count = std::fread(chunk.data(), 1, chunk.size(), stream);
    content.append(chunk.data(), count);
    if (content.size() > limit) {
      return unreadable(file, fmt::format("it holds more than {} bytes", limit));
    }
    if (count == chunk.size()) continue;
    if (std::ferror(stream) != 0) return unreadable(file, std::strerror(errno));
    return content;
  }
}

// Places in quoted texts with escapes, which only the file's own line can tell.
void look_up_places(const FileLines& lines, std::vector<Issue>& issues) {
  for (Issue& issue : issues) {
    if (issue.exact || !issue.within) continue;
    const std::string_view rest = lines.line(issue.at.line).substr(lines.offset_of(issue.at));
    const auto at = place_in_quotes(rest, issue.at, issue.within->line, issue.within->column);
    issue.exact = at.has_value();
    if (at) issue.at = *at;
  }
}

// The workflows of several files, as they see each other.
class Together {
 public:
  explicit Together(const LoadedFiles& files) : files_(files) {}

  Verdict verify(const Registry& registry);

 private:
  void check_handle(const Workflow& workflow);
  void check_calls(const Workflow& workflow);
  bool is_known(std::string_view called) const;
  static void add(std::vector<Issue>& to, const Culprit& culprit, const Workflow& workflow,
                  Position at, std::string description);

  const LoadedFiles& files_;
  Verdict verdict_;
  std::map<std::string_view, const Workflow*> by_handle_;
};

Verdict Together::verify(const Registry& registry) {
  for (const Document& document : files_.documents) {
    const FileLines lines(document.text);
    for (const Workflow& workflow : document.workflows) {
      Verdict one = millrace::verify(workflow, registry);
      look_up_places(lines, one.issues);
      look_up_places(lines, one.warnings);
      std::move(one.issues.begin(), one.issues.end(), std::back_inserter(verdict_.issues));
      std::move(one.warnings.begin(), one.warnings.end(), std::back_inserter(verdict_.warnings));
      check_handle(workflow);
      check_calls(workflow);
    }
  }
  return std::move(verdict_);
}

void Together::check_handle(const Workflow& workflow) {
  if (workflow.handle.empty()) return;
  const auto [at, added] = by_handle_.emplace(workflow.handle.text, &workflow);
  if (added) return;
  const Workflow& first = *at->second;
  add(verdict_.issues, {}, workflow, workflow.handle.at,
      fmt::format("the handle \"{}\" is taken: see {}", workflow.handle.text,
                  place_in_file(first.file, first.handle.at)));
}

void Together::add(std::vector<Issue>& to, const Culprit& culprit, const Workflow& workflow,
                   Position at, std::string description) {
  Issue& issue = to.emplace_back();
  issue.culprit = culprit;
  issue.description = std::move(description);
  issue.workflow = workflow.handle.text;
  issue.file = workflow.file;
  issue.at = at;
}

bool Together::is_known(std::string_view called) const {
  return std::any_of(
      files_.documents.begin(), files_.documents.end(), [&](const Document& document) {
        return std::any_of(document.workflows.begin(), document.workflows.end(),
                           [&](const Workflow& workflow) {
                             return workflow.handle.text == called || workflow.id.text == called;
                           });
      });
}

// It may exist where the workflow will run: a warning, and only for who gives several files, which
// are meant to see each other.
void Together::check_calls(const Workflow& workflow) {
  if (files_.documents.size() < 2) return;
  for (std::uint32_t index = 0; index < workflow.steps.size(); ++index) {
    if (workflow.steps[index].kind.text != to_string(StepKind::exec_workflow)) continue;
    const Expression* argument = find_argument(workflow.steps[index], "workflow");
    const auto called = argument == nullptr ? std::nullopt : constant_text(*argument);
    if (!called || called->empty() || is_known(*called)) continue;
    add(verdict_.warnings, {.step = index}, workflow, constant_place(*argument),
        fmt::format("none of the files holds a workflow \"{}\"", *called));
  }
}

}  // namespace

const Workflow* LoadedFiles::find(std::string_view handle) const {
  for (const Document& document : documents) {
    for (const Workflow& workflow : document.workflows) {
      if (workflow.handle.text == handle) return &workflow;
    }
  }
  return nullptr;
}

Result<std::string> read_file(const std::string& file, std::size_t limit) {
  if (file == "-") return read_stream(stdin, file, limit);
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    return unreadable(file, "it is a directory; name the files in it");
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(std::fopen(file.c_str(), "rb"),
                                                               &std::fclose);
  if (stream == nullptr) return unreadable(file, std::strerror(errno));
  return read_stream(stream.get(), file, limit);
}

Result<Document> load_file(const std::string& file, const ReadLimits& limits) {
  MILLRACE_TRY_ASSIGN(text, read_file(file, limits.file_bytes));
  MILLRACE_TRY_ASSIGN(document, read_document(text, file, format_of(file, text), limits));
  document.text = std::move(text);
  return document;
}

Result<LoadedFiles> load_files(std::span<const std::string> files, const ReadLimits& limits) {
  LoadedFiles loaded;
  for (const std::string& file : files) {
    MILLRACE_TRY_ASSIGN(document, load_file(file, limits));
    loaded.documents.push_back(std::move(document));
  }
  return loaded;
}

Verdict verify_files(const LoadedFiles& files, const Registry& registry) {
  return Together(files).verify(registry);
}

}  // namespace millrace
