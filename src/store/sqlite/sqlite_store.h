// Sessions in one file, by SQLite: its log (WAL) beside it, every acknowledged write durable
// (synchronous=FULL), one thread that writes and a few that read. The file is locked: there is one
// server a file.
#pragma once

#include <memory>

#include "store/sqlite/options.h"
#include "store/store.h"

namespace millrace {

class SqliteStore final : public Store {
 public:
  // Makes the file where there is none, and brings one of an earlier release up to this one's
  // tables. Errors: conflict, when another server has it; invalid, when it is no store or a later
  // release's; unavailable.
  static Result<std::unique_ptr<SqliteStore>> open(sqlite::Options options);
  ~SqliteStore() override;  // what has been accepted is written first
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  std::unique_ptr<Journal> journal(Shard& shard) override;

 private:
  struct Parts;
  explicit SqliteStore(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace millrace
