#include "scope/timer.h"

#include <tuple>

#include "scope/shard.h"

namespace millrace {

void Timer::arm(TimePoint at) { shard_->arm(*this, at); }

void TimerQueue::add(Timer& timer, TimePoint at) {
  timer.unlink();
  timer.at_ = at;
  timer.order_ = next_order_++;
  timers_.insert(timer);
}

std::optional<TimePoint> TimerQueue::earliest() const {
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->at_;
}

void TimerQueue::fire_due(TimePoint now) {
  while (!timers_.empty() && timers_.begin()->at_ <= now) {
    Timer& timer = *timers_.begin();
    timers_.erase(timers_.begin());
    // The callback may end the timer's owner: nothing of it is touched afterwards.
    const auto fire = timer.fire_;
    fire();
  }
}

bool TimerQueue::Earlier::operator()(const Timer& a, const Timer& b) const {
  return std::tie(a.at_, a.order_) < std::tie(b.at_, b.order_);
}

}  // namespace millrace
