// A server on the loopback interface that is cheap enough to measure clients with: one epoll loop
// in a process of its own, so that a client's processor time is the client's alone.
//
//   /        a small answer, the connection kept
//   /stream  kStreamed bytes
//   /slow    the head of a body of kStreamed bytes, then 16 bytes a second
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace millrace::bench {

class LoopbackServer {
 public:
  static constexpr std::size_t kStreamed = std::size_t{1} << 30;

  // Forks: to be made before the process has a second thread.
  LoopbackServer();
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::string url(const std::string& path) const;
  // What it has taken so far.
  double processor_seconds() const;

 private:
  pid_t process_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace millrace::bench
