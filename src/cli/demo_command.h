// `millrace demo`: the promise, shown on this machine in a few seconds, over loopback only.
#pragma once

#include <cstdint>
#include <iosfwd>

namespace millrace {

struct DemoOptions {
  bool upstream_only = false;  // only serve what the examples talk to, until interrupted
  std::uint16_t port = 0;      // of the upstream; 0: any free one
};

int demo_command(const DemoOptions& options, std::ostream& out, std::ostream& err);

}  // namespace millrace
