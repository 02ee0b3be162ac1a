#include "store/sqlite/sqlite_store.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "store/sqlite/file_lock.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_journal.h"
#include "store/sqlite/writer.h"

namespace millrace {

// In the order in which they are made; they go in the other one.
struct SqliteStore::Parts {
  sqlite::Options options;
  sqlite::FileLock lock;
  std::unique_ptr<sqlite::Writer> writer;
  std::unique_ptr<sqlite::ReaderPool> readers;
};

namespace sqlite {
namespace {

Result<Connection> open_for_writing(const Options& options) {
  MILLRACE_TRY_ASSIGN(connection, Connection::open(options.path, {.vfs = options.vfs,
                                                                  .create = true,
                                                                  .cache = options.writer_cache}));
  MILLRACE_TRY(check_kind(connection, options.path));
  // Both are of a file that is still empty; they change nothing in another one.
  MILLRACE_TRY(connection.run(
      fmt::format("PRAGMA page_size={}; PRAGMA auto_vacuum=INCREMENTAL", kPageSize)));
  MILLRACE_TRY_ASSIGN(mode, connection.text("PRAGMA journal_mode=WAL"));
  if (mode != "wal") {
    return Error(ErrorKind::unavailable, "there can be no log beside the file").at(options.path);
  }
  // Checkpoints are the checkpointer's; a log that has become long is cut when it begins anew.
  MILLRACE_TRY(connection.run(fmt::format(
      "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit={}",
      2 * options.log)));
  return std::move(connection);
}

Result<Connection> open_for_checkpoints(const Options& options) {
  MILLRACE_TRY_ASSIGN(connection, Connection::open(options.path, {.vfs = options.vfs}));
  MILLRACE_TRY(connection.run("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0"));
  return std::move(connection);
}

Result<std::vector<Reader>> open_readers(const Options& options) {
  std::vector<Reader> readers;
  for (std::size_t i = 0; i < options.readers; ++i) {
    MILLRACE_TRY_ASSIGN(
        connection,
        Connection::open(options.path, {.vfs = options.vfs, .cache = options.reader_cache}));
    MILLRACE_TRY(connection.run("PRAGMA query_only=1"));
    readers.emplace_back(std::move(connection), options.page);
  }
  return readers;
}

}  // namespace
}  // namespace sqlite

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(sqlite::Options options) {
  auto parts = std::make_unique<Parts>();
  parts->options = std::move(options);
  const sqlite::Options& kept = parts->options;
  MILLRACE_TRY_ASSIGN(lock, sqlite::FileLock::take(kept.path));
  parts->lock = std::move(lock);
  MILLRACE_TRY_ASSIGN(connection, sqlite::open_for_writing(kept));
  MILLRACE_TRY(sqlite::migrate(connection, kept.path));
  MILLRACE_TRY_ASSIGN(checkpoints, sqlite::open_for_checkpoints(kept));
  MILLRACE_TRY_ASSIGN(readers, sqlite::open_readers(kept));
  MILLRACE_TRY_ASSIGN(writer,
                      sqlite::Writer::open(std::move(connection), std::move(checkpoints), kept));
  parts->writer = std::move(writer);
  parts->readers = std::make_unique<sqlite::ReaderPool>(std::move(readers), kept.reads);
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(parts)));
}

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteStore::~SqliteStore() = default;

std::unique_ptr<Journal> SqliteStore::journal(Shard& shard) {
  return std::make_unique<sqlite::SqliteJournal>(shard, parts_->writer->queue(), *parts_->readers);
}

}  // namespace millrace
