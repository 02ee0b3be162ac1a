// A disk that really takes no more: files of a process of its own may not grow (RLIMIT_FSIZE), for
// a while.
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>

#include "store/child.h"
#include "store/journals.h"
#include "store/sqlite/check_store.h"

namespace millrace {
namespace {

constexpr char kFileVariable[] = "MILLRACE_FULL_DISK_FILE";

void limit_files(rlim_t bytes) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = bytes;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
}

SessionRecord large_record(int i) {
  SessionRecord record = session_record(session_id(i));
  record.payload.assign(100'000, static_cast<char>('a' + i % 26));
  return record;
}

// Until one is refused; gives the number of those that were kept.
Task<int> fill(Scope& scope, Journal& journal) {
  for (int i = 0; i < 1000; ++i) {
    const Result<void> result = co_await append(scope, journal, large_record(i));
    if (result) continue;
    EXPECT_EQ(result.error().kind(), ErrorKind::unavailable) << result.error().to_line();
    co_return i;
  }
  co_return -1;
}

// Not a test: the process with the limit.
TEST(FullDiskChild, Writes) {
  const std::string file = child_variable(kFileVariable);
  if (file.empty()) GTEST_SKIP() << "only for FullDisk.*";
  ::signal(SIGXFSZ, SIG_IGN);
  auto store = SqliteStore::open({.path = file, .log = 1 << 20});
  ASSERT_TRUE(store.has_value()) << store.error().to_line();
  limit_files(3 << 20);
  with_journal(**store, [](Scope& scope, Journal& journal) -> Task<void> {
    const int kept = co_await fill(scope, journal);
    EXPECT_GT(kept, 5);
    for (int i = 0; i < kept; ++i) {
      const auto found = co_await journal.find(scope, session_id(i));
      EXPECT_OK(found);
      EXPECT_TRUE(found->has_value()) << i;
    }
    EXPECT_FALSE((co_await journal.find(scope, session_id(kept)))->has_value());
    limit_files(RLIM_INFINITY);
    EXPECT_OK(co_await append(scope, journal, large_record(kept)));
    EXPECT_EQ((*co_await journal.count(scope))[0], static_cast<std::uint64_t>(kept) + 1);
  });
}

TEST(FullDisk, RefusesUntilThereIsSpaceAgain) {
  const TestFolder folder;
  const std::string file = folder.file("data.db");
  const support::ProcessResult result =
      support::run_process(child_setup("FullDiskChild.*", {{kFileVariable, file}}));
  EXPECT_EQ(result.status, 0) << result.output << result.errors;
  EXPECT_THAT(result.output, testing::HasSubstr("[  PASSED  ] 1 test"));
  EXPECT_THAT(*sqlite::check_store(file), testing::IsEmpty());
}

}  // namespace
}  // namespace millrace
