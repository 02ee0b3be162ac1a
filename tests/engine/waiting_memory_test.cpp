// What a session takes in memory while it waits for a person.
#include <gtest/gtest.h>
#include <malloc.h>

#include "engine/run_workflow.h"
#include "support/millrace_binary.h"

namespace millrace {
namespace {

TEST(WaitingMemory, ASessionInAPromptTakesAtMost4KiBAndItsVariables) {
  if (support::is_sanitized()) GTEST_SKIP() << "sanitizers keep books of their own";
  constexpr std::size_t kSessions = 100'000;
  const Ref<const Plan> plan = plan_of(R"(
workflows:
  asks:
    steps: [ { stepID: 1, kind: prompt, ref: alert, arguments: [ { target: message, value: hello } ] } ]
    paths: []
)");
  ScriptedEffects effects;
  Random random(1);
  Shard shard(TimeMode::real);
  shard.run([&](Scope& main) -> Task<void> {
    Scope home(main, "home", {.fail_fast = false});
    Sessions sessions(home, effects, random);
    const std::size_t before = mallinfo2().uordblks;
    for (std::size_t i = 0; i < kSessions; ++i) sessions.start(home, {.plan = plan, .scope = {}});
    while (sessions.prompts_open() < kSessions) (void)co_await home.yield();
    const std::size_t each = (mallinfo2().uordblks - before) / kSessions;
    RecordProperty("bytes", static_cast<int>(each));
    EXPECT_LE(each, 4096U);
    // All of them can be ended at once.
    co_await sessions.close();
    EXPECT_EQ(sessions.size(), 0U);
    co_await home.close();
  });
  EXPECT_EQ(shard.live_scopes(), 0U);
}

}  // namespace
}  // namespace millrace
