// The one thread that writes: commits what is in the queue in groups, removes what is to go in the
// pauses, and gives free space back.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/options.h"
#include "store/sqlite/tables.h"
#include "store/sqlite/write_queue.h"

namespace millrace::sqlite {

class Writer {
 public:
  // `connection` is of a file that has its tables; `checkpoints` is another one of the same file.
  // `options` outlive it.
  static Result<std::unique_ptr<Writer>> open(Connection connection, Connection checkpoints,
                                              const Options& options);
  ~Writer();  // writes what is in the queue, then joins its threads
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  WriteQueue& queue() { return queue_; }

 private:
  Writer(Connection connection, const Options& options);
  void run();
  void take_up(std::vector<PurgeRequest>& requests);
  void look_after_log(bool is_idle);
  void keep_house(std::size_t writes);
  bool has_housework() const;
  Result<void> do_housework(std::size_t writes);
  Result<void> purge(std::size_t most);
  Result<void> give_space_back();
  void answer_purges(const Result<void>& result);

  const Options& options_;
  Connection connection_;
  Tables tables_;
  WriteQueue queue_;
  RealClock clock_;
  std::vector<PurgeRequest> purges_;
  std::int64_t log_pages_ = 0;  // after the last commit, not all of them in the file
  bool is_log_empty_ = false;
  std::atomic<bool> log_ready_{false};
  bool log_asked_ = false;
  bool is_quiet_ = false;       // nothing was written for Options::idle
  bool has_free_space_ = true;  // perhaps more than is to be kept
  TimePoint rests_until_{};     // from housework that failed
  std::unique_ptr<Checkpointer> checkpointer_;
  std::thread thread_;
};

}  // namespace millrace::sqlite
