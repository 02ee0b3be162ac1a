#include "scope/readable.h"

#include <sys/epoll.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>
#include <string>

namespace millrace {

// Shared with the pending wait, which may be told of its own end after the Readable has gone.
struct Readable::Watch : std::enable_shared_from_this<Watch> {
  Watch(Shard& shard, int descriptor) : poll(shard.io()) {
    // Asio makes what it waits for non-blocking, for all who share it. So it is given a set that
    // holds the descriptor, and not the descriptor itself.
    const int set = ::epoll_create1(EPOLL_CLOEXEC);
    boost::system::error_code failed;
    if (set >= 0) poll.assign(set, failed);
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    if (set >= 0 && ::epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &wanted) == 0) return;
    is_file = set >= 0 && errno == EPERM;
    if (is_file) return;
    failure = Error(ErrorKind::unavailable,
                    std::string("cannot wait for something to read: ") + std::strerror(errno));
  }

  void arm() {
    if (armed) return;
    armed = true;
    ready.reset();
    poll.async_wait(asio::posix::descriptor_base::wait_read,
                    [self = shared_from_this()](const boost::system::error_code& failed) {
                      self->armed = false;
                      if (!failed) self->ready.set();
                    });
  }

  asio::posix::stream_descriptor poll;
  std::optional<Error> failure;
  bool is_file = false;  // or a folder: the system does not wait for these
  bool armed = false;
  Event ready;
};

Readable::Readable(Shard& shard, int descriptor)
    : watch_(std::make_shared<Watch>(shard, descriptor)) {}

Readable::~Readable() {
  boost::system::error_code ignored;
  watch_->poll.close(ignored);
}

Task<Result<void>> Readable::wait(Scope& scope, Doing doing) {
  if (watch_->failure) co_return *watch_->failure;
  if (watch_->is_file) co_return scope.check(doing);
  watch_->arm();
  const Shard::Outside outside(scope.shard());
  co_return co_await scope.wait(watch_->ready, doing);
}

}  // namespace millrace
