#include "net/server/socket_set.h"

#include <unistd.h>

#include <utility>

namespace millrace {
namespace {

constexpr std::size_t kScratch = std::size_t{64} << 10U;

}  // namespace

SocketSet::SocketSet(Shard& shard)
    : scratch_(kScratch), watcher_(shard.io(), [this](int descriptor, int) {
        // Nothing is closed or opened in here: the waiter goes on through the loop's queue.
        sockets_[static_cast<std::size_t>(descriptor)]->ready_.set();
      }) {}

WatchedSocket::WatchedSocket(SocketSet& set, int descriptor) : set_(set), descriptor_(descriptor) {
  const auto at = static_cast<std::size_t>(descriptor);
  if (set_.sockets_.size() <= at) set_.sockets_.resize(at + 1);
  set_.sockets_[at] = this;
}

WatchedSocket::~WatchedSocket() {
  set_.watcher_.forget(descriptor_);
  set_.sockets_[static_cast<std::size_t>(descriptor_)] = nullptr;
  ::close(descriptor_);
}

Task<WatchedSocket::Wake> WatchedSocket::wait(Scope& scope, int direction, TimePoint until,
                                              Doing doing) {
  if (std::exchange(woken_, false)) co_return Wake::woken;
  ready_.reset();
  bool late = false;
  Timer timer(scope.shard(), [this, &late] {
    late = true;
    ready_.set();
  });
  if (until != TimePoint::max()) timer.arm(until);
  set_.watcher_.watch(descriptor_, direction);
  const Shard::Outside outside(scope.shard());
  const auto waited = co_await scope.wait(ready_, doing);
  set_.watcher_.watch(descriptor_, 0);
  if (!waited) co_return Wake::stopped;
  if (std::exchange(woken_, false)) co_return Wake::woken;
  co_return late ? Wake::late : Wake::ready;
}

void WatchedSocket::wake() {
  woken_ = true;
  ready_.set();
}

}  // namespace millrace
