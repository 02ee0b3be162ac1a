// Sessions that outlive their process: one process after another on the same store.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/recovery.h"
#include "engine/run_workflow.h"
#include "store/forwarding_journal.h"
#include "store/memory/memory_store.h"

namespace millrace {

// Several processes, one after another: each has memory of its own, and all have one store.
class DurableSessions : public testing::Test {
 protected:
  struct Process {
    Scope& main;
    Sessions& sessions;
    Recovery& recovery;
    Journal& journal;

    std::uint64_t start(std::string_view yaml, Dict scope = {},
                        Recording::From from = Recording::From::start) {
      Sessions::Start start{.plan = plan_of(yaml), .scope = std::move(scope)};
      start.recording.from = from;
      start.recording.kept = std::chrono::hours(24);
      return sessions.start(main, std::move(start));
    }
    Task<void> pass(Nanos time) { (void)co_await main.sleep_for(time, "a test"); }
  };
  using Life = std::function<Task<void>(Process)>;

  // Refuses as many of the next records as a test says, and notes what becomes of bodies.
  class Watched final : public ForwardingJournal {
   public:
    Watched(Shard& shard, Journal& journal, int& refusals, std::vector<std::string>& bodies)
        : ForwardingJournal(journal), shard_(shard), refusals_(refusals), bodies_(bodies) {}
    void put_chunk(ChunkPlace place, std::string bytes, Done done) override {
      bodies_.push_back(fmt::format("put {}.{}", place.body, place.number));
      ForwardingJournal::put_chunk(place, std::move(bytes), std::move(done));
    }
    void drop_body(std::uint64_t session, std::uint64_t body, Done done) override {
      bodies_.push_back(fmt::format("drop {}", body));
      ForwardingJournal::drop_body(session, body, std::move(done));
    }
    Task<Result<std::optional<std::string>>> chunk(Scope& scope, ChunkPlace place) override {
      bodies_.push_back(fmt::format("read {}.{}", place.body, place.number));
      return ForwardingJournal::chunk(scope, place);
    }
    void append(SessionRecord record, Done done) override {
      written.emplace_back(record.session, record.kind);
      if (refusals_ == 0) return ForwardingJournal::append(std::move(record), std::move(done));
      --refusals_;
      shard_.post(
          [done = std::move(done)] { done(Error(ErrorKind::unavailable, "the disk is full")); });
    }

    std::vector<std::pair<std::uint64_t, RecordKind>> written;

   private:
    Shard& shard_;
    int& refusals_;
    std::vector<std::string>& bodies_;
  };

  // What is in memory at its end is gone.
  void process(const std::string& yaml, Life life, ScriptedPeople* people = nullptr) {
    Shard shard(TimeMode::simulated, start_);
    Random random(++seed_);
    TextPlans plans(yaml);
    const auto stored = store_.journal(shard);
    Watched journal(shard, *stored, refusals, bodies);
    shard.run([&](Scope& main) -> Task<void> {
      Scope home(main, "home", {.fail_fast = false});
      Sessions sessions(home, effects, random, &plans, people);
      sessions.record_in(journal, ++epoch_, std::chrono::minutes(1));
      Recovery recovery(home, sessions, journal, stand_ins(), {});
      sessions.find_earlier_in(recovery);
      auto summary = co_await recovery.recover(main);
      EXPECT_TRUE(summary) << summary.error().to_line();
      if (summary) recovered = std::move(*summary);
      co_await life(Process{home, sessions, recovery, journal});
      sessions.leave_all();
      co_await sessions.close();
      co_await home.close();
      written = std::move(journal.written);
    });
    EXPECT_EQ(shard.live_scopes(), 0U);
    start_ = shard.clock().wall() + downtime;
  }

  Task<StoredSession> stored(Process process, std::uint64_t session) {
    auto found = co_await process.journal.find(process.main, session);
    EXPECT_TRUE(found && *found) << session;
    co_return found&&* found ? std::move(**found) : StoredSession();
  }
  Task<SessionOutcome> outcome(Process process, std::uint64_t session) {
    const StoredSession found = co_await stored(process, session);
    EXPECT_EQ(found.record.kind, RecordKind::ended);
    if (found.record.kind != RecordKind::ended) co_return SessionOutcome();
    auto outcome = read_outcome(found.record.payload);
    EXPECT_TRUE(outcome) << outcome.error().to_line();
    co_return outcome ? std::move(*outcome) : SessionOutcome();
  }

  // Remembers the urls that are called; each call takes so long.
  void answer_after(Nanos takes) {
    effects.functions["httpRequestSend"] = [this, takes](Scope& step,
                                                         FunctionCall call) -> Task<Result<Dict>> {
      urls.emplace_back(call.arguments.find("url")->as_text());
      auto slept = co_await step.sleep_for(takes, "waiting for the answer");
      if (!slept) co_return slept.error();
      co_return Dict{{"status", Value::text("200 OK")}};
    };
  }

  ScriptedEffects effects;
  std::vector<std::string> urls;
  Recovery::Summary recovered;
  std::vector<std::pair<std::uint64_t, RecordKind>> written;  // by the last process
  Nanos downtime = std::chrono::seconds(10);
  int refusals = 0;                 // of records, from now on
  std::vector<std::string> bodies;  // "put 1.0", "read 1.0", "drop 1"

 private:
  MemoryStore store_;
  WallTime start_{std::chrono::seconds(1'800'000'000)};
  std::uint64_t epoch_ = 0;
  std::uint64_t seed_ = 0;
};

}  // namespace millrace
