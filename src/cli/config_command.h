// `millrace config`: the settings that there are, and whether a file of them is right.
#pragma once

#include <iosfwd>
#include <string>

namespace millrace {

// Prints docs/configuration.md. Returns the exit status (cli/exit_status.h), as the next.
int config_list_command(std::ostream& out);
int config_check_command(const std::string& file, std::ostream& out, std::ostream& err);

}  // namespace millrace
