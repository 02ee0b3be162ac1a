// A small HTTP service inside the process, for `millrace demo` and the examples: a thread and a
// shard of its own, listening on 127.0.0.1 only, bounded in connections and sizes whatever it is
// asked. What it answers is in cli/demo_answers.h.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "base/error.h"
#include "scope/scope.h"

namespace millrace {

class DemoUpstream {
 public:
  // Listens when it returns. Port 0 is any free one; a port that is taken is an error.
  static Result<std::unique_ptr<DemoUpstream>> start(std::uint16_t port = 0);
  ~DemoUpstream();  // as stop()
  DemoUpstream(const DemoUpstream&) = delete;
  DemoUpstream& operator=(const DemoUpstream&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const;  // "http://127.0.0.1:8085", without a slash at its end
  std::size_t open_sockets() const { return open_sockets_; }  // its connections and its listener
  // How many bytes of bodies it has sent so far.
  std::uint64_t bytes_sent() const { return bytes_sent_; }
  // Closes every connection, joins the thread: no scope and no socket of it is left.
  void stop();

 private:
  DemoUpstream() = default;
  Task<void> serve(Scope& scope, std::uint16_t port, std::promise<Result<std::uint16_t>>& ready);

  std::uint16_t port_ = 0;
  std::atomic<std::size_t> open_sockets_{0};
  std::atomic<std::uint64_t> bytes_sent_{0};
  std::unique_ptr<Shard> shard_;
  Scope* serving_ = nullptr;  // of the shard's thread
  std::thread thread_;
};

}  // namespace millrace
