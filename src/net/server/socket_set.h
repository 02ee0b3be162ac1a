// The sockets of one server, non-blocking, each known by its descriptor, and the waiting for them.
// All are in one SocketWatcher, so that a wait costs no call to the kernel where the socket has
// been waited for before.
#pragma once

#include <span>
#include <vector>

#include "net/socket_watcher.h"
#include "scope/scope.h"

namespace millrace {

class SocketSet;

// One of them: owns its descriptor, and closes it. One wait at a time.
class WatchedSocket {
 public:
  enum class Wake : std::uint8_t { ready, late, woken, stopped };

  WatchedSocket(SocketSet& set, int descriptor);
  ~WatchedSocket();
  WatchedSocket(const WatchedSocket&) = delete;
  WatchedSocket& operator=(const WatchedSocket&) = delete;

  int descriptor() const { return descriptor_; }
  SocketSet& set() const { return set_; }
  // Until the socket may be read (SocketWatcher::kRead) or written (kWrite), `until` has passed,
  // wake() was called, or `scope` is stopped. The caller then tries, whatever woke it.
  Task<Wake> wait(Scope& scope, int direction, TimePoint until, Doing doing);
  // Ends the wait under way, or the next one at once.
  void wake();

 private:
  friend class SocketSet;
  SocketSet& set_;
  int descriptor_;
  bool woken_ = false;
  Event ready_;
};

class SocketSet {
 public:
  explicit SocketSet(Shard& shard);

  // To read into, and to empty before anything else is done: so a client that waits holds no
  // memory.
  std::span<char> scratch() { return scratch_; }

 private:
  friend class WatchedSocket;
  std::vector<char> scratch_;
  std::vector<WatchedSocket*> sockets_;  // by descriptor
  SocketWatcher watcher_;
};

}  // namespace millrace
