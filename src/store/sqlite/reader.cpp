#include "store/sqlite/reader.h"

#include <fmt/format.h>

#include <utility>

#include "store/record_bytes.h"
#include "store/sqlite/list_query.h"
#include "store/sqlite/snapshot.h"
#include "store/write.h"

namespace millrace::sqlite {
namespace {

constexpr std::size_t kMostStatements = 64;  // kept

std::int64_t column(WallTime at) { return at.time_since_epoch().count(); }

Error does_not_fit(std::uint64_t session) {
  return Error(ErrorKind::bug,
               fmt::format("the stored bytes of session {} are damaged: they are of another record "
                           "than its row",
                           session));
}

}  // namespace

Result<Statement*> Reader::query(const std::string& sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return &known->second;
  if (statements_.size() >= kMostStatements) statements_.clear();
  MILLRACE_TRY_ASSIGN(statement, connection_.prepare(sql));
  return &statements_.emplace(sql, std::move(statement)).first->second;
}

Result<StoredSession> Reader::decode(Statement& row, bool with_payload) {
  const std::uint64_t session = row.id(0);
  auto record = with_payload ? decode_record(session, row.bytes(6), row.bytes(7))
                             : decode_record(session, row.bytes(6));
  if (!record) return record.error();
  if (record->epoch != row.id(1) || static_cast<std::int64_t>(record->status) != row.number(2)) {
    return does_not_fit(session);
  }
  StoredSession stored;
  stored.record = std::move(*record);
  stored.record.start_key = row.bytes(5);
  stored.attempts = static_cast<std::uint32_t>(row.number(3));
  if (with_payload && row.number(4) != 0) {
    MILLRACE_TRY_ASSIGN(prompts, prompts_of(session));
    if (prompts.size() != row.id(4)) return does_not_fit(session);
    stored.record.prompts = std::move(prompts);
  }
  return stored;
}

Result<std::vector<PromptRecord>> Reader::prompts_of(std::uint64_t session) {
  MILLRACE_TRY_ASSIGN(statement,
                      query("SELECT content FROM prompts WHERE session = ? ORDER BY state"));
  statement->with(session);
  std::vector<PromptRecord> prompts;
  for (;;) {
    MILLRACE_TRY_ASSIGN(row, statement->next());
    if (!row) return prompts;
    auto prompt = decode_prompt(session, statement->bytes(0));
    if (!prompt) {
      statement->rest();
      return prompt.error();
    }
    prompts.push_back(std::move(*prompt));
  }
}

Result<std::optional<StoredSession>> Reader::find(std::uint64_t session) {
  const Result<Snapshot> snapshot = Snapshot::begin(connection_);
  if (!snapshot) return snapshot.error();
  MILLRACE_TRY_ASSIGN(
      statement,
      query(fmt::format("SELECT {}, payload FROM sessions WHERE session = ?", kSessionColumns)));
  MILLRACE_TRY_ASSIGN(row, statement->with(session).next());
  if (!row) return std::optional<StoredSession>();
  auto stored = decode(*statement, true);
  statement->rest();
  if (!stored) return stored.error();
  return std::optional(std::move(*stored));
}

Result<std::optional<std::uint64_t>> Reader::find_start(const std::string& start_key) {
  MILLRACE_TRY_ASSIGN(statement, query("SELECT session FROM start_keys WHERE start_key = ?"));
  MILLRACE_TRY_ASSIGN(row, statement->with(Blob{start_key}).next());
  if (!row) return std::optional<std::uint64_t>();
  const std::uint64_t session = statement->id(0);
  statement->rest();
  return std::optional(session);
}

Result<SessionPage> Reader::list(const SessionQuery& query) {
  if (query.limit == 0) return SessionPage();
  const Result<Snapshot> snapshot = Snapshot::begin(connection_);
  if (!snapshot) return snapshot.error();
  return page_of(list_sql(query), query);
}

Result<SessionPage> Reader::page_of(const std::string& sql, const SessionQuery& query) {
  // Its text has its values in it: it is not one to keep.
  MILLRACE_TRY_ASSIGN(statement, connection_.prepare(sql));
  SessionPage page;
  std::size_t bytes = 0;
  std::size_t rows = 0;
  std::uint64_t last = 0;
  for (;;) {
    MILLRACE_TRY_ASSIGN(row, statement.next());
    if (!row) return page;
    if (rows == query.limit || bytes >= page_) break;
    ++rows;
    last = statement.id(0);
    auto stored = decode(statement, query.with_payload);
    if (stored) {
      bytes += stored->record.payload.size();
      page.sessions.push_back(std::move(*stored));
    } else if (stored.error().kind() == ErrorKind::unavailable) {
      return stored.error();  // of the disk, and not of this session
    } else {
      page.damaged.push_back({last, stored.error()});
    }
  }
  page.next = last;
  return page;
}

Result<std::vector<Waking>> Reader::waking(WallTime before, const Waking& after,
                                           std::size_t limit) {
  MILLRACE_TRY_ASSIGN(
      statement, query("SELECT wake_at, session FROM sessions WHERE wake_at < ?1 AND"
                       " (wake_at > ?2 OR (wake_at = ?2 AND session > ?3)) AND wake_at >= ?2 AND"
                       " status <= 2 ORDER BY wake_at, session LIMIT ?4"));
  statement->with(column(before), column(after.at), after.session,
                  static_cast<std::int64_t>(limit));
  std::vector<Waking> due;
  for (;;) {
    MILLRACE_TRY_ASSIGN(row, statement->next());
    if (!row) return due;
    due.push_back({WallTime(Nanos(statement->number(0))), statement->id(1)});
  }
}

Result<std::vector<PromptRecord>> Reader::prompts(const PromptQuery& query) {
  std::string sql = "SELECT session, content FROM prompts WHERE (session, state) > (?1, ?2)";
  if (query.owner != 0) sql += " AND owner = ?4";
  if (query.session != 0) sql += " AND session = ?5";
  sql += " ORDER BY session, state LIMIT ?3";
  MILLRACE_TRY_ASSIGN(statement, this->query(sql));
  statement->with(query.after_session, query.after_state, static_cast<std::int64_t>(query.limit),
                  query.owner, query.session);
  std::vector<PromptRecord> prompts;
  std::size_t bytes = 0;
  for (;;) {
    MILLRACE_TRY_ASSIGN(row, statement->next());
    if (!row || bytes >= page_) return prompts;
    // One that is damaged belongs to a session that is, which says so itself.
    auto prompt = decode_prompt(statement->id(0), statement->bytes(1));
    if (!prompt) continue;
    bytes += prompt->payload.size();
    prompts.push_back(std::move(*prompt));
  }
}

Result<SessionCounts> Reader::count() {
  MILLRACE_TRY_ASSIGN(statement, query("SELECT status, sessions FROM counts"));
  SessionCounts counts{};
  statement->with();
  for (;;) {
    MILLRACE_TRY_ASSIGN(row, statement->next());
    if (!row) return counts;
    const std::uint64_t status = statement->id(0);
    if (status < counts.size()) counts[status] = statement->id(1);
  }
}

Result<std::string> Reader::definition(const std::string& hash) {
  MILLRACE_TRY_ASSIGN(statement, query("SELECT content FROM definitions WHERE hash = ?"));
  MILLRACE_TRY_ASSIGN(row, statement->with(hash).next());
  if (!row) return unknown_definition(hash);
  auto content = decode_definition(hash, statement->bytes(0));
  statement->rest();
  return content;
}

Result<std::optional<std::string>> Reader::chunk(const ChunkPlace& place) {
  MILLRACE_TRY_ASSIGN(
      statement,
      query("SELECT content FROM chunks WHERE session = ?1 AND body = ?2 AND number = ?3 AND NOT"
            " EXISTS (SELECT 1 FROM dropped_bodies WHERE session = ?1 AND body IN (?2, -1) AND"
            " chunk <= last_chunk)"));
  MILLRACE_TRY_ASSIGN(row, statement->with(place.session, place.body, place.number).next());
  if (!row) return std::optional<std::string>();
  auto content = decode_chunk(place, statement->bytes(0));
  statement->rest();
  if (!content) return content.error();
  return std::optional(std::move(*content));
}

}  // namespace millrace::sqlite
