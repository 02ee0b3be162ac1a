// A world for sessions on a shard whose clock is simulated: functions and readers that take their
// time and fail by chance, and workflows that run one another.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "engine/effects.h"
#include "engine/plans.h"

namespace millrace::simulation {

class RandomEffects : public Effects {
 public:
  explicit RandomEffects(Random& random) : random_(random) {}

  Task<Result<Dict>> call(Scope& step, Scope& /*session*/, FunctionCall /*call*/) override {
    auto slept = co_await sometime(step);
    if (!slept) co_return slept.error();
    if (random_.below(10) == 0) co_return Error(ErrorKind::unavailable, "by chance");
    co_return Dict{{"statusCode", Value::integer(200)},
                   {"body", Value::reader(make_ref<TextReader>("one\ntwo\n\nfour"))}};
  }
  Task<Result<void>> drain(Scope& step, Ref<Reader> /*reader*/) override {
    co_return co_await sometime(step);
  }
  Task<Result<void>> settle(Scope& step, Scope& /*session*/) override {
    co_return co_await sometime(step);
  }
  bool is_settled(Scope& /*session*/) override { return random_.below(2) == 0; }
  void hand_over(const Dict& /*vars*/, Scope& /*receiver*/) override {}
  std::unique_ptr<LineSource> lines(Ref<Reader> reader, std::uint64_t from) override {
    return std::make_unique<Lines>(*this, std::string(**reader->drained()).substr(from));
  }

  // Now and then work goes on although it has been told to stop, as clean-up does.
  Task<Result<void>> sometime(Scope& step) {
    auto slept =
        co_await step.sleep_for(std::chrono::milliseconds(random_.below(3000)), "being busy");
    if (slept || random_.below(3) != 0) co_return slept;
    Scope last(step, "clean-up",
               {.limit = Limit{std::chrono::seconds(9), "clean-up"}, .shielded = true});
    (void)co_await last.sleep_for(std::chrono::milliseconds(random_.below(500)), "cleaning up");
    co_return slept;
  }

 private:
  class Lines final : public LineSource {
   public:
    Lines(RandomEffects& effects, std::string text) : effects_(effects), rest_(std::move(text)) {}
    Task<Result<std::string>> next(Scope& step) override {
      auto slept = co_await effects_.sometime(step);
      if (!slept) co_return slept.error();
      const std::size_t end = std::min(rest_.find('\n'), rest_.size() - 1);
      std::string line = rest_.empty() ? "" : rest_.substr(0, end + 1);
      rest_.erase(0, line.size());
      co_return line;
    }

   private:
    RandomEffects& effects_;
    std::string rest_;
  };

  Random& random_;
};

class PlanList final : public Plans {
 public:
  explicit PlanList(const std::vector<Ref<const Plan>>& plans) : plans_(plans) {}
  Result<Ref<const Plan>> find(std::string_view workflow) override {
    for (const auto& plan : plans_) {
      if (plan->handle() == workflow) return plan;
    }
    return Error(ErrorKind::not_found, "no such workflow");
  }

 private:
  const std::vector<Ref<const Plan>>& plans_;
};

}  // namespace millrace::simulation
