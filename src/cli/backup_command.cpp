#include "cli/backup_command.h"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "base/byte_size.h"
#include "cli/exit_status.h"
#include "cli/terminal.h"
#include "store/sqlite/backup.h"
#include "store/sqlite/check_store.h"

namespace millrace {

int backup_command(const BackupOptions& options, std::ostream& out, std::ostream& err) {
  const auto tell = [&err](const std::string& line) {
    err << "millrace: " << for_terminal(line) << '\n';
  };
  if (auto copied = sqlite::back_up(options.data, options.copy); !copied) {
    tell(copied.error().to_line());
    return kExitUsage;
  }
  auto findings = sqlite::check_store(options.copy);
  if (!findings) {
    tell(findings.error().to_line());
    return kExitFailed;
  }
  for (const std::string& finding : *findings) tell(finding);
  if (!findings->empty()) {
    tell("the copy holds what the file held, which is damaged as said above");
    return kExitFailed;
  }
  std::error_code failed;
  out << fmt::format("{}: {}, whole\n", for_terminal(options.copy),
                     format_byte_size(std::filesystem::file_size(options.copy, failed)));
  return kExitDone;
}

}  // namespace millrace
