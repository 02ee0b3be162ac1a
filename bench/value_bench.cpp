// What values cost: arithmetic on handles, maps, changing in place, JSON.
#include <benchmark/benchmark.h>

#include <string>

#include "value/convert.h"
#include "value/json.h"
#include "value/variables.h"

namespace millrace {
namespace {

Dict dict_of(int size) {
  Dict dict;
  for (int i = 0; i < size; ++i) dict.set("key" + std::to_string(i), Value::integer(i));
  return dict;
}

void add_floats(benchmark::State& state) {
  Value a = Value::floating(1.5);
  Value b = Value::floating(0.25);
  for (auto _ : state) {
    benchmark::DoNotOptimize(a);
    benchmark::DoNotOptimize(b);
    const auto left = to_number(a);
    const auto right = to_number(b);
    if (left && right) benchmark::DoNotOptimize(Value::floating(*left + *right));
  }
}
BENCHMARK(add_floats);

void copy_list(benchmark::State& state) {
  const Value list = Value::list({Value::integer(1)});
  for (auto _ : state) benchmark::DoNotOptimize(Value(list));
}
BENCHMARK(copy_list);

// list = push(list, x), 100,000 times: 100 ms at most.
void push_in_place(benchmark::State& state) {
  for (auto _ : state) {
    auto names = make_ref<Names>();
    const std::uint32_t slot = names->add("list");
    Variables variables{Ref<const Names>(names)};
    variables.set(slot, Value::array({}));
    for (int i = 0; i < 100'000; ++i) {
      Value list = variables.take(slot);
      list.push_item(Value::integer(i).with_type(Type::Integer));
      variables.set(slot, std::move(list));
    }
    benchmark::DoNotOptimize(variables);
  }
}
BENCHMARK(push_in_place)->Unit(benchmark::kMillisecond);

void find_in_dict(benchmark::State& state) {
  const Dict dict = dict_of(static_cast<int>(state.range(0)));
  const Value key = Value::text("key3");
  for (auto _ : state) benchmark::DoNotOptimize(dict.find(key));
}
BENCHMARK(find_in_dict)->Arg(4)->Arg(16)->Arg(1000);

void set_in_place(benchmark::State& state) {
  Dict dict = dict_of(static_cast<int>(state.range(0)));
  for (auto _ : state) dict.set("key3", Value::integer(1));
}
BENCHMARK(set_in_place)->Arg(4)->Arg(1000);

// Setting one name of a map that somebody else holds too.
void set_in_shared(benchmark::State& state) {
  const Dict dict = dict_of(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    Dict copy = dict;
    copy.set("key3", Value::integer(1));
    benchmark::DoNotOptimize(copy);
  }
}
BENCHMARK(set_in_shared)->Arg(4)->Arg(1000);

void build_dict(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(dict_of(static_cast<int>(state.range(0))));
}
BENCHMARK(build_dict)->Arg(4)->Arg(16)->Arg(1000);

void fork_variables(benchmark::State& state) {
  auto names = make_ref<Names>();
  for (int i = 0; i < 20; ++i) names->add("name" + std::to_string(i));
  Variables variables{Ref<const Names>(names)};
  for (std::uint32_t i = 0; i < 20; ++i) variables.set(i, Value::integer(i));
  for (auto _ : state) benchmark::DoNotOptimize(Variables(variables));
}
BENCHMARK(fork_variables);

// A megabyte of plain JSON: objects of eight members.
std::string orders() {
  std::string text = "[";
  while (text.size() < 1'000'000) {
    if (text.size() > 1) text += ',';
    text += R"({"id":123456,"name":"Ann Example","total":1234.5,"paid":true,"tags":["a","b"],)"
            R"("city":"Prague","note":null,"description":"twenty-four characters"})";
  }
  return text + "]";
}

void parse_json_text(benchmark::State& state) {
  const std::string text = orders();
  for (auto _ : state) benchmark::DoNotOptimize(*parse_json(text));
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}
BENCHMARK(parse_json_text)->Unit(benchmark::kMillisecond);

void write_json_text(benchmark::State& state) {
  const Value value = *parse_json(orders());
  std::size_t size = 0;
  for (auto _ : state) size = std::get<std::string>(to_json(value)).size();
  state.SetBytesProcessed(static_cast<std::int64_t>(size) * state.iterations());
}
BENCHMARK(write_json_text)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace millrace
