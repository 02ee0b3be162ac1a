// A DNS server on loopback for tests (UDP, A and AAAA), with a thread of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace millrace::support {

struct DnsAnswer {
  std::vector<std::string> addresses;  // of both families; empty: no such name
  std::uint32_t time_to_live = 0;      // seconds
};

class DnsServer {
 public:
  // Called on the server's thread; nothing: silence.
  using Answer = std::function<std::optional<DnsAnswer>(const std::string& name)>;

  explicit DnsServer(Answer answer);
  ~DnsServer();
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::size_t questions() const { return questions_; }  // A and AAAA are one each

 private:
  void serve();

  Answer answer_;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> ending_{false};
  std::atomic<std::size_t> questions_{0};
  std::thread thread_;
};

}  // namespace millrace::support
