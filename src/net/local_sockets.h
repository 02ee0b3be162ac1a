// The sockets that curl has open: whom they lead to, and their local ends, which are all that it
// tells of a connection when it uses one again. Not every socket that it closes is told of, so each
// is known by its inode too.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace millrace {

class LocalSockets {
 public:
  void opened(int socket, const std::string& peer);
  void closed(int socket);
  // One of them has been connected, and this is its end.
  void connected(const char* ip, int port);
  // The connected one with this end, or -1.
  int find(const char* ip, int port) const;
  std::size_t count() const;
  std::size_t count(const std::string& peer) const;
  bool empty() const { return open_.empty(); }

 private:
  using End = std::pair<int, std::string>;
  struct Open {
    ino_t inode = 0;
    std::string peer;
    std::optional<End> end;
  };

  std::unordered_map<int, Open> open_;
  std::map<End, int> by_end_;
  std::unordered_map<std::string, std::size_t> by_peer_;
};

}  // namespace millrace
