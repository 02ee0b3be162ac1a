#include "store/returns.h"

#include <utility>

namespace millrace {

void Returns::expect() {
  if (expected_++ == 0) outside_.emplace(*shard_);
}

void Returns::give(std::function<void()> answer) {
  const std::lock_guard lock(mutex_);
  if (shard_ == nullptr) return;
  given_.push_back(std::move(answer));
  if (given_.size() > 1) return;  // whoever came first has posted
  // Posted under the lock: the shard may go as soon as close() has had it.
  shard_->post([self = shared_from_this()] { self->run(); });
}

void Returns::run() {
  std::vector<std::function<void()>> answers;
  {
    const std::lock_guard lock(mutex_);
    answers.swap(given_);
  }
  for (std::function<void()>& answer : answers) {
    if (shard_ == nullptr) return;  // closed by one of them
    if (--expected_ == 0) outside_.reset();
    answer();
  }
}

void Returns::close() {
  std::vector<std::function<void()>> dropped;
  const std::lock_guard lock(mutex_);
  shard_ = nullptr;
  dropped.swap(given_);
  outside_.reset();
}

}  // namespace millrace
