// Sessions of random workflows in a process that goes again and again, at a record, and comes back
// on the same journal. What was acknowledged comes to an end, whatever must not begin twice does
// not, and nothing is left.
//
//   MILLRACE_SIMULATION_CRASHES  how many, for hours by choice
//   MILLRACE_SIMULATION_SEED     the world to begin with: it replays one that failed
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "engine/recovery.h"
#include "function/registry.h"
#include "simulation/crashing_journal.h"
#include "simulation/random_effects.h"
#include "simulation/random_plans.h"
#include "store/memory/memory_store.h"
#include "support/millrace_binary.h"

namespace millrace::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Counts, beside what it does, how often each call of a step began.
class CountedEffects final : public Effects {
 public:
  CountedEffects(Random& random, std::map<std::string, int>& begun)
      : effects_(random), begun_(begun) {}

  Task<Result<Dict>> call(Scope& step, Scope& session, FunctionCall call) override {
    const Value* once = call.arguments.find("url");
    if (once != nullptr && once->is_text() && once->as_text() == "http://once/") {
      ++begun_[fmt::format("{} {} {}", session.name(), call.execution, call.step)];
    }
    return effects_.call(step, session, std::move(call));
  }
  Task<Result<void>> drain(Scope& step, Ref<Reader> reader) override {
    return effects_.drain(step, std::move(reader));
  }
  Task<Result<void>> settle(Scope& step, Scope& session) override {
    return effects_.settle(step, session);
  }
  bool is_settled(Scope& session) override { return effects_.is_settled(session); }
  void hand_over(const Dict& vars, Scope& receiver) override { effects_.hand_over(vars, receiver); }
  std::unique_ptr<LineSource> lines(Ref<Reader> reader, std::uint64_t from) override {
    return effects_.lines(std::move(reader), from);
  }

 private:
  RandomEffects effects_;
  std::map<std::string, int>& begun_;
};

// One store, and the processes that come and go on it.
class CrashingWorld {
 public:
  CrashingWorld(std::uint64_t seed, const RandomPlans& made) : random_(seed), made_(made) {}

  // How often its process went before all that was acknowledged had ended.
  int run(int most) {
    int crashes = 0;
    while (crashes < most && live(true)) ++crashes;
    // The last one stays until the end.
    live(false);
    return crashes;
  }

 private:
  // One process; whether it went before its time.
  bool live(bool may_go) {
    bool gone = false;
    Shard shard(TimeMode::simulated, now_);
    const auto journal = store_.journal(shard);
    shard.run([&](Scope& main) -> Task<void> { gone = co_await inside(main, *journal, may_go); });
    EXPECT_EQ(shard.live_scopes(), 0U);
    now_ = shard.clock().wall() + milliseconds(random_.below(5000));
    return gone;
  }

  Task<bool> inside(Scope& main, Journal& kept, bool may_go) {
    Event over;
    const std::uint64_t after = may_go ? random_.below(5) : UINT64_MAX;
    CrashingJournal journal(main.shard(), kept, after, random_.below(2) == 0,
                            [&over] { over.set(); });
    CountedEffects effects(random_, begun_);
    PlanList plans(made_.plans);
    Scope home(main, "home", {.fail_fast = false});
    Sessions sessions(home, effects, random_, &plans, nullptr);
    // Some leave memory for little.
    sessions.record_in(journal, ++epoch_, milliseconds(random_.below(3000)));
    Recovery recovery(
        home, sessions, journal, standard_registry(),
        // By bad luck the same session is there each time.
        {.machine = {}, .most_attempts = 1'000'000, .ahead = milliseconds(random_.below(5000))});
    sessions.find_earlier_in(recovery);
    home.start("life", [&](Scope& life) -> Task<Result<void>> {
      auto lived = co_await live_on(life, home, sessions, recovery, journal);
      over.set();
      co_return lived;
    });
    (void)co_await main.wait_for_end(over, "the end of a life");
    sessions.leave_all();
    home.cancel(StopCause::shutdown, "the process goes");
    co_await sessions.close();
    co_await home.close();
    co_return journal.is_gone();
  }

  Task<Result<void>> live_on(Scope& life, Scope& home, Sessions& sessions, Recovery& recovery,
                             CrashingJournal& journal) {
    auto recovered = co_await recovery.recover(life);
    if (!recovered) co_return recovered.error();
    EXPECT_EQ(recovered->quarantined.size(), 0U) << recovered->quarantined.front().second.to_line();
    EXPECT_EQ(recovered->damaged.size(), 0U);
    if (epoch_ == 1) start_some(home, sessions);
    for (int second = 0; second < 2'000; ++second) {
      auto slept = co_await life.sleep_for(seconds(1), "what happens");
      if (!slept) co_return slept.error();
      auto woken = co_await recovery.wake_due(life);
      if (!woken) co_return woken.error();
      auto answered = co_await answer_some(life, sessions, recovery, journal);
      if (!answered) co_return answered.error();
      if (sessions.size() > 0) continue;
      auto counts = co_await journal.count(life);
      if (!counts) co_return counts.error();
      if (!any_alive(*counts)) co_return co_await look_at_ends(life, journal);
    }
    std::string alive = fmt::format("{} in memory", sessions.size());
    SessionQuery query;
    query.statuses.assign(kAliveStatuses.begin(), kAliveStatuses.end());
    query.with_payload = true;
    auto left = co_await journal.list(life, query);
    if (!left) co_return left.error();
    for (const StoredSession& stored : left->sessions) {
      auto image = read_image(stored.record.payload);
      alive += fmt::format(
          "; {} {} of {}, {} prompts, in memory: {}, awaited: {}", stored.record.session,
          to_string(stored.record.status), stored.record.workflow, stored.record.prompts.size(),
          sessions.has(stored.record.session), image && image->caller && image->caller->waits);
    }
    ADD_FAILURE() << "sessions without an end: " << alive << "\n" << made_.text;
    co_return Result<void>();
  }

  static bool any_alive(const SessionCounts& counts) {
    std::uint64_t alive = 0;
    for (const SessionStatus status : kAliveStatuses) {
      alive += counts[static_cast<std::size_t>(status)];
    }
    return alive > 0;
  }

  void start_some(Scope& home, Sessions& sessions) {
    for (std::uint64_t left = 1 + random_.below(4); left > 0; --left) {
      Sessions::Start start{.plan = made_.plans[random_.below(made_.plans.size())], .scope = {}};
      start.options.machine.limits.iterations = 1000;
      start.recording.from = Recording::From::start;
      auto id = std::make_shared<std::uint64_t>(0);
      start.recording.started = [this, id](const Result<void>& durable) {
        if (durable) acknowledged_.insert(*id);
      };
      *id = sessions.start(home, std::move(start));
    }
  }

  Task<Result<void>> answer_some(Scope& life, Sessions& sessions, Recovery& recovery,
                                 Journal& journal) {
    auto prompts = co_await journal.prompts(life, {});
    if (!prompts) co_return prompts.error();
    for (const PromptRecord& prompt : *prompts) {
      if (random_.below(4) == 0) continue;
      auto woken = co_await recovery.wake(life, prompt.session);
      if (!woken) co_return woken.error();
      const auto answer = static_cast<std::int64_t>(random_.below(5));
      sessions.answer(prompt.session, prompt.state, Dict{{"answer", Value::integer(answer)}});
    }
    co_return Result<void>();
  }

  Task<Result<void>> look_at_ends(Scope& life, Journal& journal) {
    for (const std::uint64_t session : acknowledged_) {
      auto found = co_await journal.find(life, session);
      if (!found) co_return found.error();
      EXPECT_TRUE(*found) << "session " << session << " was acknowledged and is lost";
      if (!*found) continue;
      const StoredSession& stored = **found;
      EXPECT_EQ(stored.record.kind, RecordKind::ended);
      auto outcome = read_outcome(stored.record.payload);
      EXPECT_TRUE(outcome) << outcome.error().to_line();
    }
    for (const auto& [call, times] : begun_) EXPECT_EQ(times, 1) << call;
    co_return Result<void>();
  }

  Random random_;
  const RandomPlans& made_;
  MemoryStore store_;
  WallTime now_{seconds(1'800'000'000)};
  std::uint64_t epoch_ = 0;
  std::set<std::uint64_t> acknowledged_;
  std::map<std::string, int> begun_;  // calls that must not begin twice
};

TEST(CrashesSimulation, WhatWasAcknowledgedComesToItsEnd) {
  const std::uint64_t wanted =
      from_environment("MILLRACE_SIMULATION_CRASHES", support::is_sanitized() ? 500 : 20'000);
  std::uint64_t crashes = 0;
  std::uint64_t worlds = 0;
  constexpr std::uint64_t kWorldsOfPlans = 50;
  RandomPlans made;
  for (std::uint64_t seed = from_environment("MILLRACE_SIMULATION_SEED", 1); crashes < wanted;
       ++seed) {
    // Making the workflows takes longer than running them.
    if (worlds == 0 || seed % kWorldsOfPlans == 0) made = random_plans(seed / kWorldsOfPlans);
    CrashingWorld world(seed, made);
    crashes += static_cast<std::uint64_t>(world.run(40));
    ++worlds;
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  std::cout << crashes << " crashes in " << worlds << " worlds\n";
}

}  // namespace
}  // namespace millrace::simulation
