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

#include "engine/piece_reader.h"
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

// A stream that is too large for a record, and there only once it has been drained.
class LargeStream final : public Reader {
 public:
  static constexpr std::int64_t kSize = 70'010;
  std::optional<Result<std::string_view>> drained() const override {
    static const std::string kContent = [] {
      std::string text;
      for (int line = 0; line < 10; ++line) text += std::string(kSize / 10 - 1, 'x') + "\n";
      return text;
    }();
    if (!is_drained) return std::nullopt;
    return Result<std::string_view>(kContent);
  }
  std::size_t bytes_held() const override { return 0; }
  bool is_drained = false;
};

// Counts, beside what it does, how often each call of a step began; some give large streams.
class CountedEffects final : public Effects {
 public:
  CountedEffects(Random& random, std::map<std::string, int>& begun)
      : effects_(random), random_(random), begun_(begun) {}

  Task<Result<Dict>> call(Scope& step, Scope& session, FunctionCall call) override {
    const Value* once = call.arguments.find("url");
    if (once != nullptr && once->is_text() && once->as_text() == "http://once/") {
      ++begun_[fmt::format("{} {} {}", call.session, call.execution, call.step)];
    }
    auto results = co_await effects_.call(step, session, std::move(call));
    if (results && random_.below(8) == 0) {
      results->set("body", Value::reader(make_ref<LargeStream>()).with_type(Type::Reader));
      results->set("contentLength", Value::integer(LargeStream::kSize));
    }
    co_return results;
  }
  Task<Result<void>> drain(Scope& step, Ref<Reader> reader) override {
    if (reader->drained()) co_return co_await effects_.drain(step, reader);
    if (auto* late = dynamic_cast<LateReader*>(reader.get())) {
      auto opened = co_await late->opened(step);
      if (!opened) co_return opened.error();
      co_return co_await drain(step, std::move(*opened));
    }
    if (auto* stored = dynamic_cast<PieceReader*>(reader.get())) {
      auto whole = co_await stored->piece(step, 0);  // there is but one
      if (!whole) co_return whole.error();
      stored->adopt(std::move(*whole));
    }
    auto slept = co_await effects_.drain(step, reader);
    if (!slept) co_return slept;
    if (auto* large = dynamic_cast<LargeStream*>(reader.get())) large->is_drained = true;
    co_return Result<void>();
  }
  Task<Result<void>> settle(Scope& step, Scope& session) override {
    return effects_.settle(step, session);
  }
  bool is_settled(Scope& session) override { return effects_.is_settled(session); }
  void hand_over(const Dict& vars, Scope& receiver) override { effects_.hand_over(vars, receiver); }
  std::unique_ptr<LineSource> lines(Ref<Reader> reader, std::uint64_t from) override {
    return std::make_unique<DrainedLines>(*this, std::move(reader), from);
  }

 private:
  class DrainedLines final : public LineSource {
   public:
    DrainedLines(CountedEffects& effects, Ref<Reader> reader, std::uint64_t from)
        : effects_(effects), reader_(std::move(reader)), from_(from) {}
    Task<Result<std::string>> next(Scope& step) override {
      if (!lines_) {
        auto drained = co_await effects_.drain(step, reader_);
        if (!drained) co_return drained.error();
        if (const auto content = reader_->drained(); !*content) co_return content->error();
        lines_ = effects_.effects_.lines(reader_, from_);
      }
      co_return co_await lines_->next(step);
    }

   private:
    CountedEffects& effects_;
    Ref<Reader> reader_;
    std::uint64_t from_;
    std::unique_ptr<LineSource> lines_;
  };

  RandomEffects effects_;
  Random& random_;
  std::map<std::string, int>& begun_;
};

// Refuses a record now and then, and those that come for a while after it, as a full disk does.
class RefusingJournal final : public ForwardingJournal {
 public:
  RefusingJournal(Shard& shard, Journal& journal, Random& random, bool refuses)
      : ForwardingJournal(journal), shard_(shard), random_(random), refuses_(refuses) {}
  void append(SessionRecord record, Done done) override {
    if (left_ == 0 && refuses_ && random_.below(20) == 0) left_ = 1 + random_.below(4);
    if (left_ == 0) return journal_.append(std::move(record), std::move(done));
    --left_;
    shard_.post([done = std::move(done)] {
      done(Error(ErrorKind::unavailable, "the disk of the store is full"));
    });
  }

 private:
  Shard& shard_;
  Random& random_;
  bool refuses_;
  std::uint64_t left_ = 0;
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
    // The clock may be far ahead when the next one begins.
    const bool is_long = random_.below(20) == 0;
    now_ = shard.clock().wall() + milliseconds(random_.below(is_long ? 400'000'000 : 5000));
    return gone;
  }

  Task<bool> inside(Scope& main, Journal& kept, bool may_go) {
    Event over;
    const std::uint64_t after = may_go ? random_.below(5) : UINT64_MAX;
    CrashingJournal crashing(main.shard(), kept, after, random_.below(2) == 0,
                             [&over] { over.set(); });
    RefusingJournal journal(main.shard(), crashing, random_, may_go && random_.below(4) == 0);
    bool has_failed = false;
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
      has_failed = !lived;
      over.set();
      co_return lived;
    });
    (void)co_await main.wait_for_end(over, "the end of a life");
    sessions.leave_all();
    home.cancel(StopCause::shutdown, "the process goes");
    co_await sessions.close();
    co_await home.close();
    // One that cannot recover, for its disk is full, goes as well.
    co_return crashing.is_gone() || has_failed;
  }

  Task<Result<void>> live_on(Scope& life, Scope& home, Sessions& sessions, Recovery& recovery,
                             Journal& journal) {
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
      const Dict input{{"answer", Value::integer(answer)}};
      if (!sessions.answer(prompt.session, prompt.state, input)) continue;
      EXPECT_FALSE(sessions.answer(prompt.session, prompt.state, input)) << "answered twice";
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
      // A piece of a body that is missing is one.
      EXPECT_TRUE(!outcome->error || outcome->error->kind() != ErrorKind::bug)
          << outcome->error->to_line();
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
