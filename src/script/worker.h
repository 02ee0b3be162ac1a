// One process that runs scripts, as the server's event loop sees it. Whoever holds it speaks to it,
// one call at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/socket_watcher.h"
#include "scope/scope.h"
#include "script/child_process.h"
#include "script/script_limits.h"

namespace millrace::script {

class Worker {
 public:
  // Starts the process. It gets ready while the first call is on its way.
  static Result<std::unique_ptr<Worker>> start(Shard& shard, const ScriptOptions& options);
  // Kills the process where it still runs, and waits for its end. Join it with end() first: then
  // there is nothing to wait for.
  ~Worker() = default;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Sends a call and gives the frame of its answer, at most `limit` bytes. Error (unavailable): the
  // process has ended, or says what it should not. Stopping `scope` ends the wait. After any error
  // the process is good for nothing: end() it.
  Task<Result<std::string>> exchange(Scope& scope, std::string_view call, std::uint64_t limit);

  // Kills the process and joins it, also when `scope` is stopping.
  Task<void> end(Scope& scope);

  bool has_ended() { return process_.has_ended(); }
  std::string how_it_ended() const { return process_.how(); }
  std::uint64_t calls() const { return calls_; }  // answered
  pid_t pid() const { return process_.pid(); }
  // Called on the loop, once, when the process ends.
  void on_end(std::function<void()> told) { told_ = std::move(told); }

 private:
  Worker(Shard& shard, ChildProcess process);
  void ready(int fd);
  Task<Result<void>> send(Scope& scope, std::string_view bytes);
  Task<Result<std::string>> receive(Scope& scope, std::uint64_t limit);
  Task<Result<void>> wait_for(Scope& scope, int event);

  ChildProcess process_;
  SocketWatcher watcher_;
  std::string start_;  // goes out before the first call
  Event channel_ready_;
  Event ended_;
  std::function<void()> told_;
  std::uint64_t calls_ = 0;
};

}  // namespace millrace::script
