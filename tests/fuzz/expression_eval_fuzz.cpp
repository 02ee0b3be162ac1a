// Evaluating over a scope that holds a value of every type, within little fuel. An input that
// begins with "?" is the seed of a generated expression, any other one is the expression itself.
// Evaluation never changes the scope and never waits for what is there.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "expression/argument.h"
#include "expression/generate.h"
#include "value/json.h"

using namespace millrace;

namespace {

std::string source_of(std::string_view input) {
  if (!input.starts_with('?')) return std::string(input);
  std::uint64_t seed = 0;
  std::memcpy(&seed, input.data() + 1, std::min(input.size() - 1, sizeof(seed)));
  return generate_expression(seed);
}

void check_untouched(const Variables& scope) {
  static const std::string before = *to_typed_json(*from_json_input(kGeneratedScope));
  if (*to_typed_json(scope.to_dict()) != before) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string source = source_of(std::string_view(reinterpret_cast<const char*>(data), size));
  ArgumentSource argument;
  argument.target = "v";
  argument.expr = source;
  auto names = make_ref<Names>();
  std::vector<ArgumentIssue> issues;
  const auto program = compile_arguments(std::span(&argument, 1), *names, {}, issues);
  if (!program) return 0;
  Fuel fuel({.operations = 200'000, .bytes = 4 << 20});
  const VirtualClock clock;
  Random random(1);
  EvaluationContext context{fuel, clock, random};
  const Variables scope(names, *from_json_input(kGeneratedScope));
  ArgumentRun run(scope);
  const ArgumentProgress progress = run_arguments(*program, run, context);
  check_untouched(scope);
  if (std::holds_alternative<Needs>(progress)) std::abort();
  if (std::holds_alternative<Error>(progress)) check_untouched(run.scope());
  return 0;
}
