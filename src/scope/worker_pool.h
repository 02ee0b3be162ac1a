// Threads for work that would hold a shard for more than a few milliseconds and needs nothing of
// it: reading a long text. One pool a shard; its threads start when they are first needed. Whoever
// owns the pool ends all runs before it.
//
// What the work reads must not change until it has ended, and what it returns must share nothing
// with anything else (counts are plain): it is handed over as a whole.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "scope/scope.h"

namespace millrace {

// Set, from another thread, when nobody wants the result any more. Work looks at it now and then.
using StopFlag = std::atomic<bool>;

class WorkerPool {
 public:
  explicit WorkerPool(Shard& shard, std::size_t threads = 2) : shard_(&shard), most_(threads) {}
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // What `work` returned, in the order of coming; what it throws is thrown here. Stopping `scope`
  // sets the flag, joins the work, drops what it made, and gives the stop's error.
  template <class T>
  Task<Result<T>> run(Scope& scope, std::function<Result<T>(const StopFlag&)> work, Doing doing) {
    std::optional<Result<T>> result;
    Job job;
    job.work = [&result, &work](const StopFlag& stop) {
      result.emplace(work(stop));
      // Large results take long to drop: here, where nobody waits.
      if (stop.load()) result.reset();
    };
    auto ended = co_await finish(scope, job, doing);
    if (!ended) co_return ended.error();
    co_return std::move(*result);
  }

 private:
  struct Job {
    std::function<void(const StopFlag&)> work;
    StopFlag stop = false;
    std::exception_ptr thrown;
    Event done;
  };

  Task<Result<void>> finish(Scope& scope, Job& job, Doing doing);
  void add(Job& job);
  // Whether nobody had begun it, and nobody will.
  bool withdraw(Job& job);
  void serve();  // what a thread does

  Shard* shard_;
  std::size_t most_;
  std::vector<std::thread> threads_;  // of the shard's thread
  std::mutex mutex_;                  // of what follows
  std::condition_variable changed_;
  std::deque<Job*> waiting_;
  std::size_t idle_ = 0;
  bool ending_ = false;
};

}  // namespace millrace
