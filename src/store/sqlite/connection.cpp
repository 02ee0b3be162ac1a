#include "store/sqlite/connection.h"

#include <fmt/format.h>

namespace millrace::sqlite {
namespace {

// One byte beyond no bytes, so that an empty text is no NULL.
const char* data_of(std::string_view bytes) { return bytes.empty() ? "" : bytes.data(); }

std::string what_failed(sqlite3* database, int code) {
  std::string text = sqlite3_errstr(code & 0xFF);
  const int extended = sqlite3_extended_errcode(database);
  if (sqlite3_errcode(database) != (code & 0xFF)) return text;
  const std::string detail = sqlite3_errmsg(database);
  if (detail != text) text += ": " + detail;
  if (extended != (code & 0xFF)) text += fmt::format(" (SQLite {})", extended);
  return text;
}

// By default SQLite counts all its memory, under one lock at each allocation of every thread.
void forgo_memory_counts() {
  static const int kOnce = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)kOnce;  // it fails once SQLite is in use, and the counts stay
}

}  // namespace

Error failure_of(sqlite3* database, int code) {
  const std::string what = what_failed(database, code);
  switch (code & 0xFF) {
    case SQLITE_FULL: return Error(ErrorKind::unavailable, "the disk of the store is full");
    case SQLITE_READONLY:
      return Error(ErrorKind::unavailable, "the store may only be read: " + what);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Error(ErrorKind::unavailable,
                   "the file of the store is damaged, restore a backup: " + what);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PERM:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
    case SQLITE_INTERRUPT: return Error(ErrorKind::unavailable, "the store failed: " + what);
    case SQLITE_TOOBIG:
      return Error(ErrorKind::exhausted, "more bytes than the store takes in one piece");
    default: return Error(ErrorKind::bug, "the store failed: " + what);
  }
}

Result<bool> Statement::next() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    rest();
    return false;
  }
  const Error error = failure_of(sqlite3_db_handle(statement_.get()), code);
  rest();
  return error;
}

Result<void> Statement::run() {
  for (;;) {
    const Result<bool> row = next();
    if (!row) return row.error();
    if (!*row) return {};
  }
}

std::optional<std::int64_t> Statement::optional_number(int column) {
  if (is_null(column)) return std::nullopt;
  return number(column);
}

std::string_view Statement::bytes(int column) {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(size)};
}

void Statement::bind(int index, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), index, data_of(text), text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
}

void Statement::bind(int index, const Blob& blob) {
  sqlite3_bind_blob64(statement_.get(), index, data_of(blob.bytes), blob.bytes.size(),
                      SQLITE_STATIC);
}

Result<Connection> Connection::open(const std::string& path, const OpenOptions& options) {
  forgo_memory_counts();
  Connection connection;
  sqlite3* database = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                    SQLITE_OPEN_EXRESCODE | (options.create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &database, flags,
                                   options.vfs.empty() ? nullptr : options.vfs.c_str());
  connection.database_.reset(database);
  if (code != SQLITE_OK) return failure_of(database, code).at(path);
  MILLRACE_TRY(connection.run(fmt::format("PRAGMA cache_size=-{}", options.cache >> 10)));
  return connection;
}

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(raw(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return failure_of(raw(), code);
  return Statement(statement);
}

Result<void> Connection::run(const std::string& sql) {
  const int code = sqlite3_exec(raw(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure_of(raw(), code);
  return {};
}

Result<std::int64_t> Connection::number(std::string_view sql) {
  MILLRACE_TRY_ASSIGN(statement, prepare(sql));
  MILLRACE_TRY_ASSIGN(row, statement.next());
  return row ? statement.number(0) : 0;
}

Result<std::string> Connection::text(std::string_view sql) {
  MILLRACE_TRY_ASSIGN(statement, prepare(sql));
  MILLRACE_TRY_ASSIGN(row, statement.next());
  return row ? std::string(statement.bytes(0)) : std::string();
}

}  // namespace millrace::sqlite
