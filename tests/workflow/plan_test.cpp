#include "workflow/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "workflow/reading.h"

namespace millrace {
namespace {

using testing::ElementsAre;

Ref<Plan> plan_of(std::string_view text) {
  auto plan = compile_plan(one_workflow(text), stand_ins());
  EXPECT_TRUE(plan) << plan.error().to_line();
  return plan ? *plan : Ref<Plan>();
}

TEST(Plan, LaysOutStepsAndPathsByIndex) {
  const auto plan =
      plan_of(flow("      - { stepID: 7, kind: gateway, ref: excl }\n"
                   "      - { stepID: 8, kind: visual }\n"
                   "      - { stepID: 9, kind: gateway, ref: join }\n"
                   "      - { stepID: 10, kind: debug }\n",
                   "[ { parentID: 7, childID: 9, expr: 'x > 1' }, { parentID: 7, childID: 10 }, "
                   "{ parentID: 10, childID: 9 } ]"));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->handle(), "flow");
  const PlanStep& gateway = plan->step(0);
  EXPECT_EQ(gateway.kind, StepKind::gateway_exclusive);
  ASSERT_EQ(gateway.paths.size(), 2U);
  EXPECT_EQ(gateway.paths[0].child, 2U);
  EXPECT_EQ(gateway.paths[0].condition->source(), "x > 1");
  EXPECT_FALSE(gateway.paths[1].condition);
  EXPECT_EQ(plan->step(1).kind, StepKind::visual);
  EXPECT_THAT(plan->step(2).inbound, ElementsAre(0, 2));
  EXPECT_EQ(plan->parent_of(2), 3U);
  EXPECT_EQ(plan->find_step("10"), 3U);
  EXPECT_EQ(plan->find_step("11"), std::nullopt);
}

TEST(Plan, KnowsWhereToStart) {
  const auto one =
      plan_of(flow("      - { stepID: 1, kind: debug }\n"
                   "      - { stepID: 2, kind: debug }\n",
                   "[ { parentID: 1, childID: 2 } ]"));
  EXPECT_EQ(*one->start(""), 0U);
  EXPECT_EQ(*one->start("2"), 1U);
  EXPECT_EQ(one->start("3").error().message(), "workflow \"flow\" has no step \"3\" to start at");
  const auto several =
      plan_of(flow("      - { stepID: 1, kind: debug }\n"
                   "      - { stepID: 2, kind: debug }\n"));
  EXPECT_EQ(several->start("").error().message(),
            "workflow \"flow\" has several starting steps (1, 2): name the one to start at (--step "
            "ID)");
  const auto none =
      plan_of(flow("      - { stepID: 1, kind: debug }\n", "[ { parentID: 1, childID: 1 } ]"));
  EXPECT_EQ(none->start("").error().message(),
            "workflow \"flow\" has no starting step, for a path leads to each of its steps: name "
            "the one to start at (--step ID)");
  for (const char* empty : {"      []\n", "      - { stepID: 1, kind: visual }\n"}) {
    EXPECT_EQ(plan_of(flow(empty))->start("").error().message(),
              "workflow \"flow\" has no steps: there is nothing to run");
  }
}

TEST(Plan, CompilesLoopsHandlersAndSettings) {
  const auto plan = plan_of(
      "workflows:\n"
      "  flow:\n"
      "    scope: { n: { '@type': Integer, '@value': 4 }, plain: [1] }\n"
      "    limits: { timeout: 5m, cleanup: 1s, steps: 100, overlap: skip }\n"
      "    steps:\n"
      "      - { stepID: 1, kind: error-handler, results: [ { target: m.x, type: String, expr: "
      "errorMessage } ] }\n"
      "      - { stepID: 2, kind: iterator, ref: loopDo, arguments: [ { target: while, type: "
      "String, expr: '\"n < 4\"' } ] }\n"
      "      - { stepID: 3, kind: delay, arguments: [ { target: offset, type: Duration, value: 1s "
      "} ] }\n"
      "      - stepID: 4\n"
      "        kind: function\n"
      "        ref: logInfo\n"
      "        arguments: [ { target: message, expr: \"'a'\" } ]\n"
      "        limits: { timeout: 2s }\n"
      "        effect: at-most-once\n"
      "        retry: { attempts: 3, backoff: 1s, maxBackoff: 10s, jitter: 0.5, kinds: [deadline] "
      "}\n"
      "    paths: [ { parentID: 1, childID: 2 }, { parentID: 1, childID: 4 }, "
      "{ parentID: 2, childID: 3 }, { parentID: 2, childID: 4 } ]\n");
  ASSERT_TRUE(plan);
  const PlanStep& handler = plan->step(0);
  ASSERT_EQ(handler.handler_results.size(), 1U);
  EXPECT_EQ(handler.handler_results[0].fact, HandlerFact::message);
  EXPECT_EQ(handler.handler_results[0].target, "m.x");
  EXPECT_EQ(plan->names()->name(handler.handler_results[0].slot), "m");
  EXPECT_TRUE(handler.has_handler());
  EXPECT_EQ(plan->step(1).loop_condition->source(), "n < 4");
  EXPECT_EQ(plan->step(1).body(), 2U);
  EXPECT_EQ(plan->step(1).exit(), 3U);
  EXPECT_TRUE(plan->deferred());
  const PlanStep& log = plan->step(3);
  EXPECT_EQ(log.signature->ref, "logInfo");
  EXPECT_EQ(log.timeout, std::chrono::seconds(2));
  EXPECT_EQ(log.delivery, Delivery::at_most_once);
  EXPECT_EQ(log.retry->attempts, 3U);
  EXPECT_EQ(log.retry->max_backoff, std::chrono::seconds(10));
  EXPECT_THAT(log.retry->kinds, ElementsAre(ErrorKind::deadline));
  EXPECT_EQ(plan->limits().timeout, std::chrono::minutes(5));
  EXPECT_EQ(plan->limits().cleanup, std::chrono::seconds(1));
  EXPECT_EQ(plan->limits().steps, 100U);
  EXPECT_EQ(plan->limits().overlap, Overlap::skip);
  EXPECT_EQ(*plan->initial_scope().find("n"), Value::integer(4).with_type(Type::Integer));
  EXPECT_TRUE(plan->initial_scope().find("plain")->is_list());
}

TEST(Plan, HoldsTheEarlierOfTheTwoTimeoutsOfAStep) {
  const auto timeout_of = [](const std::string& fields) {
    return plan_of(flow("      - { stepID: 1, kind: debug" + fields + " }\n"))->step(0).timeout;
  };
  using std::chrono::seconds;
  EXPECT_EQ(timeout_of(""), std::nullopt);
  EXPECT_EQ(timeout_of(", meta: { timeout: 3s }"), seconds(3));
  EXPECT_EQ(timeout_of(", meta: { timeout: null }"), std::nullopt);
  EXPECT_EQ(timeout_of(", meta: { timeout: 3s }, limits: { timeout: 2s }"), seconds(2));
  EXPECT_EQ(timeout_of(", meta: { timeout: 1s }, limits: { timeout: 2s }"), seconds(1));
  EXPECT_EQ(timeout_of(", meta: { timeout: 1s }, limits: {}"), seconds(1));
  EXPECT_EQ(timeout_of(", meta: { name: a }, limits: { timeout: 2s }"), seconds(2));
}

TEST(Plan, TellsTheFirstIssueOfWhatDoesNotVerify) {
  const auto plan =
      compile_plan(one_workflow(flow("      - { stepID: 1, kind: x }\n")), stand_ins());
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().to_line(), "file:4:28: unknown kind of step \"x\"");
}

TEST(Plan, IsNamedByItsContentAlone) {
  const std::string text = flow("      - { stepID: 1, kind: debug }\n");
  const std::string name = content_hash(one_workflow(text));
  EXPECT_EQ(name.size(), 64U);
  EXPECT_EQ(content_hash(one_workflow("# a comment\n" + text)), name);
  EXPECT_EQ(content_hash(one_workflow(R"({"handle": "flow", "steps": [{"stepID": "1", )"
                                      R"("kind": "debug"}]})",
                                      Format::json)),
            name);
  EXPECT_NE(content_hash(one_workflow(flow("      - { stepID: 2, kind: debug }\n"))), name);
}

}  // namespace
}  // namespace millrace
