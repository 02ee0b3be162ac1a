#include "net/local_sockets.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
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

ino_t inode_of(int socket) {
  struct stat found {};
  return ::fstat(socket, &found) == 0 ? found.st_ino : 0;
}

}  // namespace

void LocalSockets::opened(int socket, const std::string& peer) {
  closed(socket);
  open_[socket] = {.inode = inode_of(socket), .peer = peer, .end = std::nullopt};
  ++by_peer_[peer];
}

void LocalSockets::closed(int socket) {
  const auto at = open_.find(socket);
  if (at == open_.end()) return;
  if (at->second.end) by_end_.erase(*at->second.end);
  const auto peer = by_peer_.find(at->second.peer);
  if (--peer->second == 0) by_peer_.erase(peer);
  open_.erase(at);
}

void LocalSockets::connected(const char* ip, int port) {
  by_end_.erase(End(port, ip));  // of one that had it before
  for (auto& [socket, open] : open_) {
    if (open.end) continue;
    sockaddr_storage here{};
    socklen_t size = sizeof here;
    auto* name = reinterpret_cast<sockaddr*>(&here);
    if (::getsockname(socket, name, &size) != 0 || port_of(here) != port) continue;
    const auto address = IpAddress::from(name);
    if (!address || address->to_string() != ip) continue;
    open.end = End(port, ip);
    by_end_[*open.end] = socket;
  }
}

int LocalSockets::find(const char* ip, int port) const {
  const auto at = by_end_.find(End(port, ip));
  return at == by_end_.end() ? -1 : at->second;
}

std::size_t LocalSockets::count(const std::string& peer) const {
  const auto found = by_peer_.find(peer);
  return found == by_peer_.end() ? 0 : found->second;
}

std::size_t LocalSockets::count() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      open_, [](const auto& entry) { return inode_of(entry.first) == entry.second.inode; }));
}

}  // namespace millrace
