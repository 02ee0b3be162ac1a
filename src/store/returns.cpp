#include "store/returns.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace millrace {

void Returns::expect() {
  if (expected_++ == 0) outside_.emplace(*shard_);
}

void Returns::give(std::function<void()> answer) {
  std::vector<std::function<void()>> answers;
  answers.push_back(std::move(answer));
  give(std::move(answers));
}

void Returns::give(std::vector<std::function<void()>> answers) {
  const std::lock_guard lock(mutex_);
  if (shard_ == nullptr || answers.empty()) return;
  const bool is_posted = !given_.empty();
  if (is_posted) {
    std::move(answers.begin(), answers.end(), std::back_inserter(given_));
    return;
  }
  given_ = std::move(answers);
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
