// Evaluating, compiling and running arguments of expressions, over a scope of ten variables.
// Figures and goals: docs/performance.md.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <new>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "expression/argument.h"
#include "expression/evaluate.h"
#include "value/json.h"

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace millrace {
namespace {

constexpr std::string_view kScope = R"({
  "a": {"@type": "Float", "@value": 7},
  "b": {"@type": "Float", "@value": 3},
  "i": {"@type": "Integer", "@value": 42},
  "name": {"@type": "String", "@value": "hello world"},
  "other": {"@type": "String", "@value": "some other text"},
  "flag": {"@type": "Boolean", "@value": true},
  "nested": {"@type": "Vars", "@value": {
    "name": {"@type": "String", "@value": "Ann"},
    "deep": {"@type": "Vars", "@value": {"n": {"@type": "Float", "@value": 1.25}}}}},
  "kv": {"@type": "KV", "@value": {"a": "1", "b": "two", "c": "3"}},
  "list": {"@type": "Array", "@value": [{"@type": "Integer", "@value": 3},
                                        {"@type": "Integer", "@value": 1}]},
  "when": {"@type": "DateTime", "@value": "2021-03-04T05:06:07Z"}
})";

struct Bench {
  Ref<Names> names = make_ref<Names>();
  Variables variables{names, *from_json_input(kScope)};
  FuelLimits limits{.operations = ~0ULL, .bytes = ~0ULL};
  Fuel fuel{limits};
  RealClock clock;
  Random random{1};
  EvaluationContext context{fuel, clock, random};

  Bench() {
    const Dict scope = *from_json_input(kScope);
    for (const Dict::Entry& entry : scope) names->add(entry.key());
    variables = Variables(names, scope);
  }
};

// Compiled once, evaluated again and again.
void evaluate_source(benchmark::State& state, const std::string& source) {
  Bench bench;
  const auto program = *compile_expression(source, *bench.names);
  const std::size_t before = allocations;
  for (auto _ : state) {
    Outcome outcome = evaluate(*program, bench.variables, bench.context);
    if (!std::holds_alternative<Value>(outcome)) state.SkipWithError("no value");
    benchmark::DoNotOptimize(outcome);
  }
  state.counters["allocations"] = benchmark::Counter(static_cast<double>(allocations - before),
                                                     benchmark::Counter::kAvgIterations);
}

void compile_source(benchmark::State& state, const std::string& source) {
  Bench bench;
  for (auto _ : state) {
    auto program = compile_expression(source, *bench.names);
    benchmark::DoNotOptimize(program);
  }
}

// A whole expressions step of one argument.
void run_step(benchmark::State& state, const std::string& expr) {
  Bench bench;
  std::vector<ArgumentIssue> issues;
  ArgumentSource source;
  source.target = "a";
  source.type = Type::Float;
  source.expr = expr;
  const auto program = compile_arguments(std::span(&source, 1), *bench.names, {}, issues);
  Variables scope = std::move(bench.variables);
  for (auto _ : state) {
    ArgumentRun run(std::move(scope));
    const ArgumentProgress progress = run_arguments(*program, run, bench.context);
    if (!std::holds_alternative<std::monostate>(progress)) state.SkipWithError("not done");
    scope = std::move(run).scope();
  }
}

// A step that makes a variable grow, state.range(0) times from `empty`.
void grow(benchmark::State& state, const std::string& target, const std::string& expr,
          const Value& empty) {
  Bench bench;
  std::vector<ArgumentIssue> issues;
  ArgumentSource source;
  source.target = target;
  source.expr = expr;
  const auto program = compile_arguments(std::span(&source, 1), *bench.names, {}, issues);
  for (auto _ : state) {
    Variables scope = bench.variables;
    scope.set(target, empty);
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      ArgumentRun run(std::move(scope));
      const ArgumentProgress progress = run_arguments(*program, run, bench.context);
      if (!std::holds_alternative<std::monostate>(progress)) state.SkipWithError("not done");
      scope = std::move(run).scope();
    }
  }
}

void add(const std::string& name, const std::string& source) {
  benchmark::RegisterBenchmark(("evaluate/" + name).c_str(), evaluate_source, source);
}

void add_all() {
  add("a + b", "a + b");
  add("a > 5 && b < 10", "a > 5 && b < 10");
  add("name + \" \" + toUpper(other)", "name + \" \" + toUpper(other)");
  add("nested.deep.n * 2", "nested.deep.n * 2");
  add("filter", "filter(kv, \"a\", \"c\")");
  add("merge", "merge(nested, nested)");
  add("format", "format(\"%s is %.2f\", name, a)");
  add("strings", "trim(toLower(name))");
  add("numbers", "round(sqrt(abs(a)), 2)");
  add("lists", "count(list, i)");
  add("containers", "set(nested, \"name\", name)");
  add("times", "strftime(when, \"%Y-%m-%d\")");
  add("encoding", "toJSON(nested)");
  add("match", "name =~ \"^hello\"");
  add("conditional", "flag ? a : b");
  add("literal list", "[a, b, i]");
  const std::string forty = "a > 5 && name != \"x\" ? toUpper(name) : b";
  benchmark::RegisterBenchmark("compile/40 characters", compile_source, forty);
  benchmark::RegisterBenchmark("compile/a + b", compile_source, "a + b");
  benchmark::RegisterBenchmark("step/a + b", run_step, "a + b");
  benchmark::RegisterBenchmark("step/push", grow, "list", "push(list, i)", Value::array({}))
      ->Arg(100'000)
      ->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("step/append", grow, "other", "other + name + \"\\n\"",
                               Value::text("").with_type(Type::String))
      ->Arg(100'000)
      ->Unit(benchmark::kMillisecond);
}

const bool kAdded = (add_all(), true);

}  // namespace
}  // namespace millrace
