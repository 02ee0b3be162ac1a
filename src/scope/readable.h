// Waits until something that somebody else opened can be read: standard input, say. It never reads,
// closes or changes that, so whoever shares it (the shell, with a terminal) finds it as it was.
#pragma once

#include <memory>

#include "scope/scope.h"

namespace millrace {

class Readable {
 public:
  // The descriptor stays open while this lives.
  Readable(Shard& shard, int descriptor);
  ~Readable();
  Readable(const Readable&) = delete;
  Readable& operator=(const Readable&) = delete;

  // Until a read would not block: there is something, or the end. A file is always so. Stopping
  // `scope` ends the wait, with its error; nothing has been read. One wait at a time. The virtual
  // clock does not jump meanwhile.
  Task<Result<void>> wait(Scope& scope, Doing doing);

 private:
  struct Watch;
  std::shared_ptr<Watch> watch_;
};

}  // namespace millrace
