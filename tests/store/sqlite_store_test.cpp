// What only a store in a file has: the file.
#include "store/sqlite/sqlite_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "store/journals.h"
#include "store/sqlite/backup.h"
#include "store/sqlite/check_store.h"
#include "store/sqlite/schema.h"

namespace millrace {
namespace {

using sqlite::Connection;
using testing::HasSubstr;
using testing::IsEmpty;

class SqliteStoreTest : public testing::Test {
 protected:
  std::unique_ptr<SqliteStore> open(sqlite::Options options = {}) {
    options.path = file_;
    auto store = SqliteStore::open(std::move(options));
    EXPECT_TRUE(store.has_value()) << store.error().to_line();
    return store ? std::move(*store) : nullptr;
  }
  Error refusal() {
    auto store = SqliteStore::open({.path = file_});
    EXPECT_FALSE(store.has_value());
    return store ? Error() : store.error();
  }
  // Past the store.
  void change(const std::string& sql) {
    auto connection = Connection::open(file_, {});
    ASSERT_TRUE(connection.has_value());
    EXPECT_OK(connection->run(sql));
  }
  Task<void> expect_empty_log(Scope& scope) {
    for (int i = 0; i < 200 && size("-wal") > 0; ++i) {
      EXPECT_OK(co_await scope.sleep_for(milliseconds(20), "the log to be made short"));
    }
    EXPECT_EQ(size("-wal"), 0U);
  }
  std::uintmax_t size(const char* end = "") const {
    std::error_code error;
    const auto size = std::filesystem::file_size(file_ + end, error);
    return error ? 0 : size;
  }

  TestFolder folder_;
  std::string file_ = folder_.file("data.db");
};

// As many as are asked for, all of them under way at once.
Task<void> append_all(Scope& scope, Journal& journal, std::vector<SessionRecord> records) {
  std::size_t left = records.size();
  Event all;
  for (SessionRecord& record : records) {
    journal.append(std::move(record), [&left, &all](const Result<void>& result) {
      EXPECT_OK(result);
      if (--left == 0) all.set();
    });
  }
  EXPECT_OK(co_await scope.wait(all, "answers"));
}

TEST_F(SqliteStoreTest, FindsEverythingAfterItWasOpenedAgain) {
  SessionRecord record = session_record(session_id(1));
  record.start_key = std::string("key \0\xFF", 6);
  record.prompts = {prompt_record(record.session, 1, 2)};
  with_journal(*open(), [&record](Scope& scope, Journal& journal) -> Task<void> {
    EXPECT_OK(co_await append(scope, journal, record));
  });
  with_journal(*open(), [&record](Scope& scope, Journal& journal) -> Task<void> {
    const auto found = co_await journal.find(scope, record.session);
    EXPECT_EQ(described((**found).record), described(record));
    EXPECT_EQ(*co_await journal.find_start(scope, record.start_key), record.session);
    EXPECT_EQ(*co_await journal.definition(scope, record.plan), *record.definition);
    EXPECT_EQ((*co_await journal.count(scope))[0], 1U);
  });
  EXPECT_THAT(*sqlite::check_store(file_), IsEmpty());
}

TEST_F(SqliteStoreTest, WritesWhatItAcceptedBeforeItGoes) {
  auto store = open();
  with_journal(*store, [](Scope& /*scope*/, Journal& journal) -> Task<void> {
    for (int i = 0; i < 300; ++i) {
      journal.append(session_record(session_id(i)), [](const Result<void>& /*result*/) {});
    }
    co_return;
  });
  store.reset();
  with_journal(*open(), [](Scope& scope, Journal& journal) -> Task<void> {
    EXPECT_EQ((*co_await journal.count(scope))[0], 300U);
  });
}

TEST_F(SqliteStoreTest, SecondServerIsRefused) {
  auto first = open();
  const Error refused = refusal();
  EXPECT_EQ(refused.kind(), ErrorKind::conflict);
  EXPECT_THAT(refused.to_line(), HasSubstr(file_));
  EXPECT_THAT(refused.to_line(), HasSubstr(fmt::format("process {}", ::getpid())));
  first.reset();
  EXPECT_NE(open(), nullptr);
}

TEST_F(SqliteStoreTest, AnotherProgramsDatabaseIsRefused) {
  {
    auto other = Connection::open(file_, {.create = true});
    EXPECT_OK(other->run("CREATE TABLE theirs(x); PRAGMA user_version=3"));
  }
  EXPECT_THAT(refusal().message(), HasSubstr("no store of Millrace"));
  auto other = Connection::open(file_, {});
  EXPECT_EQ(*other->number("SELECT count(*) FROM sqlite_schema"), 1);
  EXPECT_EQ(*other->text("PRAGMA journal_mode"), "delete");  // it is left as it was
}

TEST_F(SqliteStoreTest, TextIsRefused) {
  std::ofstream(file_) << std::string(10'000, 'x');
  EXPECT_THAT(refusal().message(), HasSubstr("not a database"));
}

TEST_F(SqliteStoreTest, StoreOfALaterReleaseIsRefusedByName) {
  open();
  change("PRAGMA user_version=2; UPDATE facts SET value='9.9.9' WHERE name='release'");
  const Error tables = refusal();
  EXPECT_EQ(tables.kind(), ErrorKind::invalid);
  EXPECT_THAT(tables.message(), HasSubstr("start 9.9.9 or a later release"));
  change("PRAGMA user_version=1; UPDATE facts SET value=2 WHERE name='record'");
  EXPECT_THAT(refusal().message(), HasSubstr("start 9.9.9 or a later release"));
}

TEST_F(SqliteStoreTest, MigrationKeepsACopyOfWhatWas) {
  const SessionRecord record = session_record(session_id(1));
  with_journal(*open(), [&record](Scope& scope, Journal& journal) -> Task<void> {
    EXPECT_OK(co_await append(scope, journal, record));
  });
  std::vector<sqlite::Migration> later(sqlite::migrations().begin(), sqlite::migrations().end());
  later.push_back({later.back().version + 1, "CREATE TABLE novelty(x); DELETE FROM sessions"});
  const std::string copy = fmt::format("{}.before-{}", file_, later.back().version);
  {
    auto connection = Connection::open(file_, {});
    EXPECT_OK(sqlite::migrate(*connection, file_, later));
    EXPECT_EQ(*connection->number("PRAGMA user_version"), later.back().version);
    EXPECT_EQ(*connection->number("SELECT count(*) FROM sessions"), 0);
    EXPECT_OK(sqlite::migrate(*connection, file_, later));  // once is enough
  }
  EXPECT_THAT(refusal().message(), HasSubstr("or a later release"));
  file_ = copy;
  with_journal(*open(), [&record](Scope& scope, Journal& journal) -> Task<void> {
    EXPECT_TRUE((co_await journal.find(scope, record.session))->has_value());
  });
}

TEST_F(SqliteStoreTest, MigrationThatFailsChangesNothing) {
  open();
  std::vector<sqlite::Migration> later(sqlite::migrations().begin(), sqlite::migrations().end());
  later.push_back({2, "CREATE TABLE novelty(x)"});
  later.push_back({3, "CREATE TABLE novelty(x)"});
  {
    auto connection = Connection::open(file_, {});
    EXPECT_FALSE(sqlite::migrate(*connection, file_, later).has_value());
    EXPECT_EQ(*connection->number("PRAGMA user_version"), 1);
  }
  EXPECT_NE(open(), nullptr);
  // The copy that it left keeps no later attempt from its own.
  later.pop_back();
  later.back().version = 3;
  auto connection = Connection::open(file_, {});
  EXPECT_OK(sqlite::migrate(*connection, file_, later));
  EXPECT_TRUE(std::filesystem::exists(file_ + ".before-3"));
  EXPECT_TRUE(std::filesystem::exists(file_ + ".before-3.1"));
}

TEST_F(SqliteStoreTest, FullQueueRefusesAtOnce) {
  auto store = open({.queue = 5});
  with_journal(*store, [](Scope& scope, Journal& journal) -> Task<void> {
    constexpr int kSessions = 5000;
    int kept = 0;
    int refused = 0;
    Event all;
    for (int i = 0; i < kSessions; ++i) {
      journal.append(session_record(session_id(i)), [&](const Result<void>& result) {
        (result ? kept : refused) += 1;
        if (!result) {
          EXPECT_EQ(result.error().kind(), ErrorKind::exhausted);
          EXPECT_EQ(result.error().message(),
                    "the journal's queue of 5 records is full (setting store.queue)");
        }
        if (kept + refused == kSessions) all.set();
      });
    }
    EXPECT_OK(co_await scope.wait(all, "answers"));
    EXPECT_GT(kept, 0);
    EXPECT_GT(refused, 0);
    EXPECT_EQ((*co_await journal.count(scope))[0], static_cast<std::uint64_t>(kept));
    EXPECT_OK(co_await append(scope, journal, session_record(session_id(kSessions))));
  });
}

TEST_F(SqliteStoreTest, RecordBeyondItsLimitIsRefused) {
  auto store = open({.record = 100'000});
  with_journal(*store, [](Scope& scope, Journal& journal) -> Task<void> {
    SessionRecord record = session_record(session_id(1));
    record.payload.assign(100'001, 'x');
    const auto refused = co_await append(scope, journal, record);
    EXPECT_EQ(refused.error().kind(), ErrorKind::invalid);
    EXPECT_THAT(refused.error().message(), HasSubstr("store.record"));
    record.payload.resize(90'000);
    EXPECT_OK(co_await append(scope, journal, record));
  });
}

TEST_F(SqliteStoreTest, DamagedSessionAloneIsOut) {
  with_journal(*open(), [](Scope& scope, Journal& journal) -> Task<void> {
    for (int i = 0; i < 5; ++i) {
      EXPECT_OK(co_await append(scope, journal, session_record(session_id(i))));
    }
  });
  change(fmt::format("UPDATE sessions SET payload = CAST('state of x' AS BLOB) WHERE session = {}",
                     session_id(2)));
  change(fmt::format("UPDATE sessions SET status = 1 WHERE session = {}", session_id(3)));
  const auto findings = sqlite::check_store(file_);
  EXPECT_THAT(*findings, testing::ElementsAre(HasSubstr("status 0 is 4, and counted as 5"),
                                              HasSubstr("status 1 is 1, and counted as 0"),
                                              HasSubstr(std::to_string(session_id(2)))));
  with_journal(*open(), [](Scope& scope, Journal& journal) -> Task<void> {
    for (const int damaged : {2, 3}) {
      const auto found = co_await journal.find(scope, session_id(damaged));
      EXPECT_EQ(found.error().kind(), ErrorKind::bug);
      EXPECT_THAT(found.error().message(), HasSubstr(std::to_string(session_id(damaged))));
    }
    const auto page = co_await journal.list(scope, {.oldest_first = true, .with_payload = true});
    EXPECT_EQ(page->sessions.size(), 3U);
    EXPECT_EQ(page->damaged.size(), 2U);
    if (page->damaged.size() == 2) EXPECT_EQ(page->damaged[1].session, session_id(3));
    EXPECT_TRUE((co_await journal.find(scope, session_id(4)))->has_value());
    // It can be written anew.
    EXPECT_OK(co_await append(scope, journal, session_record(session_id(2))));
    EXPECT_TRUE((co_await journal.find(scope, session_id(2)))->has_value());
  });
}

TEST_F(SqliteStoreTest, LargePayloadsEndAPageEarly) {
  auto store = open({.page = 50'000});
  with_journal(*store, [](Scope& scope, Journal& journal) -> Task<void> {
    for (int i = 0; i < 10; ++i) {
      SessionRecord record = session_record(session_id(i));
      record.payload.assign(20'000, 'x');
      EXPECT_OK(co_await append(scope, journal, record));
    }
    SessionQuery query{.oldest_first = true, .with_payload = true};
    std::size_t met = 0;
    do {
      const auto page = co_await journal.list(scope, query);
      EXPECT_LE(page->sessions.size(), 3U);
      met += page->sessions.size();
      query.after = page->next;
    } while (query.after != 0 && met < 20);
    EXPECT_EQ(met, 10U);
  });
}

std::vector<SessionRecord> many(int from, int to, std::size_t payload) {
  std::vector<SessionRecord> records;
  for (int i = from; i < to; ++i) {
    records.push_back(ended_record(session_id(i), SessionStatus::completed, kToday));
    records.back().payload.assign(payload, static_cast<char>('a' + i % 26));
  }
  return records;
}

TEST_F(SqliteStoreTest, GivesSpaceBackAfterAPurge) {
  auto store = open({.idle = milliseconds(50), .spare = 1 << 20});
  with_journal(*store, [this](Scope& scope, Journal& journal) -> Task<void> {
    co_await append_all(scope, journal, many(0, 4000, 5000));
    for (int i = 0; i < 200 && size() < 20'000'000; ++i) {
      EXPECT_OK(co_await scope.sleep_for(milliseconds(20), "the log to come into the file"));
    }
    EXPECT_GT(size(), 20'000'000U);
    EXPECT_EQ(*co_await journal.purge(scope, kToday), 4000U);
    for (int i = 0; i < 500 && size() > 2'000'000; ++i) {
      EXPECT_OK(co_await scope.sleep_for(milliseconds(20), "space to be given back"));
    }
    EXPECT_LT(size(), 2'000'000U);
    co_await expect_empty_log(scope);
  });
}

TEST_F(SqliteStoreTest, LogStaysShortUnderLoad) {
  auto store = open({.log = 1 << 20, .idle = milliseconds(50)});
  with_journal(*store, [this](Scope& scope, Journal& journal) -> Task<void> {
    std::uintmax_t longest = 0;
    for (int round = 0; round < 60; ++round) {
      co_await append_all(scope, journal, many(round * 200, (round + 1) * 200, 5000));
      longest = std::max(longest, size("-wal"));
    }
    EXPECT_LT(longest, 20U << 20);  // of 70 MiB that were written
    co_await expect_empty_log(scope);
  });
}

TEST_F(SqliteStoreTest, BackupIsWholeWhileTheStoreIsWrittenTo) {
  auto store = open();
  const std::string copy = folder_.file("copy.db");
  with_journal(*store, [this, &copy](Scope& scope, Journal& journal) -> Task<void> {
    co_await append_all(scope, journal, many(0, 2000, 1000));
    bool is_done = false;
    int beyond = 2000;
    Result<void> backed_up;
    std::thread other([&] {
      backed_up = sqlite::back_up(file_, copy);
      is_done = true;
    });
    for (int i = 0; i < 5; ++i, beyond += 100) {
      co_await append_all(scope, journal, many(beyond, beyond + 100, 1000));
    }
    other.join();
    EXPECT_OK(backed_up);
    EXPECT_TRUE(is_done);
    EXPECT_EQ(sqlite::back_up(file_, copy).error().kind(), ErrorKind::conflict);
  });
  store.reset();
  EXPECT_THAT(*sqlite::check_store(copy), IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(copy + ".partial"));
  file_ = copy;
  with_journal(*open(), [](Scope& scope, Journal& journal) -> Task<void> {
    EXPECT_GE((*co_await journal.count(scope))[4], 2000U);
    EXPECT_TRUE((co_await journal.find(scope, session_id(1999)))->has_value());
  });
}

TEST_F(SqliteStoreTest, BackupOfNothingIsAnError) {
  EXPECT_FALSE(sqlite::back_up(folder_.file("missing.db"), folder_.file("copy.db")).has_value());
  EXPECT_FALSE(std::filesystem::exists(folder_.file("missing.db")));
  EXPECT_FALSE(std::filesystem::exists(folder_.file("copy.db")));
}

}  // namespace
}  // namespace millrace
