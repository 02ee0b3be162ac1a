#include "scope/worker_pool.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>

namespace millrace {
namespace {

// Signals are for the thread of the loop: a thread starts with what its maker has masked.
class SignalsMasked {
 public:
  SignalsMasked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsMasked(const SignalsMasked&) = delete;
  SignalsMasked& operator=(const SignalsMasked&) = delete;
  ~SignalsMasked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

Task<Result<void>> WorkerPool::finish(Scope& scope, Job& job, Doing doing) {
  const Shard::Outside awaited(*shard_);
  add(job);
  const Result<void> waited = co_await scope.wait(job.done, doing);
  if (!waited && !job.done.is_set() && !withdraw(job)) {
    job.stop.store(true);
    co_await scope.wait_for_end(job.done, "the end of the work of another thread");
  }
  if (!waited) co_return waited;
  if (job.thrown) std::rethrow_exception(job.thrown);
  co_return Result<void>();
}

void WorkerPool::add(Job& job) {
  bool has_idle = false;
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(&job);
    has_idle = idle_ >= waiting_.size();
  }
  if (!has_idle && threads_.size() < most_) {
    const SignalsMasked masked;
    threads_.emplace_back([this] { serve(); });
  }
  changed_.notify_one();
}

bool WorkerPool::withdraw(Job& job) {
  const std::lock_guard lock(mutex_);
  return std::erase(waiting_, &job) > 0;
}

void WorkerPool::serve() {
  while (true) {
    Job* job = nullptr;
    {
      std::unique_lock lock(mutex_);
      ++idle_;
      changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      --idle_;
      if (waiting_.empty()) return;
      job = waiting_.front();
      waiting_.pop_front();
    }
    try {
      job->work(job->stop);
    } catch (...) {
      job->thrown = std::current_exception();
    }
    // The job may be gone as soon as this has run; its owner waits until then.
    shard_->post([job] { job->done.set(); });
  }
}

}  // namespace millrace
