// Brings the log (SQLite's WAL) into the file, on a thread and a connection of its own, so that no
// commit waits for it. A log to which commits are added all the time is never all in the file, and
// would grow for ever: the last little piece is the writer's, between two commits.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "store/sqlite/connection.h"
#include "store/sqlite/options.h"

namespace millrace::sqlite {

class Checkpointer {
 public:
  // `ready` is called on its thread once only the last piece is left.
  Checkpointer(Connection connection, std::function<void()> ready);
  ~Checkpointer();  // joins its thread
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  // From any thread. Nothing happens where it is at it already.
  void begin();

 private:
  void run();
  void checkpoint();

  Connection connection_;
  std::function<void()> ready_;
  std::mutex mutex_;
  std::condition_variable wanted_or_stopped_;
  bool wanted_ = false;
  bool stopped_ = false;
  std::thread thread_;
};

struct Checkpointed {
  int pages = 0;  // in the log
  int done = 0;   // of these, in the file too
};
enum class CheckpointKind : std::uint8_t {
  passive,  // as far as nobody has to wait
  truncate  // and the log is made empty, where nobody reads it
};
Result<Checkpointed> checkpoint(Connection& connection, CheckpointKind kind);

}  // namespace millrace::sqlite
