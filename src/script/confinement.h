// The walls around the process that runs scripts. What it was started without (descriptors,
// environment) is not here: see ChildProcess.
#pragma once

#include <cstdint>

namespace millrace::script {

// First of all: the process dies with the server, leaves no core, lies outside of every folder.
void settle_in();

// Once the engine of the language is ready: at most `memory` bytes of addresses beyond those that
// it holds now; no new descriptor, no file, no process; no system call but those that computing
// takes. False: the system refuses, and no script may run.
bool wall_in(std::uint64_t memory);

}  // namespace millrace::script
