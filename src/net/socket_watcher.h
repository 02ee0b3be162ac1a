// Tells when descriptors that somebody else owns can be read or written: the bridge between the
// event loop and libraries that open their own sockets (libcurl, c-ares). It never closes one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <unordered_map>

#include "scope/task.h"

namespace millrace {

class SocketWatcher {
 public:
  static constexpr int kRead = 1;
  static constexpr int kWrite = 2;
  // `events`: kRead or kWrite. May watch, change or forget any descriptor.
  using Ready = std::function<void(int fd, int events)>;

  SocketWatcher(asio::io_context& io, Ready ready);
  ~SocketWatcher();
  SocketWatcher(const SocketWatcher&) = delete;
  SocketWatcher& operator=(const SocketWatcher&) = delete;

  // From now on `fd` is watched for exactly `wanted`; 0 keeps it known and silent.
  void watch(int fd, int wanted);
  // `fd` is no longer watched and not closed; its number may come back as another socket.
  void forget(int fd);

 private:
  struct Watch;
  static void arm(const std::shared_ptr<Watch>& watch);
  static void arm_one(const std::shared_ptr<Watch>& watch, int event);

  asio::io_context* io_;
  Ready ready_;
  std::unordered_map<int, std::shared_ptr<Watch>> watches_;
};

}  // namespace millrace
