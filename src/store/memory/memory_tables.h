// Sessions in maps, for memory_store.h. No locks and no threads in here.
#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "store/write.h"

namespace millrace {

class MemoryTables {
 public:
  Result<void> apply(const RecordWrite& write);
  Result<void> apply(ChunkWrite& chunk);
  Result<void> apply(const BodyDrop& drop);
  Result<void> apply(const AttemptsCount& count);
  Result<void> apply(const AttemptsClear& clear);
  std::uint64_t purge(WallTime now);

  std::optional<StoredSession> find(std::uint64_t session) const;
  std::optional<std::uint64_t> find_start(const std::string& start_key) const;
  SessionPage list(const SessionQuery& query) const;
  std::vector<Waking> waking(WallTime before, const Waking& after, std::size_t limit) const;
  std::vector<PromptRecord> prompts(const PromptQuery& query) const;
  SessionCounts count() const { return counts_; }
  Result<std::string> definition(const std::string& hash) const;
  std::optional<std::string> chunk(const ChunkPlace& place) const;

 private:
  struct Definition {
    std::string content;
    std::uint64_t uses = 0;
  };
  void enter(const SessionRecord& record);  // into all that finds it
  void leave(const SessionRecord& record);  // out of it, and out of its definition
  void drop_chunks(const ChunkPlace& from, const ChunkPlace& to);

  std::map<std::uint64_t, StoredSession> sessions_;
  std::unordered_map<std::string, std::uint64_t> start_keys_;
  std::unordered_map<std::string, Definition> definitions_;
  std::map<ChunkPlace, std::string> chunks_;
  std::set<Waking> waking_;
  std::set<Waking> to_purge_;
  SessionCounts counts_{};
};

}  // namespace millrace
