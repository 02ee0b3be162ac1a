// Runs a program and watches it: its answer, its memory, its time; with signals half way.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::support {

struct ProcessSetup {
  std::vector<std::string> arguments;              // the first is the program's path
  std::string input;                               // its whole standard input
  std::map<std::string, std::string> environment;  // beside what this process has
  std::string folder;                              // working directory; empty: ours
  // Standard input and error are a terminal, whose keyboard is type(); `input` is not used.
  bool at_terminal = false;
};

struct ProcessResult {
  int status = -1;     // exit status; -1 when a signal ended it
  int signal = 0;      // that ended it
  std::string output;  // standard output
  std::string errors;  // standard error
  std::chrono::milliseconds elapsed{};
  std::size_t peak_memory = 0;  // resident bytes, sampled
};

class Process {
 public:
  explicit Process(const ProcessSetup& setup);
  ~Process();  // kills what still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void send_signal(int signal) const;
  bool is_running();
  std::string output_so_far() const;
  std::string errors_so_far();
  // What a person types; "\x03" is Ctrl-C, "\x04" Ctrl-D.
  void type(std::string_view text) const;
  // Until it has said that on standard error, for ten seconds at most.
  bool has_said(std::string_view text);
  // Until it ends; killed (SIGKILL in the result) when that takes longer than `limit`.
  ProcessResult wait(std::chrono::milliseconds limit = std::chrono::seconds(60));

 private:
  int output_ = -1;  // files in memory, so that nothing has to be pumped
  int errors_ = -1;
  int terminal_ = -1;  // the other side of it
  std::string shown_;  // on that
  pid_t pid_ = -1;
  bool ended_ = false;
  int raw_status_ = 0;
  std::chrono::steady_clock::time_point began_;
};

ProcessResult run_process(const ProcessSetup& setup,
                          std::chrono::milliseconds limit = std::chrono::seconds(60));

}  // namespace millrace::support
