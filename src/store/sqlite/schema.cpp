#include "store/sqlite/schema.h"

#include <fmt/format.h>

#include <array>

#include "base/version.h"
#include "store/record_bytes.h"
#include "store/sqlite/backup.h"

namespace millrace::sqlite {
namespace {

constexpr std::int64_t kApplicationId = 0x4D494C52;  // "MILR"

// What is in `head` and again in a column is there to be found by.
constexpr Migration kMigrations[] = {{1, R"sql(
CREATE TABLE facts(name TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE definitions(
  definition INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  uses INTEGER NOT NULL,
  content BLOB NOT NULL);

CREATE TABLE sessions(
  session INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  status INTEGER NOT NULL,
  workflow INTEGER NOT NULL,
  created_by INTEGER NOT NULL,
  wake_at INTEGER,
  purge_at INTEGER,
  definition INTEGER,
  prompts INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  start_key BLOB,
  head BLOB NOT NULL,
  payload BLOB NOT NULL);
-- Most sessions that are kept have completed: a list of those reads the table.
CREATE INDEX sessions_by_status ON sessions(status) WHERE status <> 4;
CREATE INDEX sessions_by_workflow ON sessions(workflow) WHERE workflow <> 0;
CREATE INDEX sessions_by_creator ON sessions(created_by) WHERE created_by <> 0;
CREATE INDEX sessions_to_wake ON sessions(wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX sessions_to_purge ON sessions(purge_at) WHERE purge_at IS NOT NULL;

CREATE TABLE start_keys(start_key BLOB PRIMARY KEY, session INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE prompts(
  session INTEGER NOT NULL,
  state INTEGER NOT NULL,
  owner INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY(session, state)) WITHOUT ROWID;
CREATE INDEX prompts_by_owner ON prompts(owner, session, state);

CREATE TABLE chunks(
  chunk INTEGER PRIMARY KEY AUTOINCREMENT,
  session INTEGER NOT NULL,
  body INTEGER NOT NULL,
  number INTEGER NOT NULL,
  content BLOB NOT NULL,
  UNIQUE(session, body, number));
-- Bodies that are gone, whose chunks are removed little by little; body -1: all of the session.
-- Chunks that were written later belong to another body.
CREATE TABLE dropped_bodies(
  session INTEGER NOT NULL,
  body INTEGER NOT NULL,
  last_chunk INTEGER NOT NULL,
  PRIMARY KEY(session, body)) WITHOUT ROWID;

CREATE TABLE counts(status INTEGER PRIMARY KEY, sessions INTEGER NOT NULL);
INSERT INTO counts VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0);
)sql"}};

std::int64_t last_of(std::span<const Migration> migrations) { return migrations.back().version; }

Result<std::int64_t> fact(Connection& connection, std::string_view name) {
  return connection.number(fmt::format("SELECT value FROM facts WHERE name = '{}'", name));
}

Error written_later(const std::string& path, const std::string& release, const std::string& how) {
  return Error(ErrorKind::invalid,
               fmt::format("the store was written by Millrace {}, {}; this is Millrace {}: start "
                           "{} or a later release",
                           release, how, kVersion, release))
      .at(path);
}

Result<void> check_readable(Connection& connection, const std::string& path, std::int64_t version,
                            std::int64_t latest) {
  MILLRACE_TRY_ASSIGN(release, connection.text("SELECT value FROM facts WHERE name = 'release'"));
  MILLRACE_TRY_ASSIGN(record, fact(connection, "record"));
  if (version > latest) {
    return written_later(
        path, release,
        fmt::format("with tables of version {}, and this release reads up to {}", version, latest));
  }
  if (record > kRecordVersion) {
    return written_later(path, release,
                         fmt::format("with records of version {}, and this release reads up to {}",
                                     record, kRecordVersion));
  }
  return {};
}

Result<void> write_facts(Connection& connection) {
  return connection.run(
      fmt::format("INSERT OR REPLACE INTO facts VALUES ('release', '{}'), ('record', {})", kVersion,
                  kRecordVersion));
}

// An earlier attempt may have left a copy: it stays, for somebody may count on it.
Result<void> keep_copy(Connection& connection, const std::string& path, std::int64_t version) {
  const std::string name = fmt::format("{}.before-{}", path, version);
  Result<void> kept = back_up(connection, name);
  for (int i = 1; !kept && kept.error().kind() == ErrorKind::conflict && i < 100; ++i) {
    kept = back_up(connection, fmt::format("{}.{}", name, i));
  }
  return kept;
}

Result<void> run_migrations(Connection& connection, std::int64_t version,
                            std::span<const Migration> to) {
  MILLRACE_TRY(connection.run("BEGIN IMMEDIATE"));
  for (const Migration& migration : to) {
    if (migration.version <= version) continue;
    MILLRACE_TRY(connection.run(migration.sql));
  }
  MILLRACE_TRY(write_facts(connection));
  MILLRACE_TRY(connection.run(fmt::format(
      "PRAGMA application_id={}; PRAGMA user_version={}; COMMIT", kApplicationId, last_of(to))));
  return {};
}

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

Result<void> check_kind(Connection& connection, const std::string& path) {
  auto application = connection.number("PRAGMA application_id");
  if (!application) return application.error().at(path);
  MILLRACE_TRY_ASSIGN(tables, connection.number("SELECT count(*) FROM sqlite_schema"));
  if (*application == kApplicationId || (*application == 0 && tables == 0)) return {};
  return Error(ErrorKind::invalid, "this is a database, but no store of Millrace").at(path);
}

Result<void> migrate(Connection& connection, const std::string& path,
                     std::span<const Migration> to) {
  MILLRACE_TRY_ASSIGN(application, connection.number("PRAGMA application_id"));
  MILLRACE_TRY_ASSIGN(version, connection.number("PRAGMA user_version"));
  MILLRACE_TRY_ASSIGN(tables, connection.number("SELECT count(*) FROM sqlite_schema"));
  MILLRACE_TRY(check_kind(connection, path));
  const bool is_new = tables == 0 && application == 0;
  if (!is_new) MILLRACE_TRY(check_readable(connection, path, version, last_of(to)));
  if (version < last_of(to)) {
    if (!is_new) MILLRACE_TRY(keep_copy(connection, path, last_of(to)));
    const Result<void> migrated = run_migrations(connection, version, to);
    if (!migrated && connection.in_transaction()) (void)connection.run("ROLLBACK");
    return migrated;
  }
  // A release with the same tables and newer records says so before it writes the first of them.
  MILLRACE_TRY_ASSIGN(record, fact(connection, "record"));
  if (record < kRecordVersion) return write_facts(connection);
  return {};
}

}  // namespace millrace::sqlite
