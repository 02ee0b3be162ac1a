// A server on loopback for hundreds of connections at once, on one thread. What a path gets:
//
//   /stream  a head, then 1 KiB every 10 ms without end
//   /half    a head that promises 9 bytes, and 4 of them
//   others   nothing, ever
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace millrace::support {

class CrowdServer {
 public:
  CrowdServer();
  ~CrowdServer();
  CrowdServer(const CrowdServer&) = delete;
  CrowdServer& operator=(const CrowdServer&) = delete;

  std::string url(const std::string& path) const;
  std::size_t streaming() const { return streaming_; }
  std::size_t open_now() const { return open_; }

 private:
  void serve();

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> ending_{false};
  std::atomic<std::size_t> streaming_{0};
  std::atomic<std::size_t> open_{0};
  std::thread thread_;
};

}  // namespace millrace::support
