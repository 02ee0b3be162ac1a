// A store that ends with its process: for `millrace run`, for tests and simulations. It has no
// threads: every answer comes with the next turn of the shard that asked.
#pragma once

#include <memory>

#include "store/store.h"

namespace millrace {

class MemoryTables;

class MemoryStore final : public Store {
 public:
  MemoryStore();
  ~MemoryStore() override;
  std::unique_ptr<Journal> journal(Shard& shard) override;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace millrace
