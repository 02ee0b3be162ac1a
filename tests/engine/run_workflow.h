// Runs a workflow given as YAML on a simulated shard, with effects that a test scripts.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "engine/session.h"
#include "value/json.h"
#include "workflow/read.h"
#include "workflow/stand_ins.h"

namespace millrace {

// Functions answer what the test says, after the time it says; lines come one by one.
class ScriptedEffects final : public Effects {
 public:
  using Behaviour = std::function<Task<Result<Dict>>(Scope& step, FunctionCall call)>;

  Task<Result<Dict>> call(Scope& step, Scope&, FunctionCall call) override {
    ++calls;
    auto found = functions.find(call.ref);
    if (found == functions.end()) co_return Dict();
    co_return co_await found->second(step, std::move(call));
  }
  Task<Result<void>> drain(Scope& step, Ref<Reader> reader) override {
    ++drains;
    auto* scripted = dynamic_cast<ScriptedReader*>(reader.get());
    auto slept = co_await step.sleep_for(std::chrono::seconds(1), "reading");
    if (!slept) co_return slept.error();
    if (scripted != nullptr) scripted->arrived = true;
    co_return Result<void>();
  }
  Task<Result<void>> settle(Scope& step, Scope&) override {
    co_return co_await step.sleep_for(settling, "settling");
  }
  std::unique_ptr<LineSource> lines(Ref<Reader> reader) override {
    return std::make_unique<Lines>(std::string(**reader->drained()));
  }

  // Has its content only once it has been drained.
  class ScriptedReader final : public Reader {
   public:
    explicit ScriptedReader(std::string content) : content_(std::move(content)) {}
    std::optional<Result<std::string_view>> drained() const override {
      if (!arrived) return std::nullopt;
      return Result<std::string_view>(content_);
    }
    std::size_t bytes_held() const override { return content_.size(); }
    bool arrived = false;

   private:
    std::string content_;
  };

  std::map<std::string, Behaviour> functions;
  Nanos settling{};  // before a delay
  int calls = 0;
  int drains = 0;

 private:
  // Every second line is there already, so that both ways are taken.
  class Lines final : public LineSource {
   public:
    explicit Lines(std::string text) : rest_(std::move(text)) {}
    std::optional<std::string_view> ready() override {
      if (++count_ % 2 == 0 || rest_.empty()) return std::nullopt;
      line_ = cut();
      return line_;
    }
    Task<Result<std::optional<std::string>>> next(Scope& step) override {
      auto slept = co_await step.sleep_for(std::chrono::milliseconds(1), "reading a line");
      if (!slept) co_return slept.error();
      if (rest_.empty()) co_return std::optional<std::string>();
      co_return std::optional<std::string>(cut());
    }

   private:
    std::string cut() {
      const auto end = rest_.find('\n');
      std::string line = rest_.substr(0, end);
      rest_ = end == std::string::npos ? std::string() : rest_.substr(end + 1);
      return line;
    }
    std::string rest_;
    std::string line_;
    int count_ = 0;
  };
};

inline Ref<const Plan> plan_of(std::string_view yaml) {
  auto document = read_document(yaml, "test.yaml", Format::yaml);
  EXPECT_TRUE(document) << document.error().to_line();
  auto plan = compile_plan(document->workflows.front(), stand_ins());
  EXPECT_TRUE(plan) << plan.error().to_line();
  return *plan;
}

struct Ran {
  SessionReport report;
  std::string steps;  // "1 2 1 3"
  TimePoint ended;

  std::string var(std::string_view name) const {
    const Value* value = report.vars.find(name);
    return value == nullptr ? "(none)" : *to_typed_json(*value);
  }
  std::string error() const {
    return report.failure ? report.failure->error.message() : std::string();
  }
};

inline Ran run_workflow(std::string_view yaml, std::string_view input, ScriptedEffects& effects,
                        SessionOptions options = {}) {
  Ran ran;
  const Ref<const Plan> plan = plan_of(yaml);
  auto given = from_json_input(input);
  EXPECT_TRUE(given) << given.error().to_line();
  Dict scope = plan->initial_scope();
  for (const auto& entry : *given) scope.set(entry.key(), entry.value);
  options.machine.recorded_steps = 10'000;
  Shard shard(TimeMode::simulated);
  Random random(1);
  shard.run([&](Scope& main) -> Task<void> {
    ran.report =
        co_await run_session(main, plan, Variables(plan->names(), scope), effects, random, options,
                             [](Scope&, const SessionReport&) -> Task<void> { co_return; });
  });
  EXPECT_EQ(shard.live_scopes(), 0U);
  for (const std::uint32_t step : ran.report.steps) {
    if (!ran.steps.empty()) ran.steps += ' ';
    ran.steps += plan->step(step).id;
  }
  ran.ended = shard.now();
  return ran;
}

inline Ran run_workflow(std::string_view yaml, std::string_view input = "{}") {
  ScriptedEffects effects;
  return run_workflow(yaml, input, effects);
}

}  // namespace millrace
