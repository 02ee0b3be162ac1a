#include "cli/check_command.h"

#include <fmt/format.h>

#include <ostream>
#include <string_view>

#include "cli/exit_status.h"
#include "cli/issue_text.h"
#include "cli/terminal.h"
#include "function/registry.h"
#include "workflow/load.h"

namespace millrace {
namespace {

std::string counted(std::size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

void summarise(const LoadedFiles& files, const Verdict& found, std::ostream& err) {
  std::size_t workflows = 0;
  for (const Document& document : files.documents) workflows += document.workflows.size();
  err << counted(workflows, "workflow") << ", " << counted(found.issues.size(), "issue") << ", "
      << counted(found.warnings.size(), "warning") << '\n';
}

}  // namespace

int check_command(const CheckOptions& options, std::ostream& out, std::ostream& err) {
  LoadedFiles loaded;
  bool failed = false;
  for (const std::string& file : options.files) {
    auto document = load_file(file);
    if (!document) {
      err << "millrace: " << for_terminal(document.error().to_line()) << '\n';
      failed = true;
      continue;
    }
    loaded.documents.push_back(std::move(*document));
  }
  const Verdict found = verify_files(loaded, standard_registry());
  tell_of_skipped(loaded, err);
  if (options.output == "json") {
    out << "{\"issues\":" << json_list(found.issues)
        << ",\"warnings\":" << json_list(found.warnings) << "}\n";
  } else {
    print_issues_with_excerpts(found.issues, "issue", out);
    print_issues_with_excerpts(found.warnings, "warning", out);
    out.flush();
    summarise(loaded, found, err);
  }
  if (failed) return kExitUsage;
  return found.passes() && !(options.strict && !found.warnings.empty()) ? kExitDone : kExitIssues;
}

}  // namespace millrace
