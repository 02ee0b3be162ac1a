// A process that this one has started and speaks to over a socket; no event loop. The process has
// that socket as its descriptor 0 and no other, no environment, no signal blocked, and a process
// group of its own, so that an interrupt at the terminal is not for it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/error.h"

namespace millrace::script {

class ChildProcess {
 public:
  // Error (unavailable): the system refuses another process, or the program is not there.
  static Result<ChildProcess> start(const std::string& program, const std::string& argument);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  // Kills it where it still runs, and waits for that: no zombie is left.
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  int channel() const { return channel_; }        // does not block
  int descriptor() const { return descriptor_; }  // readable once the process has ended
  void kill() const;
  // Whether it has ended; takes note of how, once.
  bool has_ended();
  // "was ended by signal 9 (SIGKILL)", "ended with status 1"; for one that has ended.
  std::string how() const;

 private:
  ChildProcess(pid_t pid, int channel, int descriptor)
      : pid_(pid), channel_(channel), descriptor_(descriptor) {}

  pid_t pid_;
  int channel_;
  int descriptor_;  // a pidfd
  struct End {
    int code;    // CLD_EXITED, or a signal's
    int status;  // exit status or signal
  };
  std::optional<End> end_;
};

}  // namespace millrace::script
