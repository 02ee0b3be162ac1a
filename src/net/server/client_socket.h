// The socket of one client: reads and writes that a scope can stop and a point in time ends.
#pragma once

#include <string_view>

#include "net/server/input_buffer.h"
#include "net/server/socket_set.h"

namespace millrace {

class ClientSocket {
 public:
  enum class Went : std::uint8_t {
    well,     // bytes were read; all was written
    ended,    // the client will send nothing more
    broken,   // the connection is no more
    late,     // the time had come
    woken,    // wake() was called, and there is nothing to read
    stopped,  // the scope is
  };

  ClientSocket(SocketSet& set, int descriptor) : socket_(set, descriptor) {}

  // Adds to `into` what has come, or waits for it: one piece of at most 64 KiB. When it is stopped
  // nothing has been lost.
  Task<Went> read(Scope& scope, InputBuffer& into, TimePoint until, Doing doing);
  // `first`, then `second`. Gives up when the client takes no byte for as long as `stall`, or at
  // `until`; how much went out is then unknown.
  Task<Went> write(Scope& scope, std::string_view first, std::string_view second, Nanos stall,
                   TimePoint until, Doing doing);
  // The client is told that nothing more will come.
  void finish();
  // Ends a read() that waits, or the next one that would.
  void wake() { socket_.wake(); }

 private:
  // True once what needed no waiting has gone on for so long that others should have their turn.
  bool is_greedy();

  WatchedSocket socket_;
  unsigned without_waiting_ = 0;
};

}  // namespace millrace
