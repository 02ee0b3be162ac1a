// Sessions a second that are durable at their start and at their end, in process, on a real file.
//
//   build/release/bench/bench_store
//
// The file is made in the working directory, which should lie on the disk that is to be measured.
// "sessions/N": N sessions are under way at once on one shard; each appends its start, and when
// that is durable its end, and when that is durable the next one begins. `items_per_second` counts
// sessions; p50 and p99 are of the time from an append to its acknowledgement. "sessions/1" is
// one after the other. "bare/N": rows of that size by SQLite alone, N to a commit, without
// indices, queue, threads and acknowledgements. Goals: docs/performance.md.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/ids.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_store.h"

namespace millrace {
namespace {

constexpr std::size_t kFrontier = 300;  // bytes, of a small session
constexpr std::size_t kReport = 150;

std::string fresh_file() {
  for (const char* end : {"", "-wal", "-shm", ".lock"}) {
    std::filesystem::remove(std::string("bench_store.db") + end);
  }
  return "bench_store.db";
}

SessionRecord started(std::uint64_t session, WallTime now) {
  static const auto kDefinition = std::make_shared<const std::string>(2000, 'd');
  SessionRecord record;
  record.session = session;
  record.epoch = 1;
  record.workflow = "orders";
  record.workflow_id = 17;
  record.created = now;
  record.changed = now;
  record.plan = std::string(64, 'h');
  record.definition = kDefinition;
  record.payload.assign(kFrontier, 'f');
  return record;
}

SessionRecord ended(std::uint64_t session, WallTime now) {
  SessionRecord record = started(session, now);
  record.kind = RecordKind::ended;
  record.status = SessionStatus::completed;
  record.purge_at = now + std::chrono::hours(24);
  record.payload.assign(kReport, 'r');
  return record;
}

// Keeps a number of sessions under way.
class Load {
 public:
  Load(Shard& shard, Journal& journal, std::size_t in_flight, std::size_t sessions)
      : shard_(shard), journal_(journal), left_(sessions) {
    times_.reserve(2 * sessions);
    for (std::size_t i = 0; i < in_flight && left_ > 0; ++i) begin();
  }
  Event& done() { return done_; }
  // Milliseconds.
  double percentile(double of_hundred) {
    std::sort(times_.begin(), times_.end());
    const auto at = static_cast<std::size_t>(static_cast<double>(times_.size()) * of_hundred / 100);
    return static_cast<double>(times_[std::min(at, times_.size() - 1)].count()) / 1e6;
  }

 private:
  void begin() {
    --left_;
    ++under_way_;
    const WallTime now = shard_.clock().wall();
    const std::uint64_t session = new_id(now, random_);
    write(started(session, now), [this, session] {
      write(ended(session, shard_.clock().wall()), [this] {
        --under_way_;
        if (left_ > 0) begin();
        if (under_way_ == 0) done_.set();
      });
    });
  }
  template <class Then>
  void write(SessionRecord record, Then then) {
    const TimePoint began = shard_.now();
    journal_.append(std::move(record), [this, began, then](const Result<void>& result) {
      if (!result) {
        std::cerr << result.error().to_line() << '\n';
        std::abort();
      }
      times_.push_back(shard_.now() - began);
      then();
    });
  }

  Shard& shard_;
  Journal& journal_;
  std::size_t left_;
  std::size_t under_way_ = 0;
  Random random_{1};
  std::vector<Nanos> times_;
  Event done_;
};

void sessions(benchmark::State& state) {
  auto store = SqliteStore::open({.path = fresh_file()});
  if (!store) return state.SkipWithError(store.error().to_line().c_str());
  const auto in_flight = static_cast<std::size_t>(state.range(0));
  const std::size_t count = in_flight == 1 ? 2'000 : 200'000;
  for (auto _ : state) {
    Shard shard;
    shard.run([&](Scope& scope) -> Task<void> {
      const std::unique_ptr<Journal> journal = (*store)->journal(shard);
      Load load(shard, *journal, in_flight, count);
      (void)co_await scope.wait(load.done(), "the end of all");
      state.counters["p50_ms"] = load.percentile(50);
      state.counters["p99_ms"] = load.percentile(99);
      state.counters["max_ms"] = load.percentile(100);
    });
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
  state.counters["file_MiB"] =
      static_cast<double>(std::filesystem::file_size("bench_store.db")) / (1 << 20);
  state.counters["log_MiB"] =
      static_cast<double>(std::filesystem::file_size("bench_store.db-wal")) / (1 << 20);
  store->reset();
  fresh_file();
}
BENCHMARK(sessions)->Arg(1)->Arg(100)->Arg(500)->Arg(2000)->Iterations(1)->UseRealTime()->Unit(
    benchmark::kMillisecond);

void expect(const Result<void>& result) {
  if (result) return;
  std::cerr << result.error().to_line() << '\n';
  std::abort();
}

void bare(benchmark::State& state) {
  auto connection = sqlite::Connection::open(fresh_file(), {.create = true});
  expect(
      connection->run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                      "CREATE TABLE sessions(session INTEGER PRIMARY KEY, payload BLOB)"));
  auto insert = connection->prepare("INSERT INTO sessions VALUES (?, ?)");
  const std::string payload(kFrontier, 'f');
  std::int64_t session = 0;
  for (auto _ : state) {
    expect(connection->run("BEGIN"));
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      expect(insert->with(++session, sqlite::Blob{payload}).run());
    }
    expect(connection->run("COMMIT"));
  }
  state.SetItemsProcessed(session);
  *insert = sqlite::Statement();
  *connection = sqlite::Connection();
  fresh_file();
}
BENCHMARK(bare)->Arg(1)->Arg(100)->Arg(500)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace millrace
