#include "scope/shard.h"

#include <boost/asio/post.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "scope/scope.h"

namespace millrace {

class Shard::JumpingClock final : public Clock {
 public:
  TimePoint now() const override { return real_.now() + skipped_; }
  WallTime wall() const override { return real_.wall() + skipped_; }
  void jump_to(TimePoint at) {
    if (const Nanos ahead = at - now(); ahead > Nanos{0}) skipped_ += ahead;
  }
  // The real moment at which this clock will show `at`.
  TimePoint real(TimePoint at) const { return at - skipped_; }

 private:
  RealClock real_;
  Nanos skipped_{};
};

Shard::Shard(TimeMode mode, WallTime start)
    : mode_(mode), io_(1), busy_(asio::make_work_guard(io_)), alarm_(io_) {
  switch (mode) {
    case TimeMode::real: clock_ = std::make_unique<RealClock>(); break;
    case TimeMode::jumping: {
      auto clock = std::make_unique<JumpingClock>();
      jumping_ = clock.get();
      clock_ = std::move(clock);
      break;
    }
    case TimeMode::simulated: {
      auto clock = std::make_unique<VirtualClock>(start);
      simulated_ = clock.get();
      clock_ = std::move(clock);
      break;
    }
  }
  root_.reset(new Scope(*this, "shard"));
}

Shard::~Shard() {
  root_.reset();
  // What is left are completions of operations that were cancelled: no frame may be destroyed
  // half-way by the loop's own end.
  alarm_.cancel();
  busy_.reset();
  io_.poll();
}

void Shard::run(std::function<Task<void>(Scope&)> main) {
  bool done = false;
  std::exception_ptr thrown;
  const auto whole = [&]() -> Task<void> {
    try {
      root_->start("main", [&main](Scope& scope) -> Task<Result<void>> {
        co_await main(scope);
        co_return Result<void>();
      });
      co_await root_->join();
      co_await root_->close(StopCause::shutdown);
    } catch (...) {
      thrown = std::current_exception();
    }
    done = true;
  };
  run_on(io_, whole());
  run_until(done);
  if (thrown) std::rethrow_exception(thrown);
  root_.reset();
  root_.reset(new Scope(*this, "shard"));
}

void Shard::post(std::function<void()> work) { asio::post(io_, std::move(work)); }

std::vector<ScopeInfo> Shard::scopes() const {
  std::vector<ScopeInfo> all;
  root_->collect(all);
  return all;
}

std::size_t Shard::live_scopes() const { return live_scopes_ - 1; }

void Shard::arm(Timer& timer, TimePoint at) {
  timers_.add(timer, at);
  if (mode_ == TimeMode::real) set_alarm();
}

void Shard::set_alarm() {
  const auto earliest = timers_.earliest();
  // An alarm that rings too early finds nothing due and is set again: cheaper than moving it each
  // time the earliest timer goes.
  if (!earliest || *earliest >= alarm_at_) return;
  alarm_at_ = *earliest;
  alarm_.expires_at(jumping_ != nullptr ? jumping_->real(alarm_at_) : alarm_at_);
  alarm_.async_wait([this](const boost::system::error_code& failed) {
    if (!failed) on_alarm();
  });
}

void Shard::on_alarm() {
  alarm_at_ = TimePoint::max();
  timers_.fire_due(now());
  set_alarm();
}

void Shard::run_until(const bool& done) {
  while (!done) turn();
  io_.poll();
}

void Shard::turn() {
  if (mode_ == TimeMode::real) {
    io_.run_one();
    return;
  }
  if (io_.poll_one() != 0) return;
  if (outside_ == 0 && jump()) return;
  if (mode_ == TimeMode::simulated) {
    // Nothing is ready, no timer is set and nothing outside exists: this would last for ever.
    std::cerr << "simulation stands still: work waits for an event that nobody will set\n";
    std::abort();
  }
  set_alarm();
  io_.run_one();
}

bool Shard::jump() {
  const auto earliest = timers_.earliest();
  if (!earliest) return false;
  if (simulated_ != nullptr) simulated_->advance_to(*earliest);
  if (jumping_ != nullptr) jumping_->jump_to(*earliest);
  // The alarm, if it is set, was computed before the jump: let the next turn set it anew.
  alarm_at_ = TimePoint::max();
  timers_.fire_due(now());
  return true;
}

}  // namespace millrace
