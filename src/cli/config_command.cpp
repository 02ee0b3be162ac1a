#include "cli/config_command.h"

#include <ostream>

#include "cli/exit_status.h"
#include "cli/read_settings.h"

namespace millrace {

int config_list_command(std::ostream& out) {
  out << settings_page();
  return kExitDone;
}

int config_check_command(const std::string& file, std::ostream& out, std::ostream& err) {
  if (auto settings = read_settings(file); !settings) {
    err << "millrace: " << settings.error().to_line() << '\n';
    return kExitUsage;
  }
  out << file << ": the settings are right\n";
  return kExitDone;
}

}  // namespace millrace
