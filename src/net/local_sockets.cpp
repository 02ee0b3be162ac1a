#include "net/local_sockets.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include "net/ip_address.h"

namespace millrace {
namespace {

// The port lies at the same place in both.
int port_of(const sockaddr_storage& address) {
  static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
  sockaddr_in v4{};
  std::memcpy(&v4, &address, sizeof v4);
  return ntohs(v4.sin_port);
}

}  // namespace

void LocalSockets::closed(int socket) {
  const auto at = ends_.find(socket);
  if (at == ends_.end()) return;
  if (at->second) by_end_.erase(*at->second);
  ends_.erase(at);
}

int LocalSockets::find(const char* ip, int port) {
  const End end(port, ip);
  auto at = by_end_.find(end);
  if (at == by_end_.end()) {
    learn();
    at = by_end_.find(end);
  }
  return at == by_end_.end() ? -1 : at->second;
}

void LocalSockets::learn() {
  for (auto& [socket, end] : ends_) {
    if (end) continue;
    sockaddr_storage here{};
    socklen_t size = sizeof here;
    auto* name = reinterpret_cast<sockaddr*>(&here);
    if (::getsockname(socket, name, &size) != 0) continue;
    const auto address = IpAddress::from(name);
    if (!address || port_of(here) == 0) continue;
    end = End(port_of(here), address->to_string());
    by_end_[*end] = socket;
  }
}

}  // namespace millrace
