// Threads that read, each with a connection of its own, so that no shard waits for a disk.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "store/sqlite/options.h"
#include "store/sqlite/reader.h"

namespace millrace::sqlite {

class ReaderPool {
 public:
  ReaderPool(std::vector<Reader> readers, std::size_t most_waiting);
  ~ReaderPool();  // what waits is still read
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  using Job = std::function<void(Reader&)>;
  // From any thread. Error (exhausted): too many wait; `job` never runs then.
  Result<void> add(Job job);

 private:
  void run(Reader& reader);

  std::vector<Reader> readers_;
  std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Job> jobs_;
  bool closed_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace millrace::sqlite
