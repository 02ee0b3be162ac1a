#include "scope/event.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "scope/shard.h"

namespace millrace {

void Waiter::wake() {
  in_event.unlink();
  in_scope.unlink();
  woken_ = true;
  if (!waiting_) return;
  // Through the loop's queue, never in place: the order stays first in, first out, and whoever sets
  // an event does not find its own state changed under its hands.
  asio::post(shard_->io(), [waiting = std::exchange(waiting_, {})] { waiting.resume(); });
}

void Event::set() {
  set_ = true;
  while (!waiters_.empty()) waiters_.front().wake();
}

}  // namespace millrace
