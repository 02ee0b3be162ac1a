// What this process, or another, holds of the machine.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <vector>

namespace millrace::support {

std::size_t resident_bytes();           // of this process
std::size_t resident_bytes(pid_t pid);  // 0 once it has gone
std::size_t peak_resident_bytes(pid_t pid);
std::size_t open_descriptors();
std::size_t open_descriptors(pid_t pid);
// Processes that this one, or another, has started and that are not reaped yet.
std::vector<pid_t> children();
std::vector<pid_t> children(pid_t pid);

}  // namespace millrace::support
