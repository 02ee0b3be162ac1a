// Disks that fail, that are full, and machines whose power fails: at every single operation on a
// file. What was acknowledged is there afterwards, and what was refused is not half there.
#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <set>

#include "store/faulty/faulty_files.h"
#include "store/journals.h"
#include "store/sqlite/check_store.h"
#include "support/millrace_binary.h"

namespace millrace {
namespace {

using How = Fault::How;

std::string as_stored(SessionRecord record) {
  for (PromptRecord& prompt : record.prompts) prompt.session = record.session;
  return described(record);
}

// What may be found of a session: what was acknowledged last, and what was refused since.
struct Possible {
  std::string acknowledged = "nothing";
  std::set<std::string> refused;
};

// A store on faulty files that is written to, and what may be found in it afterwards.
class Trial {
 public:
  Trial(FaultyFiles& files, const std::string& path) : files_(files), path_(path) {}

  void write_under(const Fault& fault) {
    files_.arm(fault);
    auto store = open();
    if (!store) return;
    with_journal(**store, [this](Scope& scope, Journal& journal) -> Task<void> {
      for (int i = 0; i < 16; ++i) co_await write(scope, journal, record_of(i));
    });
  }

  void expect_possible() {
    auto store = open();
    ASSERT_TRUE(store.has_value()) << store.error().to_line();
    with_journal(**store, [this](Scope& scope, Journal& journal) -> Task<void> {
      for (const auto& [session, possible] : possible_) {
        const std::string found = co_await found_of(scope, journal, session);
        EXPECT_TRUE(found == possible.acknowledged || possible.refused.contains(found))
            << "found " << found << "\nacknowledged " << possible.acknowledged;
      }
      // And it can be written to.
      const SessionRecord record = session_record(session_id(100));
      EXPECT_OK(co_await append(scope, journal, record));
    });
    store->reset();
    const auto findings = sqlite::check_store(path_);
    ASSERT_TRUE(findings.has_value()) << findings.error().to_line();
    EXPECT_THAT(*findings, testing::IsEmpty());
  }

 private:
  Result<std::unique_ptr<SqliteStore>> open() {
    // A log that is brought into the file all the time.
    return SqliteStore::open({.path = path_, .vfs = files_.name(), .log = 16 * 4096});
  }

  static SessionRecord record_of(int i) {
    SessionRecord record = session_record(session_id(i % 4));
    record.kind = i < 4 ? RecordKind::started : RecordKind::outcome;
    record.status = i % 5 == 4 ? SessionStatus::prompted : SessionStatus::started;
    record.payload = fmt::format("{} {}", i, std::string(6000, static_cast<char>('a' + i)));
    if (i % 5 == 4) record.prompts = {prompt_record(record.session, 1, 1)};
    return record;
  }

  static Task<std::string> found_of(Scope& scope, Journal& journal, std::uint64_t session) {
    const auto found = co_await journal.find(scope, session);
    if (!found) co_return "error: " + found.error().to_line();
    co_return found->has_value() ? described((**found).record) : "nothing";
  }

  Task<void> write(Scope& scope, Journal& journal, SessionRecord record) {
    const Result<void> result = co_await append(scope, journal, record);
    Possible& possible = possible_[record.session];
    if (result) {
      possible = {as_stored(record), {}};
      co_return;
    }
    EXPECT_EQ(result.error().kind(), ErrorKind::unavailable) << result.error().to_line();
    possible.refused.insert(as_stored(record));
    // For those who look on, nothing of it is there.
    const std::string found = co_await found_of(scope, journal, record.session);
    EXPECT_TRUE(found == possible.acknowledged || found.starts_with("error: ")) << found;
  }

  FaultyFiles& files_;
  std::string path_;
  std::map<std::uint64_t, Possible> possible_;
};

void try_at_every_operation(How how, std::optional<FileOperation> of, bool is_lasting,
                            std::uint64_t seed) {
  FaultyFiles files("faulty");
  Random random(seed);
  std::uint64_t nth = 1;
  // Where everything is slower, each few.
  const std::uint64_t step = support::is_sanitized() ? 7 : 1;
  for (bool struck = true; struck && !testing::Test::HasFailure(); nth += step) {
    SCOPED_TRACE(
        fmt::format("fault {} at operation {}, seed {}", static_cast<int>(how), nth, seed));
    const TestFolder folder;
    Trial trial(files, folder.file("data.db"));
    trial.write_under({.how = how, .nth = nth, .of = of, .is_lasting = is_lasting});
    struck = files.has_struck();
    files.heal();
    if (how == How::power) {
      std::filesystem::remove(folder.file("data.db-shm"));
      files.lose_unsynced(random);
    }
    trial.expect_possible();
  }
  EXPECT_GT(nth, 10U);  // it did strike
}

TEST(Faults, OneOperationFails) { try_at_every_operation(How::error, std::nullopt, false, 1); }
TEST(Faults, AllFailFromOneOn) { try_at_every_operation(How::error, std::nullopt, true, 1); }
TEST(Faults, OneWriteIsTorn) { try_at_every_operation(How::torn, FileOperation::write, false, 1); }
TEST(Faults, OneSyncFails) { try_at_every_operation(How::error, FileOperation::sync, false, 1); }
TEST(Faults, DiskIsFullFromOneWriteOn) {
  try_at_every_operation(How::full, FileOperation::write, true, 1);
}

TEST(Faults, PowerFailsAtEveryOperation) {
  for (std::uint64_t seed = 1; seed <= (support::is_sanitized() ? 1U : 3U); ++seed) {
    try_at_every_operation(How::power, std::nullopt, true, seed);
  }
}

TEST(Faults, FullDiskRefusesWritingAndLeavesReading) {
  FaultyFiles files("faulty");
  const TestFolder folder;
  auto store = SqliteStore::open({.path = folder.file("data.db"), .vfs = "faulty"});
  ASSERT_TRUE(store.has_value()) << store.error().to_line();
  with_journal(**store, [&files](Scope& scope, Journal& journal) -> Task<void> {
    SessionRecord record = session_record(session_id(1));
    EXPECT_OK(co_await append(scope, journal, record));
    files.arm({.how = How::full, .is_lasting = true});
    for (int i = 2; i < 6; ++i) {
      const auto refused = co_await append(scope, journal, session_record(session_id(i)));
      EXPECT_FALSE(refused.has_value());
      EXPECT_EQ(refused.error().kind(), ErrorKind::unavailable);
      EXPECT_THAT(refused.error().message(), testing::HasSubstr("full"));
      const auto found = co_await journal.find(scope, record.session);
      EXPECT_EQ(described((**found).record), described(record));
      EXPECT_FALSE((co_await journal.find(scope, session_id(i)))->has_value());
    }
    files.heal();
    EXPECT_OK(co_await append(scope, journal, session_record(session_id(7))));
    EXPECT_EQ((*co_await journal.count(scope))[0], 2U);
  });
}

// A purge on a full disk says so and is done when it is asked for again.
TEST(Faults, PurgeOnAFullDisk) {
  FaultyFiles files("faulty");
  const TestFolder folder;
  auto store = SqliteStore::open({.path = folder.file("data.db"), .vfs = "faulty"});
  ASSERT_TRUE(store.has_value()) << store.error().to_line();
  with_journal(**store, [&files](Scope& scope, Journal& journal) -> Task<void> {
    for (int i = 0; i < 50; ++i) {
      EXPECT_OK(co_await append(scope, journal,
                                ended_record(session_id(i), SessionStatus::completed, kToday)));
    }
    files.arm({.how = How::full, .is_lasting = true});
    EXPECT_EQ((co_await journal.purge(scope, kToday)).error().kind(), ErrorKind::unavailable);
    EXPECT_TRUE((co_await journal.find(scope, session_id(3)))->has_value());
    files.heal();
    EXPECT_EQ(*co_await journal.purge(scope, kToday), 50U);
  });
}

}  // namespace
}  // namespace millrace
