// Signals of the process, told on a shard's thread.
#pragma once

#include <functional>
#include <memory>

namespace millrace {

class Shard;

// While it lives, SIGINT and SIGTERM no longer end the process: `told` is called with the number of
// each that arrives, on the shard's thread.
class SignalWatch {
 public:
  SignalWatch(Shard& shard, std::function<void(int)> told);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  struct Watch;
  std::shared_ptr<Watch> watch_;
};

// SIGINT and SIGTERM that come while they are held wait until they are let through, so that none
// meets a moment in which nobody watches. Of this thread and those that it starts meanwhile.
class SignalHold {
 public:
  SignalHold() { hold(); }
  ~SignalHold() { let_through(); }
  SignalHold(const SignalHold&) = delete;
  SignalHold& operator=(const SignalHold&) = delete;

  void hold();
  void let_through();  // on this thread
};

}  // namespace millrace
