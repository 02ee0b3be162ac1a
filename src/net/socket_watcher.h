// Tells when descriptors that somebody else owns can be read or written: the bridge between the
// event loop and libraries that open their own sockets (libcurl, c-ares). It never closes one.
//
// All of them are in one set of the kernel's, and only that set is known to the event loop: what
// is ready is handed out many at a time, at a fraction of the cost of a wait for each.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include "scope/task.h"

namespace boost::asio {
class io_context;
}

namespace millrace {

class SocketWatcher {
 public:
  static constexpr int kRead = 1;
  static constexpr int kWrite = 2;
  // `events`: kRead, kWrite or both. May watch, change or forget any descriptor, and end the
  // watcher.
  using Ready = std::function<void(int fd, int events)>;

  SocketWatcher(asio::io_context& io, Ready ready);
  ~SocketWatcher();
  SocketWatcher(const SocketWatcher&) = delete;
  SocketWatcher& operator=(const SocketWatcher&) = delete;

  // From now on `fd` is watched for exactly `wanted`, as long as that is so; 0 keeps it known and
  // silent, which costs nothing when the same is wanted again soon.
  void watch(int fd, int wanted);
  // `fd` is no longer watched and not closed; its number may come back as another socket. To be
  // called before it is closed.
  void forget(int fd);

 private:
  struct Watched {
    int wanted = 0;
    int in_set = 0;  // what the kernel was asked for; more than `wanted` only while that is 0
  };
  struct Set;
  void arm();
  void hand_out();
  void tell(int fd, unsigned events);

  std::shared_ptr<Set> set_;  // shared with the wait under way
  std::unordered_map<int, Watched> watched_;
};

}  // namespace millrace
