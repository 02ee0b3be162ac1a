#include "script/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <utility>

#include "script/sanitized.h"

namespace millrace::script {
namespace {

Error refused(const char* what, int number) {
  return {ErrorKind::unavailable,
          fmt::format("no process for the script: {}: {}", what, std::strerror(number))};
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int get() const { return number_; }
  int take() { return std::exchange(number_, -1); }

 private:
  int number_;
};

// What the new process begins with.
class Setup {
 public:
  explicit Setup(int channel) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, channel, STDIN_FILENO);
    posix_spawn_file_actions_addclose(&actions_, STDOUT_FILENO);
    // What a sanitizer finds in the process has to be seen somewhere.
    if (!kSanitized) posix_spawn_file_actions_addclose(&actions_, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  Setup(const Setup&) = delete;
  Setup& operator=(const Setup&) = delete;
  ~Setup() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

void reap(pid_t pid) {
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::string& program, const std::string& argument) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return refused("socketpair", errno);
  }
  Descriptor ours(ends[0]);
  Descriptor theirs(ends[1]);
  // Only our end: the process waits in its reads.
  if (fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0) return refused("fcntl", errno);
  const Setup setup(theirs.get());
  std::string name = "millrace";
  std::string command = argument;
  std::array<char*, 3> arguments{name.data(), command.data(), nullptr};
  std::array<char*, 1> environment{nullptr};
  pid_t pid = -1;
  const int failed = posix_spawn(&pid, program.c_str(), setup.actions(), setup.attributes(),
                                 arguments.data(), environment.data());
  if (failed != 0) return refused(program.c_str(), failed);
  // It is not reaped before we do it, so the number is still its own.
  // Not by its name in the C library, which the library declares for C only.
  const int descriptor = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (descriptor < 0) {
    const int why = errno;
    ::kill(pid, SIGKILL);
    reap(pid);
    return refused("pidfd_open", why);
  }
  return ChildProcess(pid, ours.take(), descriptor);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      channel_(std::exchange(other.channel_, -1)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      end_(other.end_) {}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  if (!has_ended()) {
    kill();
    reap(pid_);
  }
  close(channel_);
  close(descriptor_);
}

void ChildProcess::kill() const {
  if (!end_) ::kill(pid_, SIGKILL);
}

bool ChildProcess::has_ended() {
  if (end_) return true;
  siginfo_t told{};
  const int asked = waitid(P_PIDFD, static_cast<id_t>(descriptor_), &told, WEXITED | WNOHANG);
  // Where our own parent had us ignore SIGCHLD, the system has reaped it and knows no more.
  if (asked != 0 && errno == ECHILD) told.si_pid = pid_;
  if (told.si_pid == 0) return false;
  end_ = End{told.si_code, told.si_status};
  return true;
}

std::string ChildProcess::how() const {
  if (!end_) return "still runs";
  if (end_->code == 0) return "has ended";
  if (end_->code == CLD_EXITED) return fmt::format("ended with status {}", end_->status);
  const char* name = sigabbrev_np(end_->status);
  return fmt::format("was ended by signal {} (SIG{})", end_->status, name == nullptr ? "?" : name);
}

}  // namespace millrace::script
