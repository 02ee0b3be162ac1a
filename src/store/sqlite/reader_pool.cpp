#include "store/sqlite/reader_pool.h"

#include <fmt/format.h>

#include <utility>

namespace millrace::sqlite {

ReaderPool::ReaderPool(std::vector<Reader> readers, std::size_t most_waiting)
    : readers_(std::move(readers)), most_waiting_(most_waiting) {
  for (Reader& reader : readers_) {
    threads_.emplace_back([this, &reader] { run(reader); });
  }
}

ReaderPool::~ReaderPool() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  filled_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

Result<void> ReaderPool::add(Job job) {
  const std::lock_guard lock(mutex_);
  if (jobs_.size() >= most_waiting_) {
    return Error(ErrorKind::exhausted, fmt::format("{} questions to the journal wait already "
                                                   "(setting store.reads)",
                                                   most_waiting_));
  }
  jobs_.push_back(std::move(job));
  filled_.notify_one();
  return {};
}

void ReaderPool::run(Reader& reader) {
  for (;;) {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job(reader);
  }
}

}  // namespace millrace::sqlite
