// A shard: one thread's event loop with its clock, its timers and the register of the scopes that
// live on it. Nothing of a shard is touched from another thread except through post().
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "scope/task.h"
#include "scope/timer.h"

namespace millrace {

class Scope;
struct ScopeInfo;

enum class TimeMode : std::uint8_t {
  real,
  // Real time, but when nothing can run and nothing outside is awaited, the clock jumps to the next
  // timer: delays pass at once.
  jumping,
  // The clock moves only by jumping: for seeded simulations.
  simulated,
};

class Shard {
 public:
  // `start` is what time it is at first, where time is simulated.
  explicit Shard(TimeMode mode = TimeMode::real, WallTime start = WallTime{});
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  asio::io_context& io() { return io_; }
  const Clock& clock() const { return *clock_; }
  TimePoint now() const { return clock_->now(); }
  // The scope above all others here.
  Scope& root() { return *root_; }

  // Runs the loop until `main` has ended, then closes the root scope and returns. `main` runs in a
  // task of the root scope. Call it once at a time.
  void run(std::function<Task<void>(Scope&)> main);

  // From any thread: `work` runs on this shard's thread.
  void post(std::function<void()> work);

  // Live scopes, parents before children.
  std::vector<ScopeInfo> scopes() const;
  // Without the root.
  std::size_t live_scopes() const;

  // While one of these lives, something outside (a socket, another thread) is awaited, and a
  // jumping clock keeps step with real time.
  class Outside {
   public:
    explicit Outside(Shard& shard) : shard_(&shard) { ++shard_->outside_; }
    Outside(const Outside&) = delete;
    Outside& operator=(const Outside&) = delete;
    ~Outside() { --shard_->outside_; }

   private:
    Shard* shard_;
  };

 private:
  friend class Scope;
  friend class Timer;
  class JumpingClock;

  void arm(Timer& timer, TimePoint at);
  void set_alarm();  // for the earliest timer, where real time has to pass until then
  void on_alarm();
  void turn();  // runs what is ready, or waits for what comes next
  bool jump();  // to the earliest timer; false where there is none
  void run_until(const bool& done);

  TimeMode mode_;
  std::unique_ptr<Clock> clock_;
  VirtualClock* simulated_ = nullptr;  // where the mode is so
  JumpingClock* jumping_ = nullptr;    // where the mode is so
  asio::io_context io_;
  TimerQueue timers_;
  asio::executor_work_guard<asio::io_context::executor_type>
      busy_;                  // the loop never ends by itself
  asio::steady_timer alarm_;  // armed for the earliest of timers_
  TimePoint alarm_at_ = TimePoint::max();
  std::size_t outside_ = 0;
  std::size_t live_scopes_ = 0;
  std::unique_ptr<Scope> root_;
};

}  // namespace millrace
