#include "scope/signals.h"

#include <boost/asio/signal_set.hpp>
#include <csignal>

#include "scope/shard.h"

namespace millrace {

namespace {

void mask(int how) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(how, &signals, nullptr);
}

}  // namespace

void SignalHold::hold() { mask(SIG_BLOCK); }
void SignalHold::let_through() { mask(SIG_UNBLOCK); }

// Shared with the pending wait, which may be told of its own cancelling after the watch has gone.
struct SignalWatch::Watch : std::enable_shared_from_this<Watch> {
  Watch(Shard& shard, std::function<void(int)> callback)
      : signals(shard.io(), SIGINT, SIGTERM), told(std::move(callback)) {}

  void wait() {
    signals.async_wait(
        [self = shared_from_this()](const boost::system::error_code& failed, int number) {
          if (failed || !self->told) return;
          self->told(number);
          if (self->told) self->wait();
        });
  }

  asio::signal_set signals;
  std::function<void(int)> told;
};

SignalWatch::SignalWatch(Shard& shard, std::function<void(int)> told)
    : watch_(std::make_shared<Watch>(shard, std::move(told))) {
  watch_->wait();
}

SignalWatch::~SignalWatch() {
  watch_->told = nullptr;
  boost::system::error_code ignored;
  watch_->signals.cancel(ignored);
}

}  // namespace millrace
