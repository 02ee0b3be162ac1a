// A process that writes is killed at a moment that chance chooses; what it had been told is durable
// is there afterwards, and so on with the same file.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <sstream>
#include <thread>

#include "base/random.h"
#include "store/child.h"
#include "store/journals.h"
#include "store/sqlite/check_store.h"

namespace millrace {
namespace {

constexpr char kFileVariable[] = "MILLRACE_CRASH_FILE";
constexpr char kRoundVariable[] = "MILLRACE_CRASH_ROUND";
constexpr int kSessions = 40;

// Appends to each session without end, and says what has been acknowledged.
class Writing {
 public:
  Writing(Journal& journal, std::uint64_t round) : journal_(journal), round_(round) {
    for (int i = 0; i < kSessions; ++i) next(i);
  }

 private:
  void next(int session) {
    const std::uint64_t number = ++numbers_[session];
    SessionRecord record = session_record(session_id(session));
    record.epoch = round_;
    record.kind = round_ == 1 && number == 1 ? RecordKind::started : RecordKind::outcome;
    record.payload = fmt::format("{} {} {}", round_, number, std::string(number % 7 * 900, '.'));
    if (number % 3 == 0) record.prompts = {prompt_record(record.session, number, 1)};
    journal_.append(std::move(record), [this, session, number](const Result<void>& result) {
      if (!result) ::abort();
      const std::string line = fmt::format("ack {} {}\n", session, number);
      if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) ::abort();
      next(session);
    });
  }

  Journal& journal_;
  std::uint64_t round_;
  std::map<int, std::uint64_t> numbers_;
};

// Not a test: the process that is killed.
TEST(CrashChild, Writes) {
  const std::string file = child_variable(kFileVariable);
  if (file.empty()) GTEST_SKIP() << "only for Crash.*";
  const std::uint64_t round = std::stoull(child_variable(kRoundVariable));
  auto store = SqliteStore::open({.path = file, .log = 64 * 4096});
  ASSERT_TRUE(store.has_value()) << store.error().to_line();
  with_journal(**store, [round](Scope& scope, Journal& journal) -> Task<void> {
    const Writing writing(journal, round);
    EXPECT_OK(co_await scope.sleep_for(seconds(60), "being killed"));
  });
}

// The last number that each session was told is durable; whole lines only.
std::map<int, std::uint64_t> acknowledged(const std::string& output) {
  std::map<int, std::uint64_t> last;
  std::istringstream lines(output.substr(0, output.rfind('\n') + 1));
  for (std::string line; std::getline(lines, line);) {
    int session = 0;
    unsigned long long number = 0;
    if (std::sscanf(line.c_str(), "ack %d %llu", &session, &number) == 2) last[session] = number;
  }
  return last;
}

std::string run_and_kill(const std::string& file, std::uint64_t round, Random& random) {
  support::Process process(child_setup(
      "CrashChild.*", {{kFileVariable, file}, {kRoundVariable, std::to_string(round)}}));
  while (process.is_running() && process.output_so_far().find("ack ") == std::string::npos) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  std::this_thread::sleep_for(std::chrono::microseconds(random.below(150'000)));
  process.send_signal(SIGKILL);
  const support::ProcessResult result = process.wait();
  EXPECT_EQ(result.signal, SIGKILL) << result.output.substr(0, 2000) << result.errors;
  return result.output;
}

int rounds() {
  const std::string wanted = child_variable("MILLRACE_CRASH_ROUNDS");
  return wanted.empty() ? 10 : std::stoi(wanted);
}

TEST(Crash, AcknowledgedRecordsSurviveAKill) {
  const TestFolder folder;
  const std::string file = folder.file("data.db");
  Random random = Random::from_system();
  SCOPED_TRACE(fmt::format("seed {}", random.state()));
  std::size_t met = 0;
  for (int round = 1; round <= rounds() && !HasFailure(); ++round) {
    const auto epoch = static_cast<std::uint64_t>(round);
    const auto last = acknowledged(run_and_kill(file, epoch, random));
    auto store = SqliteStore::open({.path = file});
    ASSERT_TRUE(store.has_value()) << store.error().to_line();
    with_journal(**store, [&last, &met, epoch](Scope& scope, Journal& journal) -> Task<void> {
      for (const auto& [session, number] : last) {
        const auto found = co_await journal.find(scope, session_id(session));
        EXPECT_OK(found);
        EXPECT_TRUE(found->has_value());
        if (!found || !*found) continue;
        const SessionRecord& record = (**found).record;
        std::uint64_t found_epoch = 0;
        std::uint64_t found_number = 0;
        std::istringstream(record.payload) >> found_epoch >> found_number;
        EXPECT_EQ(found_epoch, epoch);
        EXPECT_GE(found_number, number);
        // No more than what was under way, and whole.
        EXPECT_LE(found_number, number + 1);
        EXPECT_EQ(record.payload.size(),
                  fmt::format("{} {} ", found_epoch, found_number).size() + found_number % 7 * 900);
        EXPECT_EQ(record.prompts.size(), found_number % 3 == 0 ? 1U : 0U);
        ++met;
      }
    });
    store->reset();
    EXPECT_THAT(*sqlite::check_store(file), testing::IsEmpty());
  }
  EXPECT_GT(met, 100U);
}

}  // namespace
}  // namespace millrace
