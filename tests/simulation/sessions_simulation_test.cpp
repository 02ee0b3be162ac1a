// Many sessions of random workflows side by side on one shard whose clock is simulated, with
// scopes, tasks, timers, prompts, limits and cancels: nothing of any of them is left when all have
// ended, and the same seed is the same run.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/sessions.h"
#include "simulation/random_effects.h"
#include "simulation/random_plans.h"
#include "support/millrace_binary.h"

namespace millrace::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Answers prompts after a while, some never.
class Answering final : public SessionFollower {
 public:
  Answering(Scope& scope, Random& random) : scope_(scope), random_(random) {}

  void prompted(const OpenPrompt& prompt) override {
    if (random_.below(10) == 0) return;
    scope_.start("a person", [this, prompt](Scope& scope) -> Task<Result<void>> {
      (void)co_await scope.sleep_for(milliseconds(random_.below(5000)), "thinking");
      const auto answer = static_cast<std::int64_t>(random_.below(5));
      sessions->answer(prompt.session, prompt.state, Dict{{"answer", Value::integer(answer)}});
      co_return Result<void>();
    });
  }
  void only_prompts_left() override {
    for (const OpenPrompt& prompt : sessions->prompts()) sessions->leave(prompt.session);
  }
  Sessions* sessions = nullptr;

 private:
  Scope& scope_;
  Random& random_;
};

struct History {
  std::string text;
  std::size_t ended = 0;
  std::size_t steps = 0;
};

History run_shard(const RandomPlans& made, std::uint64_t seed, std::size_t sessions_wanted) {
  History history;
  Random random(seed);
  Shard shard(TimeMode::simulated);
  shard.run([&](Scope& main) -> Task<void> {
    Scope home(main, "home", {.fail_fast = false});
    RandomEffects effects(random);
    PlanList plans(made.plans);
    Answering answering(home, random);
    Sessions sessions(home, effects, random, &plans, &answering);
    answering.sessions = &sessions;
    std::vector<std::uint64_t> ids;
    for (std::size_t i = 0; i < sessions_wanted; ++i) {
      Sessions::Start start{.plan = made.plans[random.below(made.plans.size())], .scope = {}};
      start.options.trace.steps = 10'000;
      if (random.below(5) == 0) {
        start.options.limit = Limit{milliseconds(1 + random.below(6000)), "by chance"};
      }
      if (random.below(3) == 0) {
        start.receiver = [&effects](Scope& session, const SessionReport&) -> Task<void> {
          (void)co_await effects.sometime(session);
        };
      }
      start.ended = [&, i](const SessionReport& report) {
        ++history.ended;
        history.steps += report.steps.size();
        history.text +=
            fmt::format("{} {} {} {}\n", shard.now().time_since_epoch() / milliseconds(1), i,
                        to_string(report.status), report.steps.size());
      };
      ids.push_back(sessions.start(home, std::move(start)));
      if (random.below(4) == 0) (void)co_await home.sleep_for(milliseconds(random.below(700)), "");
      if (random.below(6) == 0) {
        sessions.cancel(ids[random.below(ids.size())], StopCause::user, "by chance");
      }
    }
    // Some are ended by the end of their owner.
    if (random.below(3) == 0) {
      (void)co_await home.sleep_for(milliseconds(random.below(4000)), "");
      home.cancel(StopCause::shutdown, "by chance");
    }
    co_await sessions.join();
    EXPECT_EQ(sessions.size(), 0U);
    co_await home.close();
  });
  EXPECT_EQ(history.ended, sessions_wanted);
  EXPECT_EQ(shard.live_scopes(), 0U);
  return history;
}

TEST(SessionsSimulation, LeavesNothingBehindAndRepeatsItself) {
  const std::uint64_t wanted =
      from_environment("MILLRACE_SIMULATION_SESSIONS", support::is_sanitized() ? 2'000 : 20'000);
  std::size_t sessions = 0;
  std::size_t steps = 0;
  for (std::uint64_t seed = 1; sessions < wanted; ++seed) {
    const RandomPlans made = random_plans(seed);
    const std::size_t side_by_side = 1 + seed % 20;
    const History first = run_shard(made, seed, side_by_side);
    const History again = run_shard(made, seed, side_by_side);
    ASSERT_EQ(first.text, again.text) << "seed " << seed;
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
    sessions += 2 * side_by_side;
    steps += first.steps + again.steps;
  }
  std::cout << sessions << " sessions, " << steps << " steps\n";
}

}  // namespace
}  // namespace millrace::simulation
