// The filter of system calls around the process that runs scripts.
#pragma once

namespace millrace::script {

// From now on every thread of this process may compute, have memory, use the descriptors that it
// has, and end. Any other system call fails with EPERM. There is no way back.
bool allow_computing_only();

}  // namespace millrace::script
