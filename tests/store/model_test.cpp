// Random things are written to a store in a file and to the one in memory, which is simple enough
// to be looked at; every answer has to be the same, and so after the file was opened again.
#include <fmt/format.h>

#include <cstdlib>

#include "base/random.h"
#include "store/journals.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/check_store.h"

namespace millrace {
namespace {

constexpr std::uint64_t kSessions = 12;

std::string text(const Error& error) {
  return fmt::format("{}: {}", to_string(error.kind()), error.message());
}
std::string text(const std::optional<StoredSession>& stored) {
  if (!stored) return "none";
  return fmt::format("{} after {} attempts", described(stored->record), stored->attempts);
}
std::string text(const std::optional<std::uint64_t>& id) {
  return id ? std::to_string(*id) : "none";
}
std::string text(const std::optional<std::string>& bytes) { return bytes ? *bytes : "none"; }
std::string text(const std::string& bytes) { return bytes; }
std::string text(std::uint64_t number) { return std::to_string(number); }
std::string text(const SessionCounts& counts) { return fmt::format("{}", fmt::join(counts, " ")); }
std::string text(const SessionPage& page) {
  std::string all = fmt::format("next {}, {} damaged", page.next, page.damaged.size());
  for (const StoredSession& stored : page.sessions) all += "\n" + text(std::optional(stored));
  return all;
}
std::string text(const std::vector<Waking>& due) {
  std::string all;
  for (const Waking& waking : due) {
    all += fmt::format("{}@{} ", waking.session, waking.at.time_since_epoch().count());
  }
  return all;
}
std::string text(const std::vector<PromptRecord>& prompts) {
  std::string all;
  for (const PromptRecord& prompt : prompts) all += described(prompt) + "\n";
  return all;
}
template <class T>
std::string text(const Result<T>& result) {
  return result ? text(*result) : text(result.error());
}
std::string text(const Result<void>& result) { return result ? "done" : text(result.error()); }

// What is done and asked next. The same seed does the same.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t n) { return random_.below(n); }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  std::uint64_t session() { return session_id(static_cast<int>(below(kSessions))); }
  WallTime time() { return kToday + seconds(below(10)); }
  ChunkPlace place() { return {session(), below(2), below(20)}; }
  std::vector<std::uint64_t> some_sessions() {
    std::vector<std::uint64_t> some;
    for (std::uint64_t i = below(4); i-- > 0;) some.push_back(session());
    return some;
  }

  SessionRecord record() {
    SessionRecord record = session_record(session());
    record.kind = static_cast<RecordKind>(1 + below(5));
    record.status = static_cast<SessionStatus>(below(kSessionStatuses));
    record.epoch = below(20) == 0 ? 1 : 2;
    // What a session is found by does not change.
    record.workflow_id = record.session % 3;
    record.created_by = record.session % 4;
    record.wake_at = one_in(2) ? std::optional(time()) : std::nullopt;
    record.purge_at = one_in(2) ? std::optional(time()) : std::nullopt;
    record.plan = one_in(10) ? "" : fmt::format("plan {}", below(4));
    record.definition =
        one_in(3) ? nullptr : std::make_shared<const std::string>("of " + record.plan);
    if (one_in(4)) record.start_key = fmt::format("key {}", below(5));
    record.payload = std::string(below(6000), static_cast<char>('a' + below(26)));
    for (std::uint64_t state = one_in(3) ? below(4) : 0; state-- > 0;) {
      record.prompts.push_back(prompt_record(record.session, state, below(3)));
    }
    return record;
  }

  SessionQuery query() {
    SessionQuery query;
    for (std::uint64_t i = below(4); i-- > 0;) {
      query.statuses.push_back(static_cast<SessionStatus>(below(kSessionStatuses)));
    }
    if (one_in(3)) query.workflow_id = below(3);
    if (one_in(3)) query.created_by = below(4);
    if (one_in(3)) query.created_from = kToday + milliseconds(below(kSessions));
    if (one_in(3)) query.created_before = kToday + milliseconds(below(kSessions));
    query.oldest_first = one_in(2);
    query.with_payload = one_in(2);
    if (one_in(3)) query.after = session();
    query.limit = below(8);
    return query;
  }

 private:
  Random random_;
};

Task<std::string> do_next(Scope& scope, Journal& journal, Chance& chance) {
  std::function<void(Journal::Done)> begin;
  switch (chance.below(12)) {
    case 0:
      begin = [&](auto done) { journal.drop_body(chance.session(), chance.below(2), done); };
      break;
    case 1: begin = [&](auto done) { journal.count_attempts(chance.some_sessions(), done); }; break;
    case 2: begin = [&](auto done) { journal.clear_attempts(chance.some_sessions(), done); }; break;
    case 3:
    case 4:
      begin = [&](auto done) {
        const ChunkPlace place = chance.place();
        journal.put_chunk(place, std::string(chance.below(3000), 'x'), done);
      };
      break;
    case 5: {
      if (!chance.one_in(4)) co_return "nothing";
      const auto purged = co_await journal.purge(scope, chance.time());
      co_return text(purged);
    }
    default: begin = [&](auto done) { journal.append(chance.record(), done); };
  }
  const auto result = co_await written_later(scope, std::move(begin));
  co_return text(result);
}

Task<std::string> ask_next(Scope& scope, Journal& journal, Chance& chance) {
  switch (chance.below(8)) {
    case 0: co_return text(co_await journal.find(scope, chance.session()));
    case 1:
      co_return text(co_await journal.find_start(scope, fmt::format("key {}", chance.below(5))));
    case 2: co_return text(co_await journal.list(scope, chance.query()));
    case 3: {
      const Waking after{chance.time(), chance.session()};
      co_return text(co_await journal.waking(scope, chance.time(), after, chance.below(8)));
    }
    case 4: {
      PromptQuery query{.owner = chance.below(3)};
      query.session = chance.one_in(2) ? chance.session() : 0;
      query.after_session = chance.one_in(2) ? chance.session() : 0;
      query.after_state = chance.below(3);
      query.limit = chance.below(8);
      co_return text(co_await journal.prompts(scope, query));
    }
    case 5: co_return text(co_await journal.count(scope));
    case 6:
      co_return text(co_await journal.definition(scope, fmt::format("plan {}", chance.below(4))));
    default: co_return text(co_await journal.chunk(scope, chance.place()));
  }
}

std::vector<std::string> answers(Store& store, std::uint64_t seed, int steps, bool writes) {
  std::vector<std::string> all;
  with_journal(store, [&all, seed, steps, writes](Scope& scope, Journal& journal) -> Task<void> {
    Chance chance(seed);
    for (int i = 0; i < steps; ++i) {
      if (writes) {
        std::string done = co_await do_next(scope, journal, chance);
        all.push_back(std::move(done));
      }
      std::string answer = co_await ask_next(scope, journal, chance);
      all.push_back(std::move(answer));
    }
  });
  return all;
}

TEST(Model, FileAnswersAsMemoryDoes) {
  const char* wanted = std::getenv("MILLRACE_MODEL_SEEDS");  // NOLINT(concurrency-mt-unsafe)
  const std::uint64_t seeds = wanted == nullptr ? 20 : std::strtoull(wanted, nullptr, 10);
  for (std::uint64_t seed = 1; seed <= seeds && !HasFailure(); ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const TestFolder folder;
    MemoryStore memory;
    const auto open = [&folder] {
      return *SqliteStore::open({.path = folder.file("data.db"), .log = 32 * 4096});
    };
    const auto expected = answers(memory, seed, 150, true);
    const auto found = answers(*open(), seed, 150, true);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], expected[i]) << "at " << i;
    EXPECT_EQ(answers(*open(), seed + 1000, 100, false), answers(memory, seed + 1000, 100, false));
    EXPECT_THAT(*sqlite::check_store(folder.file("data.db")), testing::IsEmpty());
  }
}

}  // namespace
}  // namespace millrace
