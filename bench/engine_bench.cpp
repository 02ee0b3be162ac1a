// Sessions a second on one core, in memory, without a journal.
//
//   build/release/bench/bench_engine
//
// "session": started in Sessions, run by turns from the shard's queue, its result handed to whoever
// asked; the plan is compiled beforehand. "traced": with a frame for every execution. "machine":
// the state machine alone, without the queue. `items_per_second` counts sessions, of loops passes.
// Goals: docs/performance.md.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>

#include <cstdlib>
#include <iostream>

#include "engine/frontier.h"
#include "engine/sessions.h"
#include "value/json.h"
#include "workflow/read.h"
#include "workflow/stand_ins.h"

namespace millrace {
namespace {

// Of steps that wait for nothing outside.
class NoEffects final : public Effects {
 public:
  Task<Result<Dict>> call(Scope& /*step*/, Scope& /*session*/, FunctionCall /*call*/) override {
    co_return Dict();
  }
  Task<Result<void>> drain(Scope& /*step*/, Ref<Reader> /*reader*/) override {
    co_return Result<void>();
  }
  Task<Result<void>> settle(Scope& /*step*/, Scope& /*session*/) override {
    co_return Result<void>();
  }
  bool is_settled(Scope& /*session*/) override { return true; }
  void hand_over(const Dict& /*vars*/, Scope& /*receiver*/) override {}
  std::unique_ptr<LineSource> lines(Ref<Reader> /*reader*/, std::uint64_t /*from*/) override {
    return {};
  }
};

class OnePlan final : public Plans {
 public:
  explicit OnePlan(Ref<const Plan> plan) : plan_(std::move(plan)) {}
  Result<Ref<const Plan>> find(std::string_view /*workflow*/) override { return plan_; }

 private:
  Ref<const Plan> plan_;
};

std::string step(int id, std::string_view rest) {
  return fmt::format("      - {{ stepID: {}, {} }}\n", id, rest);
}
std::string count(int id) {
  return step(id, "kind: expressions, arguments: [ { target: n, type: Integer, expr: n + 1 } ]");
}
std::string path(int from, int to, std::string_view condition = {}) {
  return fmt::format("      - {{ parentID: {}, childID: {}{} }}\n", from, to,
                     condition.empty() ? "" : fmt::format(", expr: {}", condition));
}

Ref<const Plan> plan_of(const std::string& steps, const std::string& paths,
                        std::string_view handle = "bench") {
  const std::string yaml = fmt::format(
      "workflows:\n  {}:\n    scope: {{ n: {{ '@type': Integer, '@value': 3 }} }}\n    steps:\n{}"
      "    paths:\n{}",
      handle, steps, paths.empty() ? "      []\n" : paths);
  auto document = read_document(yaml, "bench.yaml", Format::yaml);
  if (!document) throw std::runtime_error(document.error().to_line());
  auto plan = compile_plan(document->workflows.front(), stand_ins());
  if (!plan) throw std::runtime_error(plan.error().to_line());
  return *plan;
}

Ref<const Plan> linear(int steps) {
  std::string text;
  std::string paths;
  for (int id = 1; id <= steps; ++id) {
    text += count(id);
    if (id > 1) paths += path(id - 1, id);
  }
  return plan_of(text, paths);
}

Ref<const Plan> exclusive() {
  std::string steps = step(1, "kind: gateway, ref: excl");
  std::string paths;
  for (int arm = 0; arm < 4; ++arm) {
    steps += count(arm + 2);
    paths += path(1, arm + 2, fmt::format("n == {}", arm));
  }
  return plan_of(steps, paths);
}

Ref<const Plan> fork_and_join() {
  std::string steps = step(1, "kind: gateway, ref: fork") + step(6, "kind: gateway, ref: join");
  std::string paths;
  for (int arm = 2; arm < 6; ++arm) {
    steps += count(arm);
    paths += path(1, arm) + path(arm, 6);
  }
  return plan_of(steps, paths);
}

constexpr int kPasses = 100'000;

Ref<const Plan> loop() {
  return plan_of(
      step(1, fmt::format("kind: iterator, ref: loopSequence, arguments: [ {{ target: last, type: "
                          "Integer, value: {} }} ], results: [ {{ target: i, type: Integer, expr: "
                          "counter }} ]",
                          kPasses)) +
          count(2) + count(3),
      path(1, 2) + path(1, 3));
}

Ref<const Plan> sub_workflow() {
  return plan_of(step(1,
                      "kind: exec-workflow, arguments: [ { target: workflow, type: Handle, value: "
                      "child }, { target: scope, type: Vars, expr: '{\"n\": n}' } ], results: [ { "
                      "target: n, type: Integer, expr: n } ]"),
                 "");
}

struct Bench {
  NoEffects effects;
  Random random{1};
  OnePlan child{plan_of(count(1), "", "child")};
};

// `traced`: frames are kept of every execution.
void sessions(benchmark::State& state, const Ref<const Plan>& plan, std::int64_t items,
              bool traced = false) {
  constexpr std::int64_t kAtOnce = 64;
  const std::int64_t at_once = items > 1000 ? 1 : kAtOnce;
  Bench bench;
  Shard shard;
  shard.run([&](Scope& main) -> Task<void> {
    Scope home(main, "home", {.fail_fast = false});
    Sessions all(home, bench.effects, bench.random, &bench.child);
    for (auto _ : state) {
      for (std::int64_t i = 0; i < at_once; ++i) {
        Sessions::Start start{.plan = plan, .scope = {}};
        if (traced) start.options.trace.frames = 1'000'000;
        start.ended = [](const SessionReport& report) {
          if (report.status != Status::completed) std::abort();
        };
        all.start(home, std::move(start));
      }
      co_await all.join();
    }
    co_await home.close();
  });
  state.SetItemsProcessed(state.iterations() * at_once * items);
}

void machine(benchmark::State& state, const Ref<const Plan>& plan, std::int64_t items) {
  const Moment now = moment_of(RealClock());
  const Variables variables(plan->names(), plan->initial_scope());
  for (auto _ : state) {
    SessionMachine machine(plan, {}, 1);
    if (!machine.start(variables)) std::abort();
    while (machine.advance(now, 256)) {
    }
    if (machine.status() != Status::completed) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * items);
}

// The cost of one step as the variables of the session become more.
void variables(benchmark::State& state) {
  const Ref<const Plan> plan = linear(10);
  Dict scope;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    scope.set(fmt::format("variable{}", i), Value::integer(i));
  }
  Variables many(plan->names(), plan->initial_scope());
  many.merge(scope);
  const Moment now = moment_of(RealClock());
  for (auto _ : state) {
    SessionMachine machine(plan, {}, 1);
    if (!machine.start(many)) std::abort();
    while (machine.advance(now, 256)) {
    }
  }
  state.SetItemsProcessed(state.iterations() * 10);
}

// A session that waits: what it takes in memory, and as bytes.
void waiting(benchmark::State& state) {
  const Ref<const Plan> plan = plan_of(
      step(1, "kind: prompt, ref: alert, arguments: [ { target: message, value: hello } ]"), "");
  Bench bench;
  Shard shard;
  shard.run([&](Scope& main) -> Task<void> {
    Scope home(main, "home", {.fail_fast = false});
    Sessions all(home, bench.effects, bench.random);
    const std::size_t before = mallinfo2().uordblks;
    for (auto _ : state) {
      all.start(home, {.plan = plan, .scope = {}});
      (void)co_await home.yield();
    }
    state.counters["bytes"] = static_cast<double>(mallinfo2().uordblks - before) /
                              static_cast<double>(state.iterations());
    co_await all.close();
    co_await home.close();
  });
}

void to_bytes_and_back(benchmark::State& state) {
  const Ref<const Plan> plan = plan_of(
      step(1, "kind: prompt, ref: alert, arguments: [ { target: message, value: hello } ]"), "");
  SessionMachine machine(plan, {}, 1);
  if (!machine.start(Variables(plan->names(), plan->initial_scope()))) std::abort();
  machine.advance(moment_of(RealClock()), 10);
  std::size_t bytes = 0;
  for (auto _ : state) {
    const auto packed = pack_frontier(machine);
    bytes = packed->bytes.size();
    benchmark::DoNotOptimize(unpack_frontier(packed->bytes, {}, plan, {}));
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}

BENCHMARK_CAPTURE(sessions, one_step, linear(1), 1);
BENCHMARK_CAPTURE(sessions, ten_steps, linear(10), 1);
BENCHMARK_CAPTURE(sessions, exclusive_of_four, exclusive(), 1);
BENCHMARK_CAPTURE(sessions, fork_and_join_of_four, fork_and_join(), 1);
BENCHMARK_CAPTURE(sessions, loop_passes, loop(), kPasses);
BENCHMARK_CAPTURE(sessions, sub_workflow, sub_workflow(), 1);
BENCHMARK_CAPTURE(sessions, one_step_traced, linear(1), 1, true);
BENCHMARK_CAPTURE(sessions, ten_steps_traced, linear(10), 1, true);
BENCHMARK_CAPTURE(sessions, exclusive_of_four_traced, exclusive(), 1, true);
BENCHMARK_CAPTURE(sessions, fork_and_join_of_four_traced, fork_and_join(), 1, true);
BENCHMARK_CAPTURE(sessions, loop_passes_traced, loop(), kPasses, true);
BENCHMARK_CAPTURE(machine, one_step, linear(1), 1);
BENCHMARK_CAPTURE(machine, ten_steps, linear(10), 1);
BENCHMARK_CAPTURE(machine, loop_passes, loop(), kPasses);
BENCHMARK(variables)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000);
BENCHMARK(waiting)->Iterations(100'000);
BENCHMARK(to_bytes_and_back);

}  // namespace
}  // namespace millrace
