// For tests: files that fail when they are told to, and a machine whose power fails. A VFS of
// SQLite over the system's own, which Options::vfs names. May be used by many threads.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace millrace {

enum class FileOperation : std::uint8_t { open, write, sync, truncate };

struct Fault {
  enum class How : std::uint8_t {
    error,  // nothing happens, and the operation fails
    torn,   // of a write, half happens; else as `error`
    full,   // the disk is full: writes and what lengthens a file
    power,  // this and everything after it fails, and what was not synced may be lost
  };
  How how = How::error;
  // Of the operations since arm(), the n-th of that kind, counted from 1; of any kind, where there
  // is none.
  std::uint64_t nth = 1;
  std::optional<FileOperation> of = std::nullopt;
  bool is_lasting = false;  // those after it fail too, until heal()
};

class FaultyFiles {
 public:
  // Registers it under `name`, until it goes. No file of it is open then.
  explicit FaultyFiles(std::string name);
  ~FaultyFiles();
  FaultyFiles(const FaultyFiles&) = delete;
  FaultyFiles& operator=(const FaultyFiles&) = delete;

  const std::string& name() const { return name_; }
  void arm(const Fault& fault);
  void heal();
  bool has_struck() const;           // since arm()
  std::uint64_t operations() const;  // since arm() or heal()

  // After the power has failed and all files are closed: of what was written and not synced, a part
  // that `random` chooses is undone, in whole sectors.
  void lose_unsynced(Random& random);

  // What an operation comes to, for the VFS.
  struct Verdict {
    int code = SQLITE_OK;
    bool is_torn = false;
  };
  Verdict judge(FileOperation operation, bool lengthens);
  // Before a write or truncation: what was there, so that it can be undone.
  void note(const std::string& path, std::int64_t offset, std::string before, std::int64_t size);
  void synced(const std::string& path);
  sqlite3_vfs* underlying() const { return system_; }

 private:
  struct Change {
    std::int64_t offset = 0;
    std::string before;     // what the file had there, as far as it reached
    std::int64_t size = 0;  // of the file, before
  };
  bool is_struck(FileOperation operation, bool lengthens);

  std::string name_;
  sqlite3_vfs* system_;
  sqlite3_vfs vfs_{};
  mutable std::mutex mutex_;
  std::optional<Fault> fault_;
  std::uint64_t operations_ = 0;
  std::uint64_t matching_ = 0;
  bool struck_ = false;
  bool powerless_ = false;
  std::map<std::string, std::vector<Change>> unsynced_;
};

}  // namespace millrace
