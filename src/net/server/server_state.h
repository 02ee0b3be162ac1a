// What the connections of one server share; the server owns it.
#pragma once

#include <string>

#include "net/server/http_server.h"
#include "net/server/socket_set.h"

namespace millrace {

struct ServerState {
  ServerState(Shard& shard_of_it, ServerLimits limits_of_it, HttpServer::Handler answerer)
      : shard(shard_of_it),
        limits(limits_of_it),
        handler(std::move(answerer)),
        sockets(shard_of_it) {}

  // Of now, for answers; made once a second.
  const std::string& date();

  Shard& shard;
  const ServerLimits limits;
  const HttpServer::Handler handler;
  SocketSet sockets;
  ServerFigures figures;
  bool draining = false;

 private:
  std::string date_;
  std::chrono::sys_seconds date_at_{};
};

// Counts one more for as long as it lives.
class CountedHere {
 public:
  explicit CountedHere(std::size_t& count) : count_(count) { ++count_; }
  ~CountedHere() { --count_; }
  CountedHere(const CountedHere&) = delete;
  CountedHere& operator=(const CountedHere&) = delete;

 private:
  std::size_t& count_;
};

// What a request holds of the bytes that all bodies share; given back with it.
class BodyShare {
 public:
  explicit BodyShare(std::size_t& all) : all_(all) {}
  ~BodyShare() { all_ -= held_; }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;
  void grow_to(std::size_t size) {
    all_ += size - held_;
    held_ = size;
  }

 private:
  std::size_t& all_;
  std::size_t held_ = 0;
};

}  // namespace millrace
