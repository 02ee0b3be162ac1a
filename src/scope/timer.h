// The timers of one shard: a set ordered by time, of which only the earliest is armed with the
// event loop. The shard owns the queue; whoever waits owns its Timer.
#pragma once

#include <boost/intrusive/set.hpp>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/clock.h"

namespace millrace {

class Shard;

class Timer : public boost::intrusive::set_base_hook<
                  boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  // `fire` runs once on the shard's thread, at or after the time it was armed for.
  Timer(Shard& shard, std::function<void()> fire) : shard_(&shard), fire_(std::move(fire)) {}

  void arm(TimePoint at);
  void disarm() { unlink(); }
  bool is_armed() const { return is_linked(); }

 private:
  friend class TimerQueue;
  Shard* shard_;
  std::function<void()> fire_;
  TimePoint at_{};
  std::uint64_t order_ = 0;  // first armed, first fired, where times are equal
};

class TimerQueue {
 public:
  void add(Timer& timer, TimePoint at);
  std::optional<TimePoint> earliest() const;
  // Fires all that are due at `now`, in order; those armed meanwhile for `now` too.
  void fire_due(TimePoint now);

 private:
  struct Earlier {
    bool operator()(const Timer& a, const Timer& b) const;
  };
  boost::intrusive::multiset<Timer, boost::intrusive::compare<Earlier>,
                             boost::intrusive::constant_time_size<false>>
      timers_;
  std::uint64_t next_order_ = 0;
};

}  // namespace millrace
