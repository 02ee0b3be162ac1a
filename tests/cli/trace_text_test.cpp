// The lines of `--trace`: what a person reads of forks, loops, errors, waits and sub-workflows.
#include "cli/trace_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "engine/run_workflow.h"
#include "service/workflow_catalog.h"

namespace millrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

ScriptedEffects::Behaviour answer_after(Nanos length, const Dict& results = {}) {
  return [length, results](Scope& step, FunctionCall) -> Task<Result<Dict>> {
    auto slept = co_await step.sleep_for(length, "waiting for the answer");
    if (!slept) co_return slept.error();
    co_return results;
  };
}

// Answers each prompt after two seconds.
class Answering final : public SessionFollower {
 public:
  explicit Answering(Scope& scope) : scope_(scope) {}
  void prompted(const OpenPrompt& prompt) override {
    scope_.start("person", [this, prompt](Scope& person) -> Task<Result<void>> {
      auto slept = co_await person.sleep_for(seconds(2), "thinking");
      sessions->answer(prompt.session, prompt.state, {{"ok", Value::boolean(true)}});
      co_return slept;
    });
  }
  Sessions* sessions = nullptr;

 private:
  Scope& scope_;
};

class TraceLines : public testing::Test {
 protected:
  // Of the first workflow in there.
  std::string run(std::string_view yaml, bool colour = false) {
    LoadedFiles files;
    auto document = read_document(yaml, "test.yaml", Format::yaml);
    EXPECT_TRUE(document) << document.error().to_line();
    files.documents.push_back(std::move(*document));
    WorkflowCatalog plans(files, stand_ins());
    auto plan = plans.plan_of(files.documents.front().workflows.front());
    EXPECT_TRUE(plan) << plan.error().to_line();
    Shard shard(TimeMode::simulated);
    std::ostringstream out;
    out << '\n';
    TraceText trace(shard, out, colour);
    shard.run([&](Scope& main) -> Task<void> {
      Random random(1);
      Answering answering(main);
      Sessions sessions(main, effects_, random, &plans, &answering);
      answering.sessions = &sessions;
      SessionOptions options;
      options.follower = trace.follower();
      co_await run_session(main, sessions, {.plan = *plan, .options = options});
      co_await sessions.join();
    });
    return out.str();
  }

  ScriptedEffects effects_;
};

TEST_F(TraceLines, TheArmsOfAForkAreSetInAndWhatTakesLongIsSeenMeanwhile) {
  effects_.functions["httpRequestSend"] =
      answer_after(seconds(2), Dict{{"status", Value::text("200 OK")}});
  effects_.functions["logInfo"] = answer_after(milliseconds(50));
  EXPECT_EQ(run(R"(
workflows:
  fork:
    steps:
      - { stepID: 1, kind: gateway, ref: fork }
      - { stepID: 2, kind: function, ref: httpRequestSend, arguments: [ { target: url, type: String, value: a } ], results: [ { target: a, type: String, expr: status } ] }
      - { stepID: 3, kind: function, ref: logInfo, arguments: [ { target: message, type: String, value: b } ] }
      - { stepID: 4, kind: delay, arguments: [ { target: offset, type: Duration, value: 5s } ] }
      - { stepID: 5, kind: gateway, ref: join }
      - { stepID: 6, kind: expressions, arguments: [ { target: n, type: Integer, expr: "1 + 2" }, { target: t, type: String, expr: 'repeat("ab\n", 50)' } ] }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 1, childID: 3 }, { parentID: 3, childID: 4 }, { parentID: 2, childID: 5 }, { parentID: 4, childID: 5 }, { parentID: 5, childID: 6 } ]
)"),
            R"(
    0.000s step 1 gateway fork → 2, 3
    0.050s │ [2] step 3 function logInfo (50ms)
    0.050s │ [2] step 4 delay: waits, offset = 5s
    0.100s │ [1] step 2 function httpRequestSend: under way
    2.000s │ [1] step 2 function httpRequestSend: a = "200 OK" (2s)
    5.050s │ [2] step 4 delay: over (5s)
    5.050s step 5 gateway join: 2 arms → 6
    5.050s step 6 expressions: n = 3, t = "ab\nab\nab\nab\nab\nab\nab\nab\nab\nab\nab\nab\nab\nab\nab\nab\nab\nab\nab\nab\n"…
)");
}

TEST_F(TraceLines, LoopsShowTheirPassesAndGatewaysTheirChoice) {
  EXPECT_EQ(run(R"(
workflows:
  loops:
    scope: { total: { "@type": Integer, "@value": 0 } }
    steps:
      - { stepID: 1, kind: iterator, ref: loopSequence, arguments: [ { target: last, type: Integer, value: 2 } ], results: [ { target: i, type: Integer, expr: counter } ] }
      - { stepID: 2, kind: iterator, ref: loopSequence, arguments: [ { target: last, type: Integer, value: 9 } ], results: [ { target: j, type: Integer, expr: counter } ] }
      - { stepID: 3, kind: gateway, ref: excl }
      - { stepID: 4, kind: break }
      - { stepID: 5, kind: expressions, arguments: [ { target: total, type: Integer, expr: total + i + j } ] }
      - { stepID: 6, kind: continue }
      - { stepID: 7, kind: termination }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 1, childID: 7 }, { parentID: 2, childID: 3 }, { parentID: 2, childID: 6 }, { parentID: 3, childID: 4, expr: j > i }, { parentID: 3, childID: 5 } ]
)"),
            R"(
    0.000s step 1 iterator loopSequence: i = 0
    0.000s │ #1 step 2 iterator loopSequence: j = 0
    0.000s │ │ #1 step 3 gateway excl → 5
    0.000s │ │ #1 step 5 expressions: total = 0
    0.000s │ #1 step 2 iterator loopSequence: j = 1
    0.000s │ │ #2 step 3 gateway excl → 4
    0.000s │ │ #2 step 4 break: leaves the loop → 6
    0.000s │ #1 step 6 continue: next pass
    0.000s step 1 iterator loopSequence: i = 1
    0.000s │ #2 step 2 iterator loopSequence: j = 0
    0.000s │ │ #1 step 3 gateway excl → 5
    0.000s │ │ #1 step 5 expressions: total = 1
    0.000s │ #2 step 2 iterator loopSequence: j = 1
    0.000s │ │ #2 step 3 gateway excl → 5
    0.000s │ │ #2 step 5 expressions: total = 3
    0.000s │ #2 step 2 iterator loopSequence: j = 2
    0.000s │ │ #3 step 3 gateway excl → 4
    0.000s │ │ #3 step 4 break: leaves the loop → 6
    0.000s │ #2 step 6 continue: next pass
    0.000s step 1 iterator loopSequence: done → 7
    0.000s step 7 termination: ends the workflow
)");
}

TEST_F(TraceLines, ErrorsAndTriesStandWhereTheyHappened) {
  int calls = 0;
  effects_.functions["httpRequestSend"] = [&](Scope&, FunctionCall) -> Task<Result<Dict>> {
    if (++calls < 3) {
      co_return Error(ErrorKind::unavailable, "answered 503\nwith \x1b[2J").in_phase("status");
    }
    co_return Dict();
  };
  const std::string_view workflow = R"(
workflows:
  errors:
    steps:
      - { stepID: 1, kind: error-handler, results: [ { target: m, type: String, expr: errorMessage } ] }
      - { stepID: 2, kind: function, ref: httpRequestSend, retry: { attempts: 3, backoff: 1s, jitter: 0 }, arguments: [ { target: url, type: String, value: a } ] }
      - { stepID: 3, kind: error, arguments: [ { target: message, type: String, value: no flour } ] }
      - { stepID: 4, kind: gateway, ref: fork }
      - { stepID: 5, kind: delay, arguments: [ { target: offset, type: Duration, value: 5s } ] }
      - { stepID: 6, kind: error, arguments: [ { target: message, type: String, expr: m } ] }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 1, childID: 4 }, { parentID: 2, childID: 3 }, { parentID: 4, childID: 5 }, { parentID: 4, childID: 6 } ]
)";
  EXPECT_EQ(run(workflow), R"(
    0.000s step 1 error-handler: set
    0.000s step 2 function httpRequestSend: try 1 failed (unavailable): answered 503
            with \x1b[2J
    1.000s step 2 function httpRequestSend: try 2 failed (unavailable): answered 503
            with \x1b[2J
    3.000s step 2 function httpRequestSend (3 tries, 3s: time 3s)
    3.000s step 3 error: failed (invalid): no flour → 4
    3.000s step 4 gateway fork → 5, 6
    3.000s │ [1] step 5 delay: waits, offset = 5s
    3.000s │ [2] step 6 error: failed (invalid): no flour
    3.000s │ [1] step 5 delay: stopped
)");
  EXPECT_THAT(run(workflow, true), HasSubstr("\x1b[31m: failed (invalid): no flour\x1b[0m"));
}

TEST_F(TraceLines, WhatAStepRunsIsSetInBelowItAndToldApart) {
  effects_.functions["logInfo"] = answer_after(seconds(1));
  EXPECT_EQ(run(R"(
workflows:
  outer:
    steps:
      - { stepID: 1, kind: gateway, ref: fork }
      - { stepID: 2, kind: exec-workflow, arguments: [ { target: workflow, type: Handle, value: inner }, { target: scope, type: Vars, expr: '{"n": 1}' } ], results: [ { target: a, type: Boolean, expr: ok } ] }
      - { stepID: 3, kind: exec-workflow, limits: { timeout: 1m }, arguments: [ { target: workflow, type: Handle, value: inner } ] }
      - { stepID: 4, kind: gateway, ref: join }
      - { stepID: 5, kind: exec-workflow, arguments: [ { target: workflow, type: Handle, value: inner }, { target: wait, type: Boolean, expr: "false" } ], results: [ { target: id, type: String, expr: '"known"' } ] }
      - { stepID: 6, kind: debug }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 1, childID: 3 }, { parentID: 2, childID: 4 }, { parentID: 3, childID: 4 }, { parentID: 4, childID: 5 }, { parentID: 5, childID: 6 } ]
  inner:
    steps:
      - { stepID: 1, kind: prompt, ref: confirm, arguments: [ { target: title, type: String, value: Go? } ], results: [ { target: ok, type: Boolean, expr: ok } ] }
      - { stepID: 2, kind: function, ref: logInfo, arguments: [ { target: message, type: String, value: b } ] }
    paths: [ { parentID: 1, childID: 2 } ]
)"),
            R"(
    0.000s step 1 gateway fork → 2, 3
    0.000s │ [1] step 2 exec-workflow: runs "inner", scope = {"n":1}
    0.000s │ [2] step 3 exec-workflow: runs "inner"
    0.000s │ │ [1] inner step 1 prompt confirm: asks, title = "Go?"
    0.000s │ │ [2] inner#2 step 1 prompt confirm: asks, title = "Go?"
    2.000s │ │ [1] inner step 1 prompt confirm: answered, ok = true (2s)
    2.000s │ │ [2] inner#2 step 1 prompt confirm: answered, ok = true (2s)
    2.100s │ │ [1] inner step 2 function logInfo: under way
    2.100s │ │ [2] inner#2 step 2 function logInfo: under way
    3.000s │ │ [1] inner step 2 function logInfo (1s)
    3.000s │ │ [2] inner#2 step 2 function logInfo (1s)
    3.000s │ [1] step 2 exec-workflow: a = true (3s)
    3.000s │ [2] step 3 exec-workflow (3s)
    3.000s step 4 gateway join: 2 arms → 5
    3.000s step 5 exec-workflow: runs "inner", wait = false
    3.000s │ inner step 1 prompt confirm: asks, title = "Go?"
    3.000s step 5 exec-workflow: id = "known"
    3.000s step 6 debug
    5.000s │ inner step 1 prompt confirm: answered, ok = true (2s)
    5.100s │ inner step 2 function logInfo: under way
    6.000s │ inner step 2 function logInfo (1s)
)");
}

}  // namespace
}  // namespace millrace
