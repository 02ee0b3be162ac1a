// The sockets that curl has open, by their local ends: all that it tells of a connection when it
// uses one again.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace millrace {

class LocalSockets {
 public:
  void opened(int socket) { ends_.emplace(socket, std::nullopt); }
  void closed(int socket);
  std::size_t count() const { return ends_.size(); }
  // The connected one with this end, or -1.
  int find(const char* ip, int port);

 private:
  using End = std::pair<int, std::string>;

  void learn();  // the ends that are not known yet

  std::unordered_map<int, std::optional<End>> ends_;
  std::map<End, int> by_end_;
};

}  // namespace millrace
