// Sessions a second that are durable at their start and at their end, in process, on a real file.
//
//   build/release/bench/bench_store
//
// "sessions/N": N sessions are under way at once on one shard; sessions/1 is one after the other.
// "paced/N": N sessions begin each second, whether the ones before have ended or not.
// `items_per_second` counts sessions; p50, p99 and max are of the time from an append to its
// acknowledgement. "bare/N": rows of that size by SQLite alone, N to a commit, without indices,
// queue, threads and acknowledgements. "retention": a million sessions that are purged as they end;
// "file" and "resident" are the largest seen in the first and in the last tenth (16 MiB of the
// latter are the times of all acknowledgements, which are kept). "suspended": a million that wait,
// and how long it takes to open their file and to find who wakes next. Goals: docs/performance.md.
#include <benchmark/benchmark.h>

#include "store/sqlite/connection.h"
#include "store_load.h"
#include "support/measure.h"

namespace millrace {
namespace {

std::unique_ptr<SqliteStore> open_store() {
  auto store = SqliteStore::open({.path = kFile});
  if (!store) expect(store.error());
  return std::move(*store);
}

void report(benchmark::State& state, Load& load) {
  state.counters["p50_ms"] = load.percentile(50);
  state.counters["p99_ms"] = load.percentile(99);
  state.counters["max_ms"] = load.percentile(100);
  state.counters["refused"] = static_cast<double>(load.refused());
  state.counters["file_MiB"] = size_in_mib();
  state.counters["log_MiB"] = size_in_mib("-wal");
}

void sessions(benchmark::State& state) {
  remove_file();
  const auto store = open_store();
  const auto in_flight = static_cast<std::size_t>(state.range(0));
  const std::size_t count = in_flight == 1 ? 2'000 : 200'000;
  for (auto _ : state) {
    Shard shard;
    shard.run([&](Scope& scope) -> Task<void> {
      const std::unique_ptr<Journal> journal = store->journal(shard);
      Load load(shard, *journal, count);
      load.keep_under_way(in_flight);
      (void)co_await scope.wait(load.done(), "the end of all");
      report(state, load);
    });
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
  remove_file();
}
BENCHMARK(sessions)->Arg(1)->Arg(100)->Arg(300)->Arg(2000)->Iterations(1)->UseRealTime()->Unit(
    benchmark::kMillisecond);

void paced(benchmark::State& state) {
  remove_file();
  const auto store = open_store();
  const auto a_second = static_cast<std::size_t>(state.range(0));
  const std::size_t count = 5 * a_second;
  for (auto _ : state) {
    Shard shard;
    shard.run([&](Scope& scope) -> Task<void> {
      const std::unique_ptr<Journal> journal = store->journal(shard);
      Load load(shard, *journal, count);
      const TimePoint began = shard.now();
      while (load.left() > 0) {
        const double elapsed = std::chrono::duration<double>(shard.now() - began).count();
        const auto due = static_cast<std::size_t>(elapsed * static_cast<double>(a_second));
        while (load.left() > 0 && count - load.left() < due) load.begin();
        (void)co_await scope.sleep_for(std::chrono::microseconds(200), "the next ones");
      }
      (void)co_await scope.wait(load.done(), "the end of all");
      report(state, load);
    });
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
  remove_file();
}
BENCHMARK(paced)->Arg(20000)->Arg(40000)->Iterations(1)->UseRealTime()->Unit(
    benchmark::kMillisecond);

void bare(benchmark::State& state) {
  remove_file();
  auto connection = sqlite::Connection::open(kFile, {.create = true});
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
  remove_file();
}
BENCHMARK(bare)->Arg(1)->Arg(100)->Arg(500)->UseRealTime()->Unit(benchmark::kMillisecond);

double resident_mib() { return static_cast<double>(support::resident_bytes()) / (1 << 20); }

void retention(benchmark::State& state) {
  remove_file();
  const auto store = open_store();
  constexpr std::size_t kSessions = 1'000'000;
  double file[10] = {};
  double resident[10] = {};
  double descriptors[10] = {};
  for (auto _ : state) {
    Shard shard;
    shard.run([&](Scope& scope) -> Task<void> {
      const std::unique_ptr<Journal> journal = store->journal(shard);
      Load load(shard, *journal, kSessions);
      load.keep_under_way(300);
      while (!load.done().is_set()) {
        const auto purged =
            co_await journal->purge(scope, shard.clock().wall() + std::chrono::hours(25));
        if (!purged) expect(purged.error());
        const std::size_t tenth =
            std::min<std::size_t>(9, (kSessions - load.left()) * 10 / kSessions);
        file[tenth] = std::max(file[tenth], size_in_mib() + size_in_mib("-wal"));
        resident[tenth] = std::max(resident[tenth], resident_mib());
        descriptors[tenth] = static_cast<double>(support::open_descriptors());
        (void)co_await scope.sleep_for(std::chrono::milliseconds(20), "the next purge");
      }
    });
  }
  state.SetItemsProcessed(kSessions);
  state.counters["file_first_MiB"] = file[0];
  state.counters["file_last_MiB"] = file[9];
  state.counters["resident_first_MiB"] = resident[0];
  state.counters["resident_last_MiB"] = resident[9];
  state.counters["descriptors_first"] = descriptors[0];
  state.counters["descriptors_last"] = descriptors[9];
  remove_file();
}
BENCHMARK(retention)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

Task<void> suspend_many(Scope& scope, Journal& journal, std::size_t count) {
  Random random(1);
  std::size_t left = count;
  std::size_t begun = 0;
  Event all;
  const WallTime today = scope.shard().clock().wall();
  std::function<void()> next = [&] {
    const WallTime now = today + std::chrono::microseconds(100 * begun++);
    SessionRecord record = started_record(new_id(now, random), now);
    record.status = SessionStatus::suspended;
    record.wake_at = now + std::chrono::seconds(random.below(86'400));
    journal.append(std::move(record), [&](const Result<void>& result) {
      expect(result);
      if (begun < count) next();
      if (--left == 0) all.set();
    });
  };
  for (int i = 0; i < 1000; ++i) next();
  (void)co_await scope.wait(all, "the last one");
}

void suspended(benchmark::State& state) {
  remove_file();
  constexpr std::size_t kSessions = 1'000'000;
  {
    const auto store = open_store();
    Shard shard;
    shard.run([&](Scope& scope) -> Task<void> {
      const std::unique_ptr<Journal> journal = store->journal(shard);
      co_await suspend_many(scope, *journal, kSessions);
    });
  }
  state.counters["bytes_each"] = size_in_mib() * (1 << 20) / kSessions;
  const double before = resident_mib();
  for (auto _ : state) {
    const auto store = open_store();
    Shard shard;
    shard.run([&](Scope& scope) -> Task<void> {
      const std::unique_ptr<Journal> journal = store->journal(shard);
      const WallTime soon = shard.clock().wall() + std::chrono::minutes(5);
      const auto started = co_await journal->list(
          scope, {.statuses = {SessionStatus::started}, .oldest_first = true});
      const auto due = co_await journal->waking(scope, soon, {}, 10'000);
      const auto counts = co_await journal->count(scope);
      if (!started || !due || !counts) std::abort();
      state.counters["found_due"] = static_cast<double>(due->size());
    });
    state.counters["resident_more_MiB"] = resident_mib() - before;
  }
  remove_file();
}
BENCHMARK(suspended)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace millrace
