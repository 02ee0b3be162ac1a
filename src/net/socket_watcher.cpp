#include "net/socket_watcher.h"

#include <boost/asio/posix/stream_descriptor.hpp>

namespace millrace {

struct SocketWatcher::Watch {
  Watch(SocketWatcher& watcher, int socket)
      : owner(&watcher), fd(socket), descriptor(*watcher.io_) {}

  SocketWatcher* owner;  // null once forgotten
  int fd;
  int wanted = 0;
  int armed = 0;  // waits under way
  asio::posix::stream_descriptor descriptor;
};

SocketWatcher::SocketWatcher(asio::io_context& io, Ready ready)
    : io_(&io), ready_(std::move(ready)) {}

SocketWatcher::~SocketWatcher() {
  while (!watches_.empty()) forget(watches_.begin()->first);
}

void SocketWatcher::watch(int fd, int wanted) {
  auto& watch = watches_[fd];
  if (!watch) {
    watch = std::make_shared<Watch>(*this, fd);
    boost::system::error_code failed;
    watch->descriptor.assign(fd, failed);
    if (failed) {
      watches_.erase(fd);
      return;
    }
  }
  watch->wanted = wanted;
  arm(watch);
}

void SocketWatcher::forget(int fd) {
  const auto found = watches_.find(fd);
  if (found == watches_.end()) return;
  found->second->owner = nullptr;
  found->second->descriptor.release();
  watches_.erase(found);
}

void SocketWatcher::arm(const std::shared_ptr<Watch>& watch) {
  for (const int event : {kRead, kWrite}) {
    if ((watch->wanted & event) != 0 && (watch->armed & event) == 0) arm_one(watch, event);
  }
}

void SocketWatcher::arm_one(const std::shared_ptr<Watch>& watch, int event) {
  watch->armed |= event;
  const auto direction = event == kRead ? asio::posix::descriptor_base::wait_read
                                        : asio::posix::descriptor_base::wait_write;
  // Readiness is reported once: the next wait begins when the owner of the socket has done its
  // part.
  watch->descriptor.async_wait(direction, [watch, event](const boost::system::error_code& failed) {
    watch->armed &= ~event;
    if (watch->owner == nullptr || failed == asio::error::operation_aborted) return;
    if ((watch->wanted & event) != 0) watch->owner->ready_(watch->fd, event);
    if (watch->owner != nullptr) arm(watch);
  });
}

}  // namespace millrace
