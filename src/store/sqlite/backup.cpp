#include "store/sqlite/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "store/sqlite/schema.h"
#include "store/sqlite/snapshot.h"

namespace millrace::sqlite {
namespace {

constexpr int kPagesOfStep = 1024;

Result<void> copy_pages(Connection& from, Connection& to) {
  sqlite3_backup* backup = sqlite3_backup_init(to.raw(), "main", from.raw(), "main");
  if (backup == nullptr) return failure_of(to.raw(), sqlite3_extended_errcode(to.raw()));
  int code = SQLITE_OK;
  while (code == SQLITE_OK) code = sqlite3_backup_step(backup, kPagesOfStep);
  const int finished = sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE) return failure_of(to.raw(), code);
  if (finished != SQLITE_OK) return failure_of(to.raw(), finished);
  return {};
}

Result<void> copy_to(Connection& from, const std::string& path) {
  MILLRACE_TRY_ASSIGN(to, Connection::open(path, {.create = true}));
  MILLRACE_TRY(to.run("PRAGMA synchronous=FULL"));
  {
    const Result<Snapshot> snapshot = Snapshot::begin(from);
    if (!snapshot) return snapshot.error();
    MILLRACE_TRY(from.run("SELECT count(*) FROM sqlite_schema"));
    MILLRACE_TRY(copy_pages(from, to));
  }
  // The copy says that it has a log beside it, as its original: it is one file without.
  MILLRACE_TRY(to.run("PRAGMA journal_mode=DELETE"));
  MILLRACE_TRY_ASSIGN(found, to.text("PRAGMA quick_check(1)"));
  if (found != "ok") return Error(ErrorKind::unavailable, "the copy is damaged: " + found);
  return {};
}

Error system_failure(std::string_view doing, const std::string& path) {
  return Error(ErrorKind::unavailable,
               fmt::format("{} failed: {}", doing,
                           std::strerror(errno)))  // NOLINT(concurrency-mt-unsafe)
      .at(path);
}

// A name is durable once its folder is.
Result<void> sync_folder_of(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path().string();
  if (folder.empty()) folder = ".";
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return system_failure("opening", folder);
  const int failed = ::fsync(descriptor);
  ::close(descriptor);
  if (failed != 0) return system_failure("syncing", folder);
  return {};
}

}  // namespace

Result<void> back_up(Connection& from, const std::string& to) {
  std::error_code error;
  if (std::filesystem::exists(to, error)) {
    return Error(ErrorKind::conflict, "there is a file already: it would be lost").at(to);
  }
  const std::string partial = to + ".partial";
  std::filesystem::remove(partial, error);
  const Result<void> copied = copy_to(from, partial);
  if (!copied) {
    std::filesystem::remove(partial, error);
    return copied.error().at(to);
  }
  // A link is refused where somebody made the file meanwhile; a renaming would replace it.
  if (::link(partial.c_str(), to.c_str()) != 0) return system_failure("naming the copy", to);
  std::filesystem::remove(partial, error);
  return sync_folder_of(to);
}

Result<void> back_up(const std::string& path, const std::string& to) {
  auto from = Connection::open(path, {});
  if (!from) return from.error().at(path);
  MILLRACE_TRY(check_kind(*from, path));
  MILLRACE_TRY(from->run("PRAGMA query_only=1"));
  return back_up(*from, to);
}

}  // namespace millrace::sqlite
