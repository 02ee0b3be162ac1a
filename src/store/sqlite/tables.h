// What is written, put into the tables of a file: the writer's side. Everything between begin() and
// commit() is there together or not at all.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "store/sqlite/connection.h"
#include "store/write.h"

namespace millrace::sqlite {

// A refusal is of one write alone, which then changed nothing.
struct Verdict {
  Verdict() = default;
  static Verdict refused(Error why) {
    Verdict verdict;
    verdict.refusal = std::move(why);
    return verdict;
  }
  std::optional<Error> refusal;
};

class Tables {
 public:
  static Result<Tables> open(Connection& connection);

  Result<void> begin();
  // After an error of the file, here or in what follows begin(): roll_back().
  Result<void> commit();
  void roll_back();

  // An error is the file's, and nothing since begin() can be kept. A refusal is of this write
  // alone, which then changed nothing.
  using Applied = Result<Verdict>;
  Applied apply(RecordWrite& write);
  Applied apply(ChunkWrite& chunk);
  Applied apply(BodyDrop& drop);
  Applied apply(AttemptsCount& count);
  Applied apply(AttemptsClear& clear);

  // Removes at most `most` sessions that are to go by `now`, and says how many.
  Result<std::size_t> purge(WallTime now, std::size_t most);
  // Removes some chunks of bodies that were dropped.
  Result<void> sweep();
  bool has_dropped_bodies() const { return has_dropped_; }

 private:
  struct Stored {
    std::uint64_t epoch = 0;
    SessionStatus status = SessionStatus::started;
    std::optional<std::int64_t> definition;
    std::optional<std::int64_t> wake_at;
    std::optional<std::int64_t> purge_at;
    bool has_prompts = false;
  };
  enum Query : std::uint8_t {
    kBegin,
    kCommit,
    kFind,
    kInsert,
    kUpdate,
    kUpdateState,
    kFindStartKey,
    kInsertStartKey,
    kDeleteStartKey,
    kFindDefinition,
    kInsertDefinition,
    kUseDefinition,
    kDeleteDefinition,
    kInsertPrompt,
    kDeletePrompts,
    kHasChunks,
    kInsertChunk,
    kDropBody,
    kFindDropped,
    kDeleteChunks,
    kForgetDropped,
    kAddAttempt,
    kClearAttempts,
    kFindPurgeable,
    kDeleteSession,
    kCount,
    kQueries
  };

  Statement& query(Query query) { return statements_[query]; }
  Result<std::optional<Stored>> find(std::uint64_t session);
  Result<Verdict> check_start_key(const SessionRecord& record);
  // Its number; the definition is stored if it was not. Empty: the record brings none.
  Result<std::optional<std::int64_t>> definition_of(const SessionRecord& record);
  Result<bool> insert(const RecordWrite& write, std::optional<std::int64_t> definition);
  Result<void> update(const RecordWrite& write, const Stored& stored,
                      std::optional<std::int64_t> definition);
  Result<void> replace_prompts(const SessionRecord& record, bool had_prompts);
  Result<void> end_bodies(std::uint64_t session);
  Result<void> flush_counts();
  Result<void> flush_uses();

  Connection* connection_ = nullptr;
  std::array<Statement, kQueries> statements_;
  std::unordered_map<std::string, std::int64_t> definitions_;  // some, by hash
  // Since begin(): written once, before the commit.
  std::array<std::int64_t, kSessionStatuses> counts_{};
  std::unordered_map<std::int64_t, std::int64_t> uses_;  // of definitions
  bool has_dropped_ = false;
};

}  // namespace millrace::sqlite
