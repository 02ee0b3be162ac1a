#include "cli/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <iostream>

#include "cli/exit_status.h"

namespace millrace {

void hold_closed_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // The lowest free descriptor is this one.
    if (::fcntl(stream, F_GETFD) < 0 && ::open("/dev/null", O_RDONLY) != stream) return;
  }
}

int with_output_written(int status) {
  std::cout.flush();
  if (std::cout) return status;
  std::cerr << "millrace: standard output could not be written whole: what it goes to is full or "
               "closed; write it elsewhere\n";
  return status == kExitDone ? kExitFailed : status;
}

}  // namespace millrace
