// Points in wall-clock time that stay within what a clock can show.
#pragma once

#include "base/clock.h"

namespace millrace {

// The clock's last moment where the sum would lie beyond it.
inline WallTime later_by(WallTime from, Nanos length) {
  return length < WallTime::max() - from ? from + length : WallTime::max();
}

// The moment on the monotonic clock that `at` shows then, if neither is moved meanwhile.
inline TimePoint on_monotonic(WallTime at, const Moment& now) {
  const Nanos ahead = at > now.wall ? at - now.wall : -(now.wall - at);
  if (ahead > Nanos{0} && ahead >= TimePoint::max() - now.now) {
    return TimePoint::max() - Nanos{1};
  }
  return now.now + ahead;
}

}  // namespace millrace
