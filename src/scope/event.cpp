#include "scope/event.h"

#include <boost/asio/post.hpp>

#include "scope/shard.h"

namespace millrace {

void Waiter::wake() {
  in_event.unlink();
  in_scope.unlink();
  woken_ = true;
  if (!handler_) return;
  // Through the loop's queue, never in place: the order stays first in, first out, and whoever sets
  // an event does not find its own state changed under its hands.
  asio::post(shard_->io(), std::move(*handler_));
  handler_.reset();
}

Task<void> Waiter::suspend() {
  if (woken_) co_return;
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
      [this](auto&& handler) { handler_.emplace(std::forward<decltype(handler)>(handler)); },
      asio::use_awaitable);
}

void Event::set() {
  set_ = true;
  while (!waiters_.empty()) waiters_.front().wake();
}

}  // namespace millrace
