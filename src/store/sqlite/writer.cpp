#include "store/sqlite/writer.h"

#include <algorithm>
#include <utility>

#include "store/sqlite/commit.h"

namespace millrace::sqlite {
namespace {

// From so many writes at once on, a commit waits a little for the next ones.
constexpr std::size_t kLoaded = 64;
constexpr std::size_t kLeastPurged = 256;  // in one step
constexpr Nanos kPurgeStep = std::chrono::milliseconds(3);
constexpr Nanos kRest = std::chrono::seconds(1);
constexpr int kPagesGivenBack = 64;  // in one step

}  // namespace

Result<std::unique_ptr<Writer>> Writer::open(Connection connection, Connection checkpoints,
                                             const Options& options) {
  std::unique_ptr<Writer> writer(new Writer(std::move(connection), options));
  MILLRACE_TRY_ASSIGN(tables, Tables::open(writer->connection_));
  writer->tables_ = std::move(tables);
  sqlite3_wal_hook(
      writer->connection_.raw(),
      [](void* self, sqlite3* /*database*/, const char* /*name*/, int pages) {
        static_cast<Writer*>(self)->log_pages_ = pages;
        static_cast<Writer*>(self)->is_log_empty_ = false;
        return SQLITE_OK;
      },
      writer.get());
  writer->checkpointer_ =
      std::make_unique<Checkpointer>(std::move(checkpoints), [self = writer.get()] {
        self->log_ready_ = true;
        self->queue_.wake();
      });
  writer->thread_ = std::thread([self = writer.get()] { self->run(); });
  return writer;
}

Writer::Writer(Connection connection, const Options& options)
    : options_(options), connection_(std::move(connection)), queue_(options) {}

Writer::~Writer() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

void Writer::run() {
  WriteQueue::Work work;
  std::size_t gather = 0;
  while (!work.is_closed) {
    queue_.take(work, {.has_more = has_housework() && clock_.now() >= rests_until_,
                       .for_idle = !is_log_empty_ || has_housework(),
                       .gather = gather});
    take_up(work.purges);
    const std::size_t writes = work.writes.size();
    if (writes > 0) commit(tables_, work.writes);
    work.writes.clear();
    gather = writes >= kLoaded ? writes / 2 : 0;
    is_quiet_ = writes == 0 && (is_quiet_ || work.is_idle);
    look_after_log(work.is_idle);
    keep_house(writes);
  }
  answer_purges(Error(ErrorKind::canceled, "the journal is closed"));
}

void Writer::take_up(std::vector<PurgeRequest>& requests) {
  for (PurgeRequest& request : requests) purges_.push_back(std::move(request));
  if (!requests.empty()) rests_until_ = {};
}

void Writer::look_after_log(bool is_idle) {
  if (log_ready_.exchange(false)) {
    log_asked_ = false;
    const auto kind = is_quiet_ ? CheckpointKind::truncate : CheckpointKind::passive;
    const auto done = checkpoint(connection_, kind);
    if (!done || done->pages != done->done) return;
    log_pages_ = 0;  // what is all in the file is written over by the next commit
    is_log_empty_ = is_quiet_;
    return;
  }
  const bool is_long = static_cast<std::size_t>(log_pages_) * kPageSize >= options_.log;
  if (log_asked_ || !(is_long || (is_idle && !is_log_empty_))) return;
  log_asked_ = true;
  checkpointer_->begin();
}

bool Writer::has_housework() const {
  return !purges_.empty() || tables_.has_dropped_bodies() || has_free_space_;
}

void Writer::keep_house(std::size_t writes) {
  if (!has_housework() || clock_.now() < rests_until_) return;
  const Result<void> done = do_housework(writes);
  if (done) return;
  if (connection_.in_transaction()) tables_.roll_back();
  answer_purges(done);
  rests_until_ = clock_.now() + kRest;
}

Result<void> Writer::do_housework(std::size_t writes) {
  if (!purges_.empty()) return purge(std::max(kLeastPurged, 2 * writes));
  if (tables_.has_dropped_bodies()) {
    MILLRACE_TRY(tables_.begin());
    MILLRACE_TRY(tables_.sweep());
    has_free_space_ = true;
    return tables_.commit();
  }
  return give_space_back();
}

Result<void> Writer::purge(std::size_t most) {
  PurgeRequest& request = purges_.front();
  const TimePoint until = clock_.now() + kPurgeStep;
  constexpr std::size_t kAtOnce = 32;
  std::size_t purged = 0;
  bool is_done = false;
  MILLRACE_TRY(tables_.begin());
  while (!is_done && purged < most && clock_.now() < until) {
    MILLRACE_TRY_ASSIGN(some, tables_.purge(request.now, kAtOnce));
    purged += some;
    is_done = some < kAtOnce;
  }
  MILLRACE_TRY(tables_.commit());
  request.purged += purged;
  has_free_space_ = has_free_space_ || purged > 0;
  if (!is_done) return {};
  request.answer(request.purged);
  purges_.erase(purges_.begin());
  return {};
}

Result<void> Writer::give_space_back() {
  MILLRACE_TRY_ASSIGN(free, connection_.number("PRAGMA freelist_count"));
  const std::size_t spare = options_.spare / kPageSize;
  const auto pages = static_cast<std::size_t>(free);
  has_free_space_ = pages > spare;
  if (!has_free_space_) return {};
  return connection_.run("PRAGMA incremental_vacuum(" +
                         std::to_string(std::min<std::size_t>(pages - spare, kPagesGivenBack)) +
                         ")");
}

void Writer::answer_purges(const Result<void>& result) {
  for (PurgeRequest& request : purges_) request.answer(result.error());
  purges_.clear();
}

}  // namespace millrace::sqlite
