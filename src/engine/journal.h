// The port through which sessions outlive their process. Declared here, by its user; store/
// implements it. One of these belongs to one shard: it is called on that shard's thread, and what
// it answers comes there, later and never within the call. After it is gone nothing is answered any
// more.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/journal_record.h"
#include "scope/scope.h"

namespace millrace {

class Journal {
 public:
  virtual ~Journal() = default;

  // ---- Writing. What is written in one call is kept as a whole or not at all, and in the order of
  // the calls. `done` is told once it would survive the end of the machine. Errors: exhausted, when
  // more waits to be written than may (at once, nothing was begun); invalid, when it is larger than
  // a record may be; unavailable, when the disk is full or fails (writing works again when the disk
  // does); conflict, as below. After an error nothing of it is there, but for one case: where the
  // machine ends right after a disk failed, the whole of it may be found.
  using Done = std::function<void(Result<void>)>;

  // conflict: the stored record has a later epoch, or another session has the same start key.
  virtual void append(SessionRecord record, Done done) = 0;
  // Bodies go with the record that ends their session. A chunk replaces one of the same place.
  virtual void put_chunk(ChunkPlace place, std::string bytes, Done done) = 0;
  virtual void drop_body(std::uint64_t session, std::uint64_t body, Done done) = 0;
  // Adds one to the attempts of each: before their recovery is tried. What is not stored is
  // skipped.
  virtual void count_attempts(std::vector<std::uint64_t> sessions, Done done) = 0;
  // They got on.
  virtual void clear_attempts(std::vector<std::uint64_t> sessions, Done done) = 0;

  // ---- Reading: what is durable. Stopping `scope` ends the wait, with its error; nothing else
  // changes.
  // The error of a damaged one is of kind bug and names it.
  virtual Task<Result<std::optional<StoredSession>>> find(Scope& scope, std::uint64_t session) = 0;
  virtual Task<Result<std::optional<std::uint64_t>>> find_start(Scope& scope,
                                                                std::string start_key) = 0;
  // A page may hold fewer than its limit and not be the last: large payloads end it early.
  virtual Task<Result<SessionPage>> list(Scope& scope, SessionQuery query) = 0;
  // Alive sessions that have to be in memory before `before`, behind `after`, in order.
  virtual Task<Result<std::vector<Waking>>> waking(Scope& scope, WallTime before, Waking after,
                                                   std::size_t limit) = 0;
  // By session, then by state. A page may hold fewer than its limit and not be the last.
  virtual Task<Result<std::vector<PromptRecord>>> prompts(Scope& scope, PromptQuery query) = 0;
  virtual Task<Result<SessionCounts>> count(Scope& scope) = 0;
  // not_found, where no stored session refers to it.
  virtual Task<Result<std::string>> definition(Scope& scope, std::string hash) = 0;
  virtual Task<Result<std::optional<std::string>>> chunk(Scope& scope, ChunkPlace place) = 0;

  // ---- Retention. Removes the sessions whose `purge_at` is not after `now`, in small steps
  // between what is written, and gives their number. Stopping `scope` ends the wait, not the
  // removal.
  virtual Task<Result<std::uint64_t>> purge(Scope& scope, WallTime now) = 0;
};

// Waits for what `begin` writes. Stopping `scope` ends the wait, with its error; the writing goes
// on.
Task<Result<void>> written(Scope& scope, std::function<void(Journal::Done)> begin);

}  // namespace millrace
