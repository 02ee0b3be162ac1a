#include "support/black_hole.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace millrace::support {
namespace {

constexpr int kFilling = 4;

}  // namespace

BlackHole::BlackHole(const std::string& address, std::uint16_t port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  ::inet_pton(AF_INET, address.c_str(), &at.sin_addr);
  const auto* const generic = reinterpret_cast<const sockaddr*>(&at);
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockets_.push_back(listener);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(listener, generic, sizeof at) != 0 || ::listen(listener, 0) != 0) {
    throw std::runtime_error("the black hole's port is taken");
  }
  for (int i = 0; i < kFilling; ++i) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockets_.push_back(fd);
    // The first fills the queue, the others wait before it for ever.
    (void)::connect(fd, generic, sizeof at);
  }
  ::usleep(20'000);
}

BlackHole::~BlackHole() {
  for (const int fd : sockets_) ::close(fd);
}

}  // namespace millrace::support
