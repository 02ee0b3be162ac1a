// Calls of a script from the server's side: on a process that is warm, and on one that has to be
// started first.
//
//   bench_jsenv_calls [--benchmark_filter=…]

#include <benchmark/benchmark.h>

#include <stdexcept>

#include "script/script_pool.h"
#include "value/pack.h"

namespace millrace {
namespace {

// `calls` of the source, one after another on one process.
void run_calls(benchmark::State& state, const std::string& source, const Value& input,
               std::uint64_t calls_of_a_process) {
  const std::string packed = pack(input)->bytes;
  Shard shard;
  const ScriptLimits limits{.workers = 1, .calls = calls_of_a_process};
  ScriptPool pool(shard, ScriptOptions{.limits = limits, .program = MILLRACE_BINARY});
  shard.run([&](Scope& scope) -> Task<void> {
    for (auto unused : state) {
      (void)unused;
      auto returned =
          co_await pool.run(scope, ScriptCall{.source = source, .input = packed, .readers = {}});
      if (!returned) throw std::runtime_error(returned.error().to_line());
      benchmark::DoNotOptimize(returned);
    }
  });
  state.SetItemsProcessed(state.iterations());
}

Value list_of(std::int64_t size) {
  Value::Items items;
  for (std::int64_t i = 0; i < size; ++i) {
    items.push_back(Value::map({{"id", Value::integer(i)}, {"name", Value::text("a name")}}));
  }
  return Value::list(std::move(items));
}

constexpr std::uint64_t kNeverReplaced = UINT64_MAX;

void warm(benchmark::State& state) {
  run_calls(state, "return input * 2", Value::integer(4), kNeverReplaced);
}
void warm_with_list(benchmark::State& state) {
  run_calls(state, "return input.filter(item => item.id % 2)", list_of(state.range(0)),
            kNeverReplaced);
}
void cold(benchmark::State& state) { run_calls(state, "return input * 2", Value::integer(4), 1); }

BENCHMARK(warm)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(warm_with_list)
    ->ArgName("items")
    ->Arg(1000)
    ->Arg(10000)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(cold)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace millrace
