// What waits to be written: bounded, filled by shards, emptied by the writer's thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "store/sqlite/options.h"
#include "store/write.h"

namespace millrace::sqlite {

// Somebody waits for sessions to be removed.
struct PurgeRequest {
  WallTime now{};
  std::function<void(Result<std::uint64_t>)> answer;
  std::uint64_t purged = 0;
};

class WriteQueue {
 public:
  explicit WriteQueue(const Options& options) : options_(options) {}

  // From any thread. Errors: exhausted, when it is full or this is too large; canceled, when it is
  // closed. `write` is not touched then.
  Result<void> add(Write&& write);
  Result<void> add(PurgeRequest&& purge);
  void wake();   // the writer has something else to do
  void close();  // what is in it is still written

  // The writer's thread.
  struct Work {
    std::vector<Write> writes;
    std::vector<PurgeRequest> purges;
    bool is_idle = false;    // there was nothing for Options::idle
    bool is_closed = false;  // and nothing is left
  };
  struct Wait {
    bool has_more = false;   // of its own to do: it does not wait at all
    bool for_idle = false;   // it wants to know when there is nothing
    std::size_t gather = 0;  // much is under way: so many writes are worth waiting a little for
  };
  void take(Work& work, const Wait& wait);

 private:
  Result<void> check(std::size_t size) const;

  const Options& options_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::vector<Write> writes_;
  std::vector<PurgeRequest> purges_;
  std::size_t bytes_ = 0;
  std::size_t wanted_ = 1;  // writes that wake the writer
  bool woken_ = false;
  bool closed_ = false;
};

}  // namespace millrace::sqlite
