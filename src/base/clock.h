// Time as a port: the production code and a seeded simulation read the same interface.
// Limits within the process are monotonic; wall time is for people and for what is stored.
#pragma once

#include <chrono>

namespace millrace {

using Nanos = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Nanos>;  // monotonic
using WallTime = std::chrono::sys_time<Nanos>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  virtual WallTime wall() const = 0;
};

// One moment, on both clocks.
struct Moment {
  TimePoint now{};
  WallTime wall{};
};

inline Moment moment_of(const Clock& clock) { return {clock.now(), clock.wall()}; }

// Shows the moment that it was last set to: for code that is told what time it is.
class HeldClock final : public Clock {
 public:
  TimePoint now() const override { return at_.now; }
  WallTime wall() const override { return at_.wall; }
  void hold(const Moment& at) { at_ = at; }

 private:
  Moment at_;
};

class RealClock final : public Clock {
 public:
  TimePoint now() const override;
  WallTime wall() const override;
};

// Stands still until told to move. Never goes back.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(WallTime start = WallTime{}) : start_(start) {}
  TimePoint now() const override { return now_; }
  WallTime wall() const override { return start_ + now_.time_since_epoch(); }
  void advance_to(TimePoint to) {
    if (to > now_) now_ = to;
  }

 private:
  WallTime start_;
  TimePoint now_{};
};

}  // namespace millrace
