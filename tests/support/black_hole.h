// An address of this machine at which connecting never succeeds and never fails: a listener whose
// queue is full, so that the kernel ignores whoever comes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace millrace::support {

class BlackHole {
 public:
  // `address` is of the loopback range (127.0.0.2), `port` that of the server beside it.
  BlackHole(const std::string& address, std::uint16_t port);
  ~BlackHole();
  BlackHole(const BlackHole&) = delete;
  BlackHole& operator=(const BlackHole&) = delete;

 private:
  std::vector<int> sockets_;
};

}  // namespace millrace::support
