// `millrace serve`: the server.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace millrace {

struct ServeOptions {
  std::vector<std::string> files;  // definitions of the workflows that it offers
  std::string listen = "127.0.0.1:8080";
  std::string data = "millrace.db";
  std::string config;  // file of settings; empty: the defaults
};

// Serves until SIGINT or SIGTERM; a second one ends the process at once. Returns the exit status
// (cli/exit_status.h). On `out` one line once it accepts connections.
int serve_command(const ServeOptions& options, std::ostream& out, std::ostream& err);

}  // namespace millrace
