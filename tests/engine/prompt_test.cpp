// What whoever follows the sessions is told of their prompts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/run_workflow.h"

namespace millrace {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

// Does with each prompt what a test says, and writes down what it is told.
class Clerk final : public SessionFollower {
 public:
  void prompted(const OpenPrompt& prompt) override {
    told.push_back("prompted " + prompt.step);
    if (on_prompt) on_prompt(prompt);
  }
  void withdrawn(std::uint64_t, std::uint64_t) override { told.emplace_back("withdrawn"); }
  void only_prompts_left() override {
    told.emplace_back("only prompts left");
    if (on_standstill) on_standstill();
  }
  void ended(const Plan& plan, const SessionReport& report) override {
    told.push_back("ended " + plan.handle() + " " + std::string(to_string(report.status)));
  }

  std::function<void(const OpenPrompt&)> on_prompt;
  std::function<void()> on_standstill;
  std::vector<std::string> told;
};

class OnePlan final : public Plans {
 public:
  explicit OnePlan(Ref<const Plan> plan) : plan_(std::move(plan)) {}
  Result<Ref<const Plan>> find(std::string_view) override { return plan_; }

 private:
  Ref<const Plan> plan_;
};

class Prompts : public testing::Test {
 protected:
  SessionReport run(std::string_view yaml, Plans* plans = nullptr) {
    const Ref<const Plan> plan = plan_of(yaml);
    SessionReport report;
    shard_.run([&](Scope& main) -> Task<void> {
      Sessions sessions(main, effects_, random_, plans, &clerk_);
      sessions_ = &sessions;
      report = co_await run_session(main, sessions, {.plan = plan, .receiver = receiver_});
      co_await sessions.join();
    });
    EXPECT_EQ(shard_.live_scopes(), 0U);
    return report;
  }
  bool answer(const OpenPrompt& prompt) {
    return sessions_->answer(prompt.session, prompt.state, {{"ok", Value::boolean(true)}});
  }

  Shard shard_{TimeMode::simulated};
  Random random_{1};
  ScriptedEffects effects_;
  Clerk clerk_;
  Sessions* sessions_ = nullptr;
  ResultReceiver receiver_;
};

constexpr std::string_view kAsk = R"(
workflows:
  ask:
    enabled: true
    steps:
      - { stepID: 1, kind: prompt, ref: confirm, limits: { timeout: 5s }, results: [ { target: ok, type: Boolean, expr: ok } ] }
    paths: []
)";

// One with a limit is answered a moment before its session goes on.
TEST_F(Prompts, OneThatIsAnsweredIsOpenNoMore) {
  clerk_.on_prompt = [&](const OpenPrompt& prompt) {
    EXPECT_TRUE(answer(prompt));
    EXPECT_FALSE(answer(prompt));
    EXPECT_TRUE(sessions_->prompts().empty());
    EXPECT_FALSE(sessions_->only_prompts_left());
  };
  EXPECT_EQ(run(kAsk).status, Status::completed);
  EXPECT_THAT(clerk_.told, ElementsAre("prompted 1"));
}

TEST_F(Prompts, OneWhoseTimePassesIsWithdrawn) {
  const SessionReport report = run(kAsk);
  EXPECT_EQ(report.failure->error.kind(), ErrorKind::deadline);
  EXPECT_EQ(report.elapsed, seconds(5));
  EXPECT_THAT(clerk_.told, ElementsAre("prompted 1", "only prompts left", "withdrawn"));
}

TEST_F(Prompts, OneWhoseSessionEndsIsWithdrawn) {
  const SessionReport report = run(R"(
workflows:
  ask:
    enabled: true
    steps:
      - { stepID: 1, kind: gateway, ref: fork }
      - { stepID: 2, kind: prompt, ref: confirm }
      - { stepID: 3, kind: delay, arguments: [ { target: offset, type: Duration, value: 5s } ] }
      - { stepID: 4, kind: termination }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 1, childID: 3 }, { parentID: 3, childID: 4 } ]
)");
  EXPECT_EQ(report.status, Status::completed);
  EXPECT_THAT(clerk_.told, ElementsAre("prompted 2", "withdrawn"));
}

constexpr std::string_view kBegin = R"(
workflows:
  begin:
    enabled: true
    steps:
      - { stepID: 1, kind: exec-workflow, arguments: [ { target: workflow, type: Handle, value: other }, { target: wait, type: Boolean, expr: "WAIT" } ] }
    paths: []
)";

std::string beginning(std::string_view wait) {
  std::string text(kBegin);
  return text.replace(text.find("WAIT"), 4, wait);
}

constexpr std::string_view kOther = R"(
workflows:
  other:
    enabled: true
    steps:
      - { stepID: 1, kind: prompt, ref: confirm }
    paths: []
)";

// The last that was doing something is a session whose end takes a while.
TEST_F(Prompts, TheStandstillIsToldThatTheEndOfAnotherSessionLeaves) {
  receiver_ = [](Scope& session, const SessionReport&) -> Task<void> {
    EXPECT_TRUE(co_await session.sleep_for(seconds(1), "printing the result"));
  };
  OnePlan plans(plan_of(kOther));
  clerk_.on_standstill = [&] { sessions_->leave_all(); };
  EXPECT_EQ(run(beginning("false"), &plans).status, Status::completed);
  EXPECT_THAT(clerk_.told,
              ElementsAre("prompted 1", "only prompts left", "withdrawn", "ended other prompted"));
}

TEST_F(Prompts, LeavingAllEndsThoseThatWaitForOthersToo) {
  OnePlan plans(plan_of(kOther));
  clerk_.on_standstill = [&] { sessions_->leave_all(); };
  const SessionReport report = run(beginning("true"), &plans);
  EXPECT_EQ(report.status, Status::running);  // it ran another, and waited for nothing itself
  EXPECT_FALSE(report.failure);
  EXPECT_THAT(clerk_.told, ElementsAre("prompted 1", "only prompts left", "withdrawn"));
}

}  // namespace
}  // namespace millrace
