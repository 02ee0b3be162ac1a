#include "store/sqlite/write_queue.h"

#include <fmt/format.h>

#include <utility>

#include "base/byte_size.h"

namespace millrace::sqlite {
namespace {

Error closed() { return Error(ErrorKind::canceled, "the journal is closed"); }

}  // namespace

Result<void> WriteQueue::check(std::size_t size) const {
  if (closed_) return closed();
  if (size > options_.record) {
    return Error(ErrorKind::invalid,
                 fmt::format("a record of {}, more than {} (setting store.record)",
                             format_byte_size(size), format_byte_size(options_.record)));
  }
  if (writes_.size() >= options_.queue) {
    return Error(ErrorKind::exhausted,
                 fmt::format("the journal's queue of {} records is full (setting store.queue)",
                             options_.queue));
  }
  if (bytes_ + size > options_.queue_memory) {
    return Error(ErrorKind::exhausted,
                 fmt::format("the journal's queue of {} is full (setting store.queueMemory)",
                             format_byte_size(options_.queue_memory)));
  }
  return {};
}

Result<void> WriteQueue::add(Write&& write) {
  const std::size_t size = size_of(write);
  const std::lock_guard lock(mutex_);
  MILLRACE_TRY(check(size));
  bytes_ += size;
  writes_.push_back(std::move(write));
  if (writes_.size() == wanted_) filled_.notify_one();
  return {};
}

Result<void> WriteQueue::add(PurgeRequest&& purge) {
  const std::lock_guard lock(mutex_);
  if (closed_) return closed();
  purges_.push_back(std::move(purge));
  woken_ = true;
  filled_.notify_one();
  return {};
}

void WriteQueue::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  filled_.notify_one();
}

void WriteQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  woken_ = true;
  filled_.notify_one();
}

void WriteQueue::take(Work& work, const Wait& wait) {
  work.writes.clear();
  work.purges.clear();
  work.is_idle = false;
  std::unique_lock lock(mutex_);
  if (wait.gather > writes_.size() && !woken_ && !wait.has_more) {
    wanted_ = wait.gather;
    filled_.wait_for(lock, options_.gather, [this] { return woken_ || writes_.size() >= wanted_; });
    wanted_ = 1;
  }
  const auto has_work = [this] { return woken_ || !writes_.empty(); };
  if (!wait.has_more && wait.for_idle) {
    work.is_idle = !filled_.wait_for(lock, options_.idle, has_work);
  } else if (!wait.has_more) {
    filled_.wait(lock, has_work);
  }
  woken_ = false;
  work.is_closed = closed_ && writes_.empty() && purges_.empty();
  work.writes.swap(writes_);
  work.purges.swap(purges_);
  bytes_ = 0;
}

}  // namespace millrace::sqlite
