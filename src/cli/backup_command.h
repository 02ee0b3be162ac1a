// `millrace backup`: a copy of a server's file.
#pragma once

#include <iosfwd>
#include <string>

namespace millrace {

struct BackupOptions {
  std::string copy;
  std::string data = "millrace.db";
};

// The server may be running. What is wrong in the copy, where something is, is said on `err` and
// makes the exit status 1. Returns the exit status (cli/exit_status.h).
int backup_command(const BackupOptions& options, std::ostream& out, std::ostream& err);

}  // namespace millrace
