#include "store/sqlite/checkpointer.h"

#include <utility>

namespace millrace::sqlite {
namespace {

// So few pages that a commit can wait for them: some milliseconds.
constexpr int kLastPiece = 256;
constexpr int kMostRounds = 4;

// What was written into the file reaches the disk here, where nobody waits, and not in the writer's
// last step. Through SQLite's own handle, for closing another descriptor would drop its locks.
void sync_file(Connection& connection) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(connection.raw(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (file != nullptr && file->pMethods != nullptr) {
    file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
  }
}

}  // namespace

Result<Checkpointed> checkpoint(Connection& connection, CheckpointKind kind) {
  Checkpointed done;
  const int mode =
      kind == CheckpointKind::passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE;
  const int code =
      sqlite3_wal_checkpoint_v2(connection.raw(), "main", mode, &done.pages, &done.done);
  if (code != SQLITE_OK) return failure_of(connection.raw(), code);
  return done;
}

Checkpointer::Checkpointer(Connection connection, std::function<void()> ready)
    : connection_(std::move(connection)), ready_(std::move(ready)), thread_([this] { run(); }) {}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  wanted_or_stopped_.notify_one();
  thread_.join();
}

void Checkpointer::begin() {
  const std::lock_guard lock(mutex_);
  wanted_ = true;
  wanted_or_stopped_.notify_one();
}

void Checkpointer::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wanted_or_stopped_.wait(lock, [this] { return wanted_ || stopped_; });
    if (stopped_) return;
    lock.unlock();
    checkpoint();
    lock.lock();
    wanted_ = false;
    lock.unlock();
    ready_();
  }
}

void Checkpointer::checkpoint() {
  for (int round = 0; round < kMostRounds; ++round) {
    const auto at = sqlite::checkpoint(connection_, CheckpointKind::passive);
    // A disk that fails or is full: the log stays as it is, and the next commit asks again.
    if (!at) return;
    sync_file(connection_);
    if (at->pages - at->done <= kLastPiece) return;
  }
}

}  // namespace millrace::sqlite
