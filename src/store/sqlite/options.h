// The settings of a store in a file: `store.*`.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace millrace::sqlite {

struct Options {
  std::string path;
  std::string vfs = {};  // SQLite's name of where files are; empty: the system's
  // What may wait to be written at once; beyond it writes are refused.
  std::size_t queue = 20'000;               // records
  std::size_t queue_memory = 256ULL << 20;  // bytes
  std::size_t record = 64ULL << 20;         // bytes of one record, or of one piece of a body
  // How long a commit may wait for more to come while others are under way.
  Nanos gather = std::chrono::milliseconds(2);
  std::size_t readers = 2;                 // threads, each with a connection
  std::size_t reads = 10'000;              // that may wait at once
  std::size_t page = 16ULL << 20;          // bytes of one page of sessions
  std::size_t writer_cache = 16ULL << 20;  // bytes
  std::size_t reader_cache = 2ULL << 20;   // bytes, of each
  // The log is brought into the file from this size on, and made small after so long without
  // writes.
  std::size_t log = 16ULL << 20;  // bytes
  Nanos idle = std::chrono::seconds(1);
  // Free space in the file that is kept for what comes next; beyond it, it is given back.
  std::size_t spare = 4ULL << 20;  // bytes
};

inline constexpr std::size_t kPageSize = 4096;  // of a file

}  // namespace millrace::sqlite
