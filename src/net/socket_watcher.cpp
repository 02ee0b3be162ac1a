#include "net/socket_watcher.h"

#include <sys/epoll.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <system_error>

namespace millrace {
namespace {

constexpr std::size_t kAtOnce = 64;

bool change(int set, int how, int fd, int wanted) {
  epoll_event event{};
  event.events = ((wanted & SocketWatcher::kRead) != 0 ? EPOLLIN : 0U) |
                 ((wanted & SocketWatcher::kWrite) != 0 ? EPOLLOUT : 0U);
  event.data.fd = fd;
  return ::epoll_ctl(set, how, fd, &event) == 0;
}

}  // namespace

struct SocketWatcher::Set {
  Set(SocketWatcher& watcher, asio::io_context& io, Ready call)
      : owner(&watcher), ready(std::move(call)), fd(::epoll_create1(EPOLL_CLOEXEC)), poll(io) {
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    poll.assign(fd);
  }

  SocketWatcher* owner;  // null once that has gone
  Ready ready;
  int fd;
  bool armed = false;
  asio::posix::stream_descriptor poll;
};

SocketWatcher::SocketWatcher(asio::io_context& io, Ready ready)
    : set_(std::make_shared<Set>(*this, io, std::move(ready))) {}

SocketWatcher::~SocketWatcher() {
  set_->owner = nullptr;
  boost::system::error_code ignored;
  set_->poll.close(ignored);
}

void SocketWatcher::watch(int fd, int wanted) {
  Watched& watched = watched_[fd];
  watched.wanted = wanted;
  if (wanted == 0 || watched.in_set == wanted) return;
  const int how = watched.in_set == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  watched.in_set = change(set_->fd, how, fd, wanted) ? wanted : 0;
  arm();
}

void SocketWatcher::forget(int fd) {
  const auto found = watched_.find(fd);
  if (found == watched_.end()) return;
  if (found->second.in_set != 0) change(set_->fd, EPOLL_CTL_DEL, fd, 0);
  watched_.erase(found);
}

// Readiness of the set is reported once: the next wait begins when what was ready has been handed
// out.
void SocketWatcher::arm() {
  if (set_->armed) return;
  set_->armed = true;
  set_->poll.async_wait(asio::posix::descriptor_base::wait_read,
                        [set = set_](const boost::system::error_code& failed) {
                          set->armed = false;
                          if (set->owner != nullptr && !failed) set->owner->hand_out();
                        });
}

void SocketWatcher::hand_out() {
  const std::shared_ptr<Set> set = set_;
  std::array<epoll_event, kAtOnce> events{};
  const int count = ::epoll_wait(set->fd, events.data(), events.size(), 0);
  for (int i = 0; i < count && set->owner != nullptr; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    tell(event.data.fd, event.events);
  }
  if (set->owner != nullptr && !watched_.empty()) arm();
}

void SocketWatcher::tell(int fd, unsigned events) {
  const auto found = watched_.find(fd);
  if (found == watched_.end()) return;
  Watched& watched = found->second;
  if (watched.wanted == 0) {
    // Nobody waits for it: it would be reported again and again.
    change(set_->fd, EPOLL_CTL_DEL, fd, 0);
    watched.in_set = 0;
    return;
  }
  const bool broken = (events & (EPOLLERR | EPOLLHUP)) != 0;
  const int happened = ((events & EPOLLIN) != 0 || broken ? kRead : 0) |
                       ((events & EPOLLOUT) != 0 || broken ? kWrite : 0);
  if (const int both = happened & watched.wanted; both != 0) set_->ready(fd, both);
}

}  // namespace millrace
