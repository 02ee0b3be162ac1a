// A machine as bytes: what they refuse, and what they keep. That a session goes on from them as it
// would have is shown at every step of tests/simulation.
#include "engine/frontier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/run_workflow.h"

namespace millrace {
namespace {

using testing::HasSubstr;

constexpr std::string_view kWorkflow = R"(
workflows:
  waits:
    scope: { l: { "@type": Array, "@value": [ 1, 2, 3 ] }, t: { "@type": String, "@value": "a long text that no handle holds" } }
    steps:
      - { stepID: 1, kind: error-handler, results: [ { target: e, expr: errorMessage } ] }
      - { stepID: 2, kind: iterator, ref: loopEach, arguments: [ { target: items, type: Array, expr: l } ], results: [ { target: i, expr: item } ] }
      - { stepID: 3, kind: gateway, ref: fork }
      - { stepID: 4, kind: delay, arguments: [ { target: offset, type: Duration, value: 5s } ] }
      - { stepID: 5, kind: prompt, ref: alert, arguments: [ { target: message, type: String, expr: t } ] }
      - { stepID: 6, kind: debug }
      - { stepID: 7, kind: gateway, ref: join }
      - { stepID: 8, kind: debug }
      - { stepID: 9, kind: debug }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 9 }
      - { parentID: 2, childID: 3 }
      - { parentID: 2, childID: 8 }
      - { parentID: 3, childID: 4 }
      - { parentID: 3, childID: 5 }
      - { parentID: 3, childID: 6 }
      - { parentID: 4, childID: 7 }
      - { parentID: 6, childID: 7 }
)";

class Frontier : public testing::Test {
 protected:
  Frontier() {
    EXPECT_TRUE(machine.start(Variables(plan->names(), plan->initial_scope())));
    EXPECT_FALSE(machine.advance(Moment{}, 100));
    packed = *pack_frontier(machine);
  }
  Result<std::unique_ptr<SessionMachine>> again(std::string_view bytes) const {
    return unpack_frontier(bytes, packed.readers, plan, {});
  }

  Ref<const Plan> plan = plan_of(kWorkflow);
  SessionMachine machine{plan, {}, 1};
  PackedFrontier packed;
};

TEST_F(Frontier, KeepsWhatIsWaitedFor) {
  auto back = again(packed.bytes);
  ASSERT_TRUE(back) << back.error().to_line();
  EXPECT_EQ((*back)->all_waiting(), machine.all_waiting());
  EXPECT_EQ((*back)->take_effects(), machine.all_waiting());
  EXPECT_EQ((*back)->executed(), machine.executed());
  EXPECT_EQ(pack_frontier(**back)->bytes.size(), packed.bytes.size());
  const State* prompt = nullptr;
  for (const std::uint64_t id : machine.all_waiting()) {
    const State* state = (*back)->waiting(id);
    if (plan->step(state->step).kind == StepKind::prompt) prompt = state;
  }
  ASSERT_NE(prompt, nullptr);
  EXPECT_EQ(std::get<PromptEffect>(prompt->effect->what).arguments.find("message")->as_text(),
            "a long text that no handle holds");
}

TEST_F(Frontier, IsSmall) { EXPECT_LT(packed.bytes.size(), 1000U); }

TEST_F(Frontier, RefusesAnotherVersionAndSaysWhatToDo) {
  std::string bytes = packed.bytes;
  bytes[0] = 99;
  auto back = again(bytes);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().kind(), ErrorKind::invalid);
  EXPECT_THAT(back.error().message(), HasSubstr("use the release that wrote it"));
}

TEST_F(Frontier, RefusesAnotherDefinition) {
  const std::string_view other = R"(
workflows:
  waits: { steps: [ { stepID: 1, kind: debug } ], paths: [] }
)";
  auto back = unpack_frontier(packed.bytes, packed.readers, plan_of(other), {});
  ASSERT_FALSE(back);
  EXPECT_THAT(back.error().message(), HasSubstr("another version of workflow \"waits\""));
}

// Whatever is cut off or changed, it is an error or another session, and never worse.
TEST_F(Frontier, DamagedBytesDoNoHarm) {
  for (std::size_t size = 0; size < packed.bytes.size(); ++size) {
    EXPECT_FALSE(again(std::string_view(packed.bytes).substr(0, size))) << size;
  }
  Random random(5);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = packed.bytes;
    for (std::uint64_t left = 1 + random.below(3); left > 0; --left) {
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    }
    auto back = again(bytes);
    if (back) (void)pack_frontier(**back);
  }
}

}  // namespace
}  // namespace millrace
