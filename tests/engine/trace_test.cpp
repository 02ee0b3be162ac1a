// The frames of a traced session: one an execution, what each says, and what tracing does not do.
#include "engine/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/run_workflow.h"

namespace millrace {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

Ran run_traced(std::string_view yaml, ScriptedEffects& effects, TraceLimits limits = {100}) {
  SessionOptions options;
  options.trace = limits;
  return run_workflow(yaml, "{}", effects, options);
}

std::vector<std::string> actions(const Ran& ran) {
  std::vector<std::string> all;
  all.reserve(ran.report.frames.size());
  for (const auto& frame : ran.report.frames) all.emplace_back(frame->action);
  return all;
}

constexpr std::string_view kLoop = R"(
workflows:
  loop:
    enabled: true
    scope: { total: { "@type": Integer, "@value": 0 } }
    steps:
      - { stepID: 1, kind: iterator, ref: loopSequence, arguments: [ { target: last, type: Integer, expr: "2" } ], results: [ { target: i, type: Integer, expr: counter } ] }
      - { stepID: 2, kind: expressions, arguments: [ { target: total, type: Integer, expr: total + i + 10 } ] }
      - { stepID: 3, kind: termination }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 3 }
)";

TEST(Trace, ASessionThatIsNotTracedHasNoFrames) {
  const Ran ran = run_workflow(kLoop);
  EXPECT_TRUE(ran.report.frames.empty());
  EXPECT_TRUE(ran.report.all_frames_recorded);
}

TEST(Trace, AFrameAnExecutionWithItsScopeInputAndResults) {
  ScriptedEffects effects;
  const Ran ran = run_traced(kLoop, effects);
  EXPECT_EQ(ran.steps, "1 2 1 2 1 3");
  ASSERT_EQ(ran.report.frames.size(), ran.report.steps.size());
  for (std::size_t i = 0; i < ran.report.steps.size(); ++i) {
    EXPECT_EQ(ran.report.frames[i]->step, ran.report.steps[i]);
  }
  EXPECT_THAT(actions(ran), ElementsAre("next pass", "", "next pass", "", "exit", "terminated"));

  const Frame& entry = *ran.report.frames[0];
  EXPECT_FALSE(entry.parent);
  EXPECT_EQ(*to_typed_json(entry.input), R"({"last":{"@type":"Integer","@value":2}})");
  EXPECT_EQ(*to_typed_json(entry.results), R"({"i":{"@type":"Integer","@value":0}})");
  EXPECT_THAT(entry.next, ElementsAre(1));

  const Frame& second = *ran.report.frames[3];
  EXPECT_EQ(second.parent, 0U);
  EXPECT_EQ(*to_typed_json(second.scope),
            R"({"i":{"@type":"Integer","@value":1},"total":{"@type":"Integer","@value":10}})");
  EXPECT_EQ(*to_typed_json(second.results), R"({"total":{"@type":"Integer","@value":21}})");
  EXPECT_TRUE(second.next.empty());  // the body ends there
  EXPECT_THAT(ran.report.frames[4]->next, ElementsAre(2));
}

constexpr std::string_view kCalls = R"(
workflows:
  calls:
    enabled: true
    steps:
      - { stepID: 1, kind: gateway, ref: fork }
      - { stepID: 2, kind: function, ref: httpRequestSend, arguments: [ { target: url, type: String, value: a } ], results: [ { target: body, type: Reader, expr: body } ] }
      - { stepID: 3, kind: delay, arguments: [ { target: offset, type: Duration, value: 5s } ] }
      - { stepID: 4, kind: gateway, ref: join }
      - { stepID: 5, kind: expressions, arguments: [ { target: t, type: String, expr: body } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 3 }
      - { parentID: 2, childID: 4 }
      - { parentID: 3, childID: 4 }
      - { parentID: 4, childID: 5 }
)";

std::string waits(const Frame& frame) {
  std::string text;
  for (const Frame::Wait& wait : frame.waits) {
    text += std::string(wait.what) + " " + std::to_string(wait.time / seconds(1)) + "s ";
  }
  return text;
}

TEST(Trace, SaysWhatAStepWaitedForAndHowLong) {
  ScriptedEffects effects;
  effects.functions["httpRequestSend"] = [](Scope& step, FunctionCall) -> Task<Result<Dict>> {
    EXPECT_TRUE(co_await step.sleep_for(seconds(2), "the answer"));
    Dict timings{{"dns", Value::duration(seconds(1)).with_type(Type::Duration)}};
    co_return Dict{{"body", Value::reader(make_ref<ScriptedEffects::ScriptedReader>("content"))},
                   {"timings", Value::vars(std::move(timings))}};
  };
  const Ran ran = run_traced(kCalls, effects);
  EXPECT_EQ(ran.error(), "");
  EXPECT_EQ(ran.steps, "1 2 3 4 3 4 5");
  const auto& frames = ran.report.frames;
  ASSERT_EQ(frames.size(), 7U);
  EXPECT_THAT(frames[0]->next, ElementsAre(1, 2));
  EXPECT_NE(frames[1]->state, frames[2]->state);
  EXPECT_EQ(waits(*frames[1]), "function 2s ");
  EXPECT_EQ(*to_typed_json(frames[1]->timings), R"({"dns":{"@type":"Duration","@value":"1s"}})");
  EXPECT_EQ(waits(*frames[2]), "time 5s ");
  EXPECT_EQ(waits(*frames[3]), "join 3s ");
  EXPECT_EQ(frames[3]->elapsed, seconds(2));
  EXPECT_EQ(frames[3]->step_time, seconds(3));
  EXPECT_EQ(frames[3]->created_at.time_since_epoch(), seconds(2));
  EXPECT_THAT(frames[3]->next, ElementsAre(4));
  EXPECT_THAT(actions(ran), ElementsAre("", "", "suspended", "", "resumed", "merged", ""));
  EXPECT_EQ(waits(*frames[6]), "reader 1s ");
}

TEST(Trace, ShowsAReaderAsFarAsItHadBeenReadAndKeepsItNotAlive) {
  class Watched final : public Reader {
   public:
    explicit Watched(int& alive) : alive_(alive) { ++alive_; }
    ~Watched() override { --alive_; }
    std::optional<Result<std::string_view>> drained() const override { return std::nullopt; }
    std::size_t bytes_held() const override { return 0; }

   private:
    int& alive_;
  };
  int alive = 0;
  ScriptedEffects effects;
  effects.functions["httpRequestSend"] = [&alive](Scope&, FunctionCall) -> Task<Result<Dict>> {
    co_return Dict{{"body", Value::reader(make_ref<Watched>(alive))}};
  };
  effects.functions["logInfo"] = [&alive](Scope&, FunctionCall) -> Task<Result<Dict>> {
    EXPECT_EQ(alive, 0);  // step 2 let go of it, the frames did not hold on to it
    co_return Dict();
  };
  const Ran ran = run_traced(R"(
workflows:
  reader:
    enabled: true
    steps:
      - { stepID: 1, kind: function, ref: httpRequestSend, arguments: [ { target: url, type: String, value: a } ], results: [ { target: body, type: Reader, expr: body } ] }
      - { stepID: 2, kind: expressions, arguments: [ { target: body, type: String, value: gone } ] }
      - { stepID: 3, kind: function, ref: logInfo, arguments: [ { target: message, type: String, value: b } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 2, childID: 3 }
)",
                             effects);
  EXPECT_EQ(ran.error(), "");
  ASSERT_EQ(ran.report.frames.size(), 3U);
  EXPECT_EQ(*to_typed_json(ran.report.frames[1]->scope),
            R"({"body":{"@type":"Reader","@value":"","@truncated":true}})");
}

constexpr std::string_view kFailures = R"(
workflows:
  failures:
    enabled: true
    steps:
      - { stepID: 1, kind: error-handler, results: [ { target: m, type: String, expr: errorMessage } ] }
      - { stepID: 2, kind: error, arguments: [ { target: message, type: String, value: first } ] }
      - { stepID: 3, kind: gateway, ref: fork }
      - { stepID: 4, kind: delay, arguments: [ { target: offset, type: Duration, value: 5s } ] }
      - { stepID: 5, kind: error, arguments: [ { target: message, type: String, value: second } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 3 }
      - { parentID: 3, childID: 4 }
      - { parentID: 3, childID: 5 }
)";

TEST(Trace, AnErrorIsInTheFrameOfItsStepAndLeadsToItsHandler) {
  ScriptedEffects effects;
  const Ran ran = run_traced(kFailures, effects);
  EXPECT_EQ(ran.error(), "second");
  const auto& frames = ran.report.frames;
  ASSERT_EQ(frames.size(), 5U);
  EXPECT_THAT(actions(ran), ElementsAre("handler set", "caught", "", "stopped", ""));
  ASSERT_TRUE(frames[1]->error);
  EXPECT_EQ(frames[1]->error->message(), "first");
  EXPECT_THAT(frames[1]->next, ElementsAre(2));
  EXPECT_EQ(frames[2]->parent, 0U);
  EXPECT_FALSE(frames[3]->error);
  EXPECT_EQ(frames[4]->error->message(), "second");
}

TEST(Trace, ABreakSaysSoAndStopsWhatStillRanInItsLoop) {
  ScriptedEffects effects;
  const Ran ran = run_traced(R"(
workflows:
  broken:
    enabled: true
    steps:
      - { stepID: 1, kind: iterator, ref: loopSequence, arguments: [ { target: last, type: Integer, expr: "9" } ] }
      - { stepID: 2, kind: gateway, ref: fork }
      - { stepID: 3, kind: delay, arguments: [ { target: offset, type: Duration, value: 5s } ] }
      - { stepID: 4, kind: break }
      - { stepID: 5, kind: debug }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 5 }
      - { parentID: 2, childID: 3 }
      - { parentID: 2, childID: 4 }
)",
                             effects);
  EXPECT_EQ(ran.error(), "");
  EXPECT_THAT(actions(ran), ElementsAre("next pass", "", "stopped", "break", ""));
  EXPECT_THAT(ran.report.frames[3]->next, ElementsAre(4));
}

TEST(Trace, KeepsNoMoreThanItsLimits) {
  ScriptedEffects effects;
  const Ran few = run_traced(kLoop, effects, {.frames = 4});
  EXPECT_EQ(few.report.status, Status::completed);
  EXPECT_EQ(few.report.frames.size(), 4U);
  EXPECT_FALSE(few.report.all_frames_recorded);
  EXPECT_TRUE(run_traced(kLoop, effects, {.frames = 6}).report.all_frames_recorded);
  const Ran small = run_traced(kLoop, effects, {.frames = 100, .bytes = 1});
  EXPECT_EQ(small.report.frames.size(), 1U);
  EXPECT_FALSE(small.report.all_frames_recorded);
}

}  // namespace
}  // namespace millrace
