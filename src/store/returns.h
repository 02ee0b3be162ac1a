// The way back from the threads of a store to the shard that asked. A shard's journal owns one and
// shares it with what it has under way.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "scope/scope.h"

namespace millrace {

class Returns : public std::enable_shared_from_this<Returns> {
 public:
  explicit Returns(Shard& shard) : shard_(&shard) {}

  // On the shard's thread: an answer will be given. Until then its clock does not jump.
  void expect();
  // From any thread: `answer` runs on the shard's thread, in the order of these calls, unless
  // close() came first; then it is dropped.
  void give(std::function<void()> answer);
  // All at once, so that the shard is woken once.
  void give(std::vector<std::function<void()>> answers);
  // On the shard's thread. Nothing runs afterwards, and the shard may go.
  void close();

 private:
  void run();

  std::mutex mutex_;
  Shard* shard_;  // nullptr once closed
  std::vector<std::function<void()>> given_;
  // Of the shard's thread alone.
  std::size_t expected_ = 0;
  std::optional<Shard::Outside> outside_;
};

// Gives `begin` a callable that takes the Result<T> on any thread, and waits for it. Stopping
// `scope` ends the wait; the answer is dropped then.
template <class T, class Begin>
Task<Result<T>> ask(Scope& scope, std::shared_ptr<Returns> returns, Begin begin, Doing doing) {
  struct Answer {
    Event ready;
    std::optional<Result<T>> result;
  };
  auto answer = std::make_shared<Answer>();
  returns->expect();
  begin([answer, returns](Result<T> result) {
    returns->give([answer, result = std::move(result)]() mutable {
      answer->result.emplace(std::move(result));
      answer->ready.set();
    });
  });
  const Result<void> waited = co_await scope.wait(answer->ready, doing);
  if (!waited) co_return waited.error();
  co_return std::move(*answer->result);
}

}  // namespace millrace
