#include "store/sqlite/sqlite_journal.h"

#include "store/record_bytes.h"

namespace millrace::sqlite {

template <class What>
void SqliteJournal::write(What what, Done done) {
  returns_->expect();
  Write write{std::move(what), std::move(done), returns_};
  const Result<void> added = queue_.add(std::move(write));
  if (!added) returns_->give(write.answer(added.error()));  // untouched by a refusal
}

template <class T, class Look>
Task<Result<T>> SqliteJournal::read(Scope& scope, Look look) {
  return ask<T>(
      scope, returns_,
      [readers = &readers_, look = std::move(look)](auto answer) {
        const Result<void> added =
            readers->add([answer, look](Reader& reader) { answer(Result<T>(look(reader))); });
        if (!added) answer(added.error());
      },
      "reading the journal");
}

void SqliteJournal::append(SessionRecord record, Done done) {
  std::string head = encode_record(record);
  write(RecordWrite{std::move(record), std::move(head)}, std::move(done));
}

void SqliteJournal::put_chunk(ChunkPlace place, std::string bytes, Done done) {
  write(ChunkWrite{place, std::move(bytes)}, std::move(done));
}

void SqliteJournal::drop_body(std::uint64_t session, std::uint64_t body, Done done) {
  write(BodyDrop{session, body}, std::move(done));
}

void SqliteJournal::count_attempts(std::vector<std::uint64_t> sessions, Done done) {
  write(AttemptsCount{std::move(sessions)}, std::move(done));
}

void SqliteJournal::clear_attempts(std::vector<std::uint64_t> sessions, Done done) {
  write(AttemptsClear{std::move(sessions)}, std::move(done));
}

Task<Result<std::optional<StoredSession>>> SqliteJournal::find(Scope& scope,
                                                               std::uint64_t session) {
  return read<std::optional<StoredSession>>(
      scope, [session](Reader& reader) { return reader.find(session); });
}

Task<Result<std::optional<std::uint64_t>>> SqliteJournal::find_start(Scope& scope,
                                                                     std::string start_key) {
  return read<std::optional<std::uint64_t>>(
      scope, [key = std::move(start_key)](Reader& reader) { return reader.find_start(key); });
}

Task<Result<SessionPage>> SqliteJournal::list(Scope& scope, SessionQuery query) {
  return read<SessionPage>(
      scope, [query = std::move(query)](Reader& reader) { return reader.list(query); });
}

Task<Result<std::vector<Waking>>> SqliteJournal::waking(Scope& scope, WallTime before, Waking after,
                                                        std::size_t limit) {
  return read<std::vector<Waking>>(scope, [before, after, limit](Reader& reader) {
    return reader.waking(before, after, limit);
  });
}

Task<Result<std::vector<PromptRecord>>> SqliteJournal::prompts(Scope& scope, PromptQuery query) {
  return read<std::vector<PromptRecord>>(scope,
                                         [query](Reader& reader) { return reader.prompts(query); });
}

Task<Result<SessionCounts>> SqliteJournal::count(Scope& scope) {
  return read<SessionCounts>(scope, [](Reader& reader) { return reader.count(); });
}

Task<Result<std::string>> SqliteJournal::definition(Scope& scope, std::string hash) {
  return read<std::string>(
      scope, [hash = std::move(hash)](Reader& reader) { return reader.definition(hash); });
}

Task<Result<std::optional<std::string>>> SqliteJournal::chunk(Scope& scope, ChunkPlace place) {
  return read<std::optional<std::string>>(scope,
                                          [place](Reader& reader) { return reader.chunk(place); });
}

Task<Result<std::uint64_t>> SqliteJournal::purge(Scope& scope, WallTime now) {
  return ask<std::uint64_t>(
      scope, returns_,
      [queue = &queue_, now](auto answer) {
        const Result<void> added = queue->add(PurgeRequest{now, answer});
        if (!added) answer(added.error());
      },
      "purging sessions");
}

}  // namespace millrace::sqlite
