#include "support/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "support/measure.h"

namespace millrace::support {

namespace {

int memory_file(const std::string& content) {
  const int file = ::memfd_create("process", MFD_CLOEXEC);
  if (file < 0) throw std::runtime_error("cannot make a file in memory");
  for (std::size_t at = 0; at < content.size();) {
    const ssize_t size = ::write(file, content.data() + at, content.size() - at);
    if (size <= 0) throw std::runtime_error("cannot write a file in memory");
    at += static_cast<std::size_t>(size);
  }
  ::lseek(file, 0, SEEK_SET);
  return file;
}

std::string content_of(int file) {
  std::string content;
  char piece[64 * 1024];
  for (ssize_t size = 0;
       (size = ::pread(file, piece, sizeof piece, static_cast<off_t>(content.size()))) > 0;) {
    content.append(piece, static_cast<std::size_t>(size));
  }
  return content;
}

// The side of a new terminal on which the person sits; `name` is the program's.
int open_terminal(std::string& name) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (terminal < 0 || ::grantpt(terminal) != 0 || ::unlockpt(terminal) != 0) {
    throw std::runtime_error("cannot open a terminal");
  }
  name = ::ptsname(terminal);
  return terminal;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& more) {
  std::vector<std::string> all;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string entry(*at);
    if (!more.contains(entry.substr(0, entry.find('=')))) all.push_back(entry);
  }
  for (const auto& [name, value] : more) all.push_back(std::string(name).append("=").append(value));
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

}  // namespace

Process::Process(const ProcessSetup& setup)
    : output_(memory_file("")), errors_(memory_file("")), began_(std::chrono::steady_clock::now()) {
  const int input = memory_file(setup.input);
  std::vector<std::string> arguments = setup.arguments;
  std::vector<std::string> environment = environment_with(setup.environment);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output_, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors_, STDERR_FILENO);
  std::string name;
  if (setup.at_terminal) {
    terminal_ = open_terminal(name);
    // The first terminal that the leader of a session opens is the one that controls it.
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, name.c_str(), O_RDWR, 0);
    posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO);
  }
  if (!setup.folder.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, setup.folder.c_str());
  }
  const int failed = ::posix_spawn(&pid_, arguments.at(0).c_str(), &actions, &attributes,
                                   pointers(arguments).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  ::close(input);
  if (failed != 0) {
    throw std::runtime_error("cannot run " + arguments[0] + ": " + std::strerror(failed));
  }
}

Process::~Process() {
  if (is_running()) {
    send_signal(SIGKILL);
    ::waitpid(pid_, &raw_status_, 0);
  }
  ::close(output_);
  ::close(errors_);
  if (terminal_ >= 0) ::close(terminal_);
}

void Process::send_signal(int signal) const {
  if (!ended_) ::kill(pid_, signal);
}

bool Process::is_running() {
  if (!ended_ && ::waitpid(pid_, &raw_status_, WNOHANG) == pid_) ended_ = true;
  return !ended_;
}

std::string Process::output_so_far() const { return content_of(output_); }

std::string Process::errors_so_far() {
  if (terminal_ < 0) return content_of(errors_);
  char piece[4096];
  for (ssize_t size = 0; (size = ::read(terminal_, piece, sizeof piece)) > 0;) {
    shown_.append(piece, static_cast<std::size_t>(size));
  }
  return shown_;
}

void Process::type(std::string_view text) const {
  if (::write(terminal_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("cannot type at the terminal");
  }
}

bool Process::has_said(std::string_view text) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (errors_so_far().find(text) == std::string::npos) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

ProcessResult Process::wait(std::chrono::milliseconds limit) {
  ProcessResult result;
  const auto until = std::chrono::steady_clock::now() + limit;
  while (is_running()) {
    result.peak_memory = std::max(result.peak_memory, peak_resident_bytes(pid_));
    // A terminal that nobody reads holds up who writes to it.
    if (terminal_ >= 0) errors_so_far();
    if (std::chrono::steady_clock::now() > until) send_signal(SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  result.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began_);
  if (WIFEXITED(raw_status_)) result.status = WEXITSTATUS(raw_status_);
  if (WIFSIGNALED(raw_status_)) result.signal = WTERMSIG(raw_status_);
  result.output = output_so_far();
  result.errors = errors_so_far();
  return result;
}

ProcessResult run_process(const ProcessSetup& setup, std::chrono::milliseconds limit) {
  return Process(setup).wait(limit);
}

}  // namespace millrace::support
