// Sessions that wait for a time, begun through the service as a server begins them, on a real file.
//
//   build/release/bench/bench_service_suspended
//
// "suspended/N": N sessions are begun, each with some variables and a delay of hours; "begun_s" is
// what that takes, "bytes_each" what each takes in the file, "resident_MiB" what the process holds
// then. It ends, and another one begins on the file: "open_ms" until it would accept requests.
// Beside all these, 20,000 sessions are begun that wake up within ten seconds and leave memory in
// between: "late_p50_ms" and so on is how much later than it should each went on. Goals:
// docs/performance.md.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "function/registry.h"
#include "service/automation.h"
#include "store/sqlite/sqlite_store.h"
#include "support/measure.h"
#include "value/instant.h"
#include "workflow/read.h"

namespace millrace {
namespace {

constexpr char kFile[] = "bench_suspended.db";
constexpr std::size_t kWoken = 20'000;
constexpr Nanos kAhead = std::chrono::seconds(2);

constexpr std::string_view kWorkflow = R"(
workflows:
  reminder:
    scope: { customer: { "@type": String, "@value": Ann }, order: { "@type": Integer, "@value": 4711 } }
    steps:
      - { stepID: 1, kind: expressions, arguments: [ { target: text, type: String, value: "your order is on its way" } ] }
      - { stepID: 2, kind: delay, arguments: [ { target: timestamp, type: DateTime, expr: planned } ] }
      - { stepID: 3, kind: expressions, arguments: [ { target: woken, type: DateTime, expr: now() } ] }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 2, childID: 3 } ]
)";

void remove_file() {
  for (const char* end : {"", "-wal", "-shm", ".lock"}) {
    std::filesystem::remove(std::string(kFile) + end);
  }
}

[[noreturn]] void give_up(const Error& error) {
  std::cerr << error.to_line() << '\n';
  std::abort();
}

double milliseconds_of(Nanos time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

Value at(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  Instant instant;
  instant.seconds = seconds.time_since_epoch().count();
  instant.nanos = static_cast<std::int32_t>((time - seconds).count());
  return Value::instant(instant);
}

Nanos since_epoch(const Instant& instant) {
  return std::chrono::seconds(instant.seconds) + Nanos(instant.nanos);
}

// A server without its HTTP.
class Server {
 public:
  Server() {
    auto document = read_document(kWorkflow, "reminder", Format::yaml);
    if (!document) give_up(document.error());
    files_.documents.push_back(std::move(*document));
  }

  using Life = std::function<Task<void>(Scope&, Automation&, Nanos opened)>;
  void live(const Life& life) {
    auto store = SqliteStore::open({.path = kFile});
    if (!store) give_up(store.error());
    WorkflowCatalog catalog(files_, standard_registry());
    Shard shard;
    shard.run([&](Scope& main) -> Task<void> {
      Scope home(main, "server", {.fail_fast = false});
      AutomationOptions options;
      options.ahead = kAhead;
      const TimePoint began = shard.now();
      Automation automation(home, **store, catalog, standard_registry(), std::move(options));
      auto opened = co_await automation.open(home);
      if (!opened) give_up(opened.error());
      co_await life(home, automation, shard.now() - began);
      co_await automation.close(home, Nanos{0});
      home.cancel(StopCause::shutdown, "the end");
      (void)co_await home.join();
      co_await home.close();
    });
  }

 private:
  LoadedFiles files_;
};

// `count` sessions, many at a time, each planned for what `when` says.
Task<void> begin_many(Scope& scope, Automation& automation, std::size_t count,
                      std::function<WallTime(std::size_t)> when) {
  constexpr std::size_t kAtOnce = 1'000;
  Scope many(scope, "clients", {.fail_fast = false});
  std::size_t begun = 0;
  for (std::size_t client = 0; client < kAtOnce; ++client) {
    many.start("client", [&](Scope& request) -> Task<Result<void>> {
      while (begun < count) {
        ExecRequest exec;
        exec.workflow = "reminder";
        exec.input = Dict{{"planned", at(when(begun++))}};
        auto executed = co_await automation.sessions().exec(request, std::move(exec));
        if (!executed) give_up(executed.error());
      }
      co_return Result<void>();
    });
  }
  (void)co_await many.join();
  co_await many.close();
}

// What sessions that have ended say of how late they were.
Task<std::vector<double>> lateness(Scope& scope, Automation& automation) {
  std::vector<double> late;
  SessionQuery query{.statuses = {SessionStatus::completed}, .limit = 1000};
  do {
    auto page = co_await automation.sessions().list(scope, query);
    if (!page) give_up(page.error());
    for (const SessionView& view : page->sessions) {
      const Value* planned = view.output->find("planned");
      const Value* woken = view.output->find("woken");
      late.push_back(
          milliseconds_of(since_epoch(woken->as_instant()) - since_epoch(planned->as_instant())));
    }
    query.after = page->next;
  } while (query.after != 0);
  std::sort(late.begin(), late.end());
  co_return late;
}

void suspended(benchmark::State& state) {
  using std::chrono::hours;
  using std::chrono::seconds;
  remove_file();
  const auto count = static_cast<std::size_t>(state.range(0));
  Server server;
  for (auto _ : state) {
    server.live([&](Scope& home, Automation& automation, Nanos) -> Task<void> {
      const Clock& clock = home.shard().clock();
      const TimePoint began = clock.now();
      co_await begin_many(home, automation, count, [&](std::size_t number) {
        return clock.wall() + hours(2) + std::chrono::milliseconds(number % 86'400'000);
      });
      // The last ones are still being written.
      while (automation.sessions_in_memory() > 0) {
        (void)co_await home.sleep_for(std::chrono::milliseconds(5), "the last ones");
      }
      state.counters["begun_s"] = milliseconds_of(clock.now() - began) / 1000;
      state.counters["resident_MiB"] = static_cast<double>(support::resident_bytes()) / (1 << 20);
    });
    state.counters["bytes_each"] =
        static_cast<double>(std::filesystem::file_size(kFile)) / static_cast<double>(count);
    server.live([&](Scope& home, Automation& automation, Nanos opened) -> Task<void> {
      state.counters["open_ms"] = milliseconds_of(opened);
      const WallTime first = home.shard().clock().wall() + seconds(8);
      co_await begin_many(home, automation, kWoken, [&](std::size_t number) {
        return first + std::chrono::microseconds(500) * number;
      });
      (void)co_await home.sleep_for(seconds(22), "all to be woken");
      const std::vector<double> late = co_await lateness(home, automation);
      state.counters["woken"] = static_cast<double>(late.size());
      if (late.empty()) co_return;
      state.counters["late_p50_ms"] = late[late.size() / 2];
      state.counters["late_p99_ms"] = late[late.size() * 99 / 100];
      state.counters["late_max_ms"] = late.back();
      state.counters["early"] = late.front() < 0 ? 1 : 0;
    });
  }
  remove_file();
}
BENCHMARK(suspended)->Arg(100'000)->Arg(1'000'000)->Iterations(1)->UseRealTime()->Unit(
    benchmark::kMillisecond);

}  // namespace
}  // namespace millrace
