// What this process, or another, holds of the machine.
#pragma once

#include <sys/types.h>

#include <cstddef>

namespace millrace::support {

std::size_t resident_bytes();           // of this process
std::size_t resident_bytes(pid_t pid);  // 0 once it has gone
std::size_t peak_resident_bytes(pid_t pid);
std::size_t open_descriptors();
std::size_t open_descriptors(pid_t pid);

}  // namespace millrace::support
