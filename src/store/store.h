// Where sessions are kept. One for the whole process; each shard has a journal of its own in it.
#pragma once

#include <memory>

#include "engine/journal.h"

namespace millrace {

class Store {
 public:
  virtual ~Store() = default;
  // For the thread of `shard`, which outlives it, as the store does.
  virtual std::unique_ptr<Journal> journal(Shard& shard) = 0;
};

}  // namespace millrace
