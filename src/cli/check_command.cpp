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
  err << fmt::format("{}, {} in {}\n", counted(found.issues.size(), "issue"),
                     counted(found.warnings.size(), "warning"),
                     counted(files.documents.size(), "file"));
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
    const bool colour = wants_colour(1);
    print_issues(found.issues, Severity::error, loaded, out, colour);
    print_issues(found.warnings, Severity::warning, loaded, out, colour);
    out.flush();
    summarise(loaded, found, err);
  }
  if (failed) return kExitUsage;
  return found.passes() && !(options.strict && !found.warnings.empty()) ? kExitDone : kExitIssues;
}

}  // namespace millrace
