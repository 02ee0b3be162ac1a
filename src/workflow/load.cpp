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

#include "workflow/read.h"

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

// A handle that two workflows have is an issue of the second.
void check_handles(Loaded& loaded) {
  std::map<std::string_view, const Workflow*> by_handle;
  for (const Workflow& workflow : loaded.workflows) {
    if (workflow.handle.empty()) continue;
    const auto [at, added] = by_handle.emplace(workflow.handle.text, &workflow);
    if (added) continue;
    const Workflow& first = *at->second;
    loaded.issues.push_back(
        {{},
         fmt::format("the handle \"{}\" is taken: see {}", workflow.handle.text,
                     place_in_file(first.file, first.handle.at)),
         workflow.handle.text, workflow.file, workflow.handle.at, std::nullopt});
  }
}

// A called workflow that none of the files holds may exist elsewhere: a warning.
void check_call(Loaded& loaded, const Workflow& workflow, std::uint32_t index) {
  if (workflow.steps[index].kind.text != "exec-workflow") return;
  for (const Expression& argument : workflow.steps[index].arguments) {
    if (argument.target.text != "workflow" || !argument.value || !argument.expr.empty()) continue;
    const std::string_view called = argument.value->text();
    const bool known = std::any_of(
        loaded.workflows.begin(), loaded.workflows.end(), [&](const Workflow& candidate) {
          return candidate.handle.text == called || candidate.id.text == called;
        });
    if (known || called.empty()) continue;
    loaded.warnings.push_back({{.step = index},
                               fmt::format("none of the files holds a workflow \"{}\"", called),
                               workflow.handle.text,
                               workflow.file,
                               argument.value->at(),
                               std::nullopt});
  }
}

}  // namespace

const Workflow* Loaded::find(std::string_view handle) const {
  const auto found = std::find_if(workflows.begin(), workflows.end(), [&](const Workflow& workflow) {
    return workflow.handle.text == handle;
  });
  return found == workflows.end() ? nullptr : &*found;
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

Loaded load_definitions(std::span<const std::string> files, const Registry& registry,
                        const ReadLimits& limits) {
  Loaded loaded;
  for (const std::string& file : files) {
    auto text = read_file(file, limits.file_bytes);
    if (!text) {
      loaded.failures.push_back(text.error());
      continue;
    }
    auto document = read_document(*text, file, format_of(file, *text), limits);
    if (!document) {
      loaded.failures.push_back(document.error());
      continue;
    }
    std::move(document->workflows.begin(), document->workflows.end(),
              std::back_inserter(loaded.workflows));
    document->workflows.clear();
    loaded.documents.push_back(std::move(*document));
  }
  for (const Workflow& workflow : loaded.workflows) {
    Verdict verdict = verify(workflow, registry);
    std::move(verdict.issues.begin(), verdict.issues.end(), std::back_inserter(loaded.issues));
    std::move(verdict.warnings.begin(), verdict.warnings.end(),
              std::back_inserter(loaded.warnings));
    for (std::uint32_t step = 0; step < workflow.steps.size(); ++step) {
      check_call(loaded, workflow, step);
    }
  }
  check_handles(loaded);
  return loaded;
}

}  // namespace millrace
