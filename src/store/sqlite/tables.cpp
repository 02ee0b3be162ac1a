#include "store/sqlite/tables.h"

#include <utility>

#include "store/record_bytes.h"

namespace millrace::sqlite {
namespace {

// In the order of Query.
constexpr const char* kSql[] = {
    "BEGIN IMMEDIATE",
    "COMMIT",
    "SELECT epoch, status, definition, wake_at, purge_at, prompts FROM sessions WHERE session = ?",
    "INSERT INTO sessions(session, epoch, status, workflow, created_by, wake_at, purge_at,"
    " definition, prompts, start_key, head, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING",
    "UPDATE sessions SET epoch = ?, status = ?, wake_at = ?, purge_at = ?, definition = ?,"
    " prompts = ?, head = ?, payload = ? WHERE session = ?",
    // Leaves all indices alone.
    "UPDATE sessions SET epoch = ?, definition = ?, prompts = ?, head = ?, payload = ?"
    " WHERE session = ?",
    "SELECT session FROM start_keys WHERE start_key = ?",
    "INSERT INTO start_keys VALUES (?, ?)",
    "DELETE FROM start_keys WHERE start_key = ?",
    "SELECT definition FROM definitions WHERE hash = ?",
    "INSERT INTO definitions(hash, uses, content) VALUES (?, 0, ?) RETURNING definition",
    "UPDATE definitions SET uses = uses + ? WHERE definition = ?",
    "DELETE FROM definitions WHERE definition = ? AND uses <= 0 RETURNING hash",
    "INSERT OR REPLACE INTO prompts VALUES (?, ?, ?, ?)",
    "DELETE FROM prompts WHERE session = ?",
    "SELECT 1 FROM chunks WHERE session = ? LIMIT 1",
    "INSERT OR REPLACE INTO chunks(session, body, number, content) VALUES (?, ?, ?, ?)",
    "INSERT OR REPLACE INTO dropped_bodies"
    " VALUES (?, ?, (SELECT coalesce(max(chunk), 0) FROM chunks))",
    "SELECT session, body, last_chunk FROM dropped_bodies LIMIT 1",
    "DELETE FROM chunks WHERE chunk IN (SELECT chunk FROM chunks WHERE session = ?1 AND"
    " (?2 = -1 OR body = ?2) AND chunk <= ?3 LIMIT ?4)",
    "DELETE FROM dropped_bodies WHERE session = ? AND body = ?",
    "UPDATE sessions SET attempts = attempts + 1 WHERE session = ?",
    "UPDATE sessions SET attempts = 0 WHERE session = ?",
    "SELECT session, status, definition, prompts, start_key FROM sessions"
    " WHERE purge_at <= ? ORDER BY purge_at LIMIT 1",
    "DELETE FROM sessions WHERE session = ?",
    "UPDATE counts SET sessions = sessions + ? WHERE status = ?",
};

constexpr std::int64_t kAllBodies = -1;
constexpr std::int64_t kChunksOfSweep = 16;

std::int64_t column(WallTime at) { return at.time_since_epoch().count(); }
std::optional<std::int64_t> column(const std::optional<WallTime>& at) {
  if (!at) return std::nullopt;
  return column(*at);
}
std::int64_t column(SessionStatus status) { return static_cast<std::int64_t>(status); }
std::optional<Blob> column(const std::string& start_key) {
  if (start_key.empty()) return std::nullopt;
  return Blob{start_key};
}

}  // namespace

Result<Tables> Tables::open(Connection& connection) {
  static_assert(std::size(kSql) == kQueries);
  Tables tables;
  tables.connection_ = &connection;
  for (std::size_t i = 0; i < kQueries; ++i) {
    MILLRACE_TRY_ASSIGN(statement, connection.prepare(kSql[i]));
    tables.statements_[i] = std::move(statement);
  }
  MILLRACE_TRY_ASSIGN(dropped, connection.number("SELECT EXISTS(SELECT 1 FROM dropped_bodies)"));
  tables.has_dropped_ = dropped != 0;
  return tables;
}

Result<void> Tables::begin() { return query(kBegin).with().run(); }

Result<void> Tables::commit() {
  MILLRACE_TRY(flush_counts());
  MILLRACE_TRY(flush_uses());
  return query(kCommit).with().run();
}

void Tables::roll_back() {
  // SQLite has rolled back itself after some errors. Where this one fails, the next begin() does.
  if (connection_->in_transaction()) (void)connection_->run("ROLLBACK");
  definitions_.clear();
  counts_ = {};
  uses_.clear();
}

Tables::Applied Tables::apply(RecordWrite& write) {
  const SessionRecord& record = write.record;
  std::optional<Stored> stored;
  // A session begins once: that it is new, the insertion finds out too.
  const bool is_plain_start = record.kind == RecordKind::started && record.start_key.empty() &&
                              (record.plan.empty() || record.definition);
  if (!is_plain_start) {
    MILLRACE_TRY_ASSIGN(found, find(record.session));
    stored = found;
  }
  for (;;) {
    if (stored && record.epoch < stored->epoch)
      return Verdict::refused(later_epoch(record, stored->epoch));
    if (!stored && !record.start_key.empty()) {
      MILLRACE_TRY_ASSIGN(taken, check_start_key(record));
      if (taken.refusal) return taken;
    }
    MILLRACE_TRY_ASSIGN(definition, definition_of(record));
    if (!definition && !record.plan.empty()) return Verdict::refused(no_definition(record));
    if (stored) {
      MILLRACE_TRY(update(write, *stored, definition));
      break;
    }
    MILLRACE_TRY_ASSIGN(inserted, insert(write, definition));
    if (inserted) break;
    MILLRACE_TRY_ASSIGN(found, find(record.session));
    stored = found;
  }
  MILLRACE_TRY(replace_prompts(record, stored && stored->has_prompts));
  if (is_over(record.status)) MILLRACE_TRY(end_bodies(record.session));
  return Verdict();
}

Result<std::optional<Tables::Stored>> Tables::find(std::uint64_t session) {
  Statement& row = query(kFind).with(session);
  MILLRACE_TRY_ASSIGN(is_there, row.next());
  if (!is_there) return std::optional<Stored>();
  Stored stored;
  stored.epoch = row.id(0);
  stored.status = static_cast<SessionStatus>(row.number(1));
  stored.definition = row.optional_number(2);
  stored.wake_at = row.optional_number(3);
  stored.purge_at = row.optional_number(4);
  stored.has_prompts = row.number(5) != 0;
  row.rest();
  return std::optional(stored);
}

Tables::Applied Tables::check_start_key(const SessionRecord& record) {
  Statement& row = query(kFindStartKey).with(Blob{record.start_key});
  MILLRACE_TRY_ASSIGN(is_taken, row.next());
  if (!is_taken) return Verdict();
  const std::uint64_t by = row.id(0);
  row.rest();
  return Verdict::refused(start_key_taken(record, by));
}

Result<std::optional<std::int64_t>> Tables::definition_of(const SessionRecord& record) {
  using Found = std::optional<std::int64_t>;
  if (record.plan.empty()) return Found();
  const auto known = definitions_.find(record.plan);
  if (known != definitions_.end()) return Found(known->second);
  Statement& row = query(kFindDefinition).with(record.plan);
  MILLRACE_TRY_ASSIGN(is_there, row.next());
  Found found;
  if (is_there) {
    found = row.number(0);
    row.rest();
  } else if (record.definition) {
    const std::string content = encode_definition(record.plan, *record.definition);
    Statement& inserted = query(kInsertDefinition).with(record.plan, Blob{content});
    MILLRACE_TRY_ASSIGN(is_inserted, inserted.next());
    if (is_inserted) found = inserted.number(0);
    MILLRACE_TRY(inserted.run());
    uses_[*found] += 0;  // so that it is looked at, whatever becomes of the record
  }
  if (found) definitions_[record.plan] = *found;
  return found;
}

Result<bool> Tables::insert(const RecordWrite& write, std::optional<std::int64_t> definition) {
  const SessionRecord& record = write.record;
  MILLRACE_TRY(query(kInsert)
                   .with(record.session, record.epoch, column(record.status), record.workflow_id,
                         record.created_by, column(record.wake_at), column(record.purge_at),
                         definition, static_cast<std::int64_t>(record.prompts.size()),
                         column(record.start_key), Blob{write.head}, Blob{record.payload})
                   .run());
  if (connection_->changes() == 0) return false;
  if (!record.start_key.empty()) {
    MILLRACE_TRY(query(kInsertStartKey).with(Blob{record.start_key}, record.session).run());
  }
  ++counts_[static_cast<std::size_t>(record.status)];
  if (definition) ++uses_[*definition];
  return true;
}

Result<void> Tables::update(const RecordWrite& write, const Stored& stored,
                            std::optional<std::int64_t> definition) {
  const SessionRecord& record = write.record;
  const auto prompts = static_cast<std::int64_t>(record.prompts.size());
  const bool is_found_as_before = record.status == stored.status &&
                                  column(record.wake_at) == stored.wake_at &&
                                  column(record.purge_at) == stored.purge_at;
  if (is_found_as_before) {
    MILLRACE_TRY(query(kUpdateState)
                     .with(record.epoch, definition, prompts, Blob{write.head},
                           Blob{record.payload}, record.session)
                     .run());
  } else {
    MILLRACE_TRY(query(kUpdate)
                     .with(record.epoch, column(record.status), column(record.wake_at),
                           column(record.purge_at), definition, prompts, Blob{write.head},
                           Blob{record.payload}, record.session)
                     .run());
  }
  --counts_[static_cast<std::size_t>(stored.status)];
  ++counts_[static_cast<std::size_t>(record.status)];
  if (stored.definition != definition) {
    if (stored.definition) --uses_[*stored.definition];
    if (definition) ++uses_[*definition];
  }
  return {};
}

Result<void> Tables::replace_prompts(const SessionRecord& record, bool had_prompts) {
  if (had_prompts) MILLRACE_TRY(query(kDeletePrompts).with(record.session).run());
  for (const PromptRecord& given : record.prompts) {
    PromptRecord prompt = given;
    prompt.session = record.session;
    const std::string content = encode_prompt(prompt);
    MILLRACE_TRY(
        query(kInsertPrompt).with(prompt.session, prompt.state, prompt.owner, Blob{content}).run());
  }
  return {};
}

Result<void> Tables::end_bodies(std::uint64_t session) {
  MILLRACE_TRY_ASSIGN(has_chunks, query(kHasChunks).with(session).next());
  query(kHasChunks).rest();
  if (!has_chunks) return {};
  has_dropped_ = true;
  return query(kDropBody).with(session, kAllBodies).run();
}

Tables::Applied Tables::apply(ChunkWrite& chunk) {
  const ChunkPlace& at = chunk.place;
  const std::string content = encode_chunk(at, chunk.bytes);
  MILLRACE_TRY(query(kInsertChunk).with(at.session, at.body, at.number, Blob{content}).run());
  return Verdict();
}

Tables::Applied Tables::apply(BodyDrop& drop) {
  MILLRACE_TRY(query(kDropBody).with(drop.session, drop.body).run());
  has_dropped_ = true;
  return Verdict();
}

Tables::Applied Tables::apply(AttemptsCount& count) {
  for (const std::uint64_t session : count.sessions) {
    MILLRACE_TRY(query(kAddAttempt).with(session).run());
  }
  return Verdict();
}

Tables::Applied Tables::apply(AttemptsClear& clear) {
  for (const std::uint64_t session : clear.sessions) {
    MILLRACE_TRY(query(kClearAttempts).with(session).run());
  }
  return Verdict();
}

Result<std::size_t> Tables::purge(WallTime now, std::size_t most) {
  std::size_t purged = 0;
  for (; purged < most; ++purged) {
    Statement& row = query(kFindPurgeable).with(column(now));
    MILLRACE_TRY_ASSIGN(is_there, row.next());
    if (!is_there) break;
    const std::uint64_t session = row.id(0);
    --counts_[static_cast<std::size_t>(row.number(1))];
    if (const auto definition = row.optional_number(2)) --uses_[*definition];
    const bool has_prompts = row.number(3) != 0;
    const std::string start_key(row.bytes(4));
    row.rest();
    if (has_prompts) MILLRACE_TRY(query(kDeletePrompts).with(session).run());
    if (!start_key.empty()) MILLRACE_TRY(query(kDeleteStartKey).with(Blob{start_key}).run());
    MILLRACE_TRY(end_bodies(session));
    MILLRACE_TRY(query(kDeleteSession).with(session).run());
  }
  return purged;
}

Result<void> Tables::sweep() {
  Statement& row = query(kFindDropped).with();
  MILLRACE_TRY_ASSIGN(is_there, row.next());
  if (!is_there) {
    has_dropped_ = false;
    return {};
  }
  const std::uint64_t session = row.id(0);
  const std::int64_t body = row.number(1);
  const std::int64_t last = row.number(2);
  row.rest();
  MILLRACE_TRY(query(kDeleteChunks).with(session, body, last, kChunksOfSweep).run());
  if (connection_->changes() == kChunksOfSweep) return {};
  return query(kForgetDropped).with(session, body).run();
}

Result<void> Tables::flush_counts() {
  for (std::size_t status = 0; status < counts_.size(); ++status) {
    const std::int64_t change = std::exchange(counts_[status], 0);
    if (change == 0) continue;
    MILLRACE_TRY(query(kCount).with(change, static_cast<std::int64_t>(status)).run());
  }
  return {};
}

Result<void> Tables::flush_uses() {
  for (const auto& [definition, change] : std::exchange(uses_, {})) {
    if (change != 0) MILLRACE_TRY(query(kUseDefinition).with(change, definition).run());
    if (change > 0) continue;
    Statement& row = query(kDeleteDefinition).with(definition);
    MILLRACE_TRY_ASSIGN(is_gone, row.next());
    if (!is_gone) continue;
    definitions_.erase(std::string(row.bytes(0)));
    MILLRACE_TRY(row.run());
  }
  return {};
}

}  // namespace millrace::sqlite
