// Sessions that outlive their process: each test runs one process after another on the same store.
#include "store/durable_sessions.h"

#include "engine/session_recorder.h"

namespace millrace {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kCalls = R"(
workflows:
  calls:
    scope: { n: { "@type": Integer, "@value": 1 } }
    steps:
      - { stepID: 1, kind: function, ref: httpRequestSend, arguments: [ { target: url, value: first } ], results: [ { target: a, type: String, expr: status } ] }
      - { stepID: 2, kind: delay, arguments: [ { target: offset, type: Duration, value: 2h } ] }
      - { stepID: 3, kind: function, ref: httpRequestSend, arguments: [ { target: url, value: second } ], results: [ { target: b, type: String, expr: status } ]EXTRA }
      - { stepID: 4, kind: expressions, arguments: [ { target: n, type: Integer, expr: n + 1 } ] }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 2, childID: 3 }, { parentID: 3, childID: 4 } ]
)";

// `extra` is said of the second call, `delay` lies between the two.
std::string calls(std::string_view extra = "", std::string_view delay = "2h") {
  return with(with(kCalls, "EXTRA", extra), "value: 2h", "value: " + std::string(delay));
}

TEST_F(DurableSessions, GoesOnWhereItWasAfterADelayThatPassedMeanwhile) {
  answer_after(seconds(1));
  const std::string yaml = calls();
  std::uint64_t id = 0;
  downtime = hours(5);
  process(yaml, [&](Process first) -> Task<void> {
    id = first.start(yaml);
    co_await first.pass(seconds(5));
    EXPECT_EQ(first.sessions.size(), 0U);  // it waits for long
  });
  process(yaml, [&](Process second) -> Task<void> {
    EXPECT_EQ(recovered.resumed, 1U);
    co_await second.pass(seconds(5));
    const SessionOutcome ended = co_await outcome(second, id);
    EXPECT_EQ(ended.vars.find("n")->as_integer(), 2);
    EXPECT_EQ(ended.vars.find("a")->as_text(), "200 OK");
  });
  EXPECT_THAT(urls, ElementsAre("first", "second"));
}

TEST_F(DurableSessions, WhatMayBeginAgainDoes) {
  answer_after(seconds(10));
  const std::string yaml = calls();
  process(yaml, [&](Process first) -> Task<void> {
    first.start(yaml);
    co_await first.pass(seconds(5));
  });
  process(yaml, [&](Process second) -> Task<void> {
    co_await second.pass(seconds(20));
    EXPECT_EQ(second.sessions.size(), 0U);
  });
  EXPECT_THAT(urls, ElementsAre("first", "first"));
}

TEST_F(DurableSessions, WhatMustNotBeginTwiceFailsAndSaysWhy) {
  answer_after(seconds(10));
  const std::string yaml = calls(", effect: at-most-once", "1s");
  std::uint64_t id = 0;
  process(yaml, [&](Process first) -> Task<void> {
    id = first.start(yaml);
    co_await first.pass(seconds(15));  // the second is under way
  });
  process(yaml, [&](Process second) -> Task<void> {
    co_await second.pass(seconds(20));
    const SessionOutcome ended = co_await outcome(second, id);
    EXPECT_EQ(ended.step, "3");
    EXPECT_EQ(ended.error->kind(), ErrorKind::unavailable);
    EXPECT_EQ(ended.error->phase(), "restart");
    EXPECT_THAT(ended.error->message(), HasSubstr("it may have taken effect or not"));
  });
  EXPECT_THAT(urls, ElementsAre("first", "second"));
}

constexpr std::string_view kAsks = R"(
workflows:
  asks:
    LIMITS
    scope: { n: { "@type": Integer, "@value": 1 } }
    steps:
      - { stepID: 1, kind: prompt, ref: alert, arguments: [ { target: message, type: String, value: how many } ], results: [ { target: n, type: Integer, expr: n + more } ] }
    paths: []
)";

TEST_F(DurableSessions, APromptIsAnsweredOnceThoughItLeftMemory) {
  const std::string yaml = with(kAsks, "LIMITS", "enabled: true");
  std::uint64_t id = 0;
  process(yaml, [&](Process first) -> Task<void> {
    id = first.start(yaml);
    co_await first.pass(seconds(1));
    EXPECT_EQ(first.sessions.size(), 0U);
  });
  process(yaml, [&](Process second) -> Task<void> {
    EXPECT_EQ(recovered.asleep, 1U);
    auto prompts = co_await second.journal.prompts(second.main, {});
    EXPECT_TRUE(prompts);
    if (!prompts || prompts->size() != 1) co_return;
    const PromptRecord prompt = prompts->front();
    EXPECT_EQ(prompt.session, id);
    EXPECT_EQ(prompt.step, "1");
    auto woken = co_await second.recovery.wake(second.main, id);
    EXPECT_TRUE(woken && *woken);
    EXPECT_TRUE(second.sessions.answer(id, prompt.state, {{"more", Value::integer(4)}}));
    EXPECT_FALSE(second.sessions.answer(id, prompt.state, {{"more", Value::integer(5)}}));
    co_await second.pass(seconds(1));
    EXPECT_EQ((co_await outcome(second, id)).vars.find("n")->as_integer(), 5);
    auto again = co_await second.recovery.wake(second.main, id);
    EXPECT_TRUE(again && !*again);
    auto left = co_await second.journal.prompts(second.main, {});
    EXPECT_TRUE(left && left->empty());
  });
}

TEST_F(DurableSessions, ItsLimitIsAPointInTimeAndHoldsThroughRestarts) {
  const std::string yaml = with(kAsks, "LIMITS", "limits: { timeout: 1h }");
  std::uint64_t id = 0;
  downtime = hours(3);
  process(yaml, [&](Process first) -> Task<void> {
    id = first.start(yaml);
    co_await first.pass(seconds(1));
  });
  process(yaml, [&](Process second) -> Task<void> {
    EXPECT_EQ(recovered.resumed, 1U);
    co_await second.pass(seconds(1));
    const SessionOutcome ended = co_await outcome(second, id);
    EXPECT_EQ(ended.error->kind(), ErrorKind::deadline);
    EXPECT_THAT(ended.error->message(), HasSubstr("limits.timeout of workflow \"asks\""));
  });
}

TEST_F(DurableSessions, WhatCannotBeStoredFailsTheSessionThatIsToBe) {
  const std::string yaml = with(kAsks, "LIMITS", "enabled: true");
  process(yaml, [&](Process only) -> Task<void> {
    std::optional<SessionReport> ended;
    Sessions::Start start{.plan = plan_of(yaml), .scope = {}};
    start.scope.set("mail", Value::opaque(Type::EmailMessage, Ref<Counted>()));
    start.recording.from = Recording::From::first_effect;
    start.ended = [&](SessionReport report) { ended = std::move(report); };
    only.sessions.start(only.main, std::move(start));
    co_await only.pass(seconds(5));
    EXPECT_TRUE(ended && ended->status == Status::failed);
    if (!ended || !ended->failure) co_return;
    EXPECT_THAT(ended->failure->error.message(), HasSubstr("cannot be stored with the session"));
  });
}

constexpr std::string_view kRunsAnother = R"(
workflows:
  parent:
    steps:
      - { stepID: 1, kind: exec-workflow, arguments: [ { target: workflow, type: Handle, value: child } ], results: [ { target: b, type: String, expr: b } ] }
    paths: []
)";

// The workflow that runs it, and it.
std::string running(std::string_view calls) {
  const std::string child = with(calls, "  calls:", "  child:");
  return std::string(kRunsAnother) + child.substr(child.find("  child:"));
}

TEST_F(DurableSessions, AWorkflowThatItRunsGoesOnToo) {
  answer_after(seconds(1));
  const std::string yaml = running(calls());
  std::uint64_t id = 0;
  process(yaml, [&](Process first) -> Task<void> {
    id = first.start(yaml);
    co_await first.pass(seconds(30));
    EXPECT_EQ(first.sessions.size(), 2U);
  });
  process(yaml, [&](Process second) -> Task<void> {
    EXPECT_EQ(recovered.resumed, 1U);  // the other one by its caller
    co_await second.pass(hours(3));
    EXPECT_EQ((co_await outcome(second, id)).vars.find("b")->as_text(), "200 OK");
  });
  EXPECT_THAT(urls, ElementsAre("first", "second"));
}

// Or its caller, that knows nothing of it after a crash, would begin it again, perhaps at another
// execution, whose key it has already.
TEST_F(DurableSessions, AWorkflowBeginsOnceItIsDurableThatItWill) {
  answer_after(seconds(1));
  const std::string yaml = running(calls("", "1s"));
  std::uint64_t id = 0;
  process(yaml, [&](Process first) -> Task<void> {
    id = first.start(yaml);
    co_await first.pass(seconds(30));
  });
  ASSERT_GE(written.size(), 3U);
  EXPECT_EQ(written[0], std::pair(id, RecordKind::started));
  EXPECT_EQ(written[1], std::pair(id, RecordKind::intent));
  EXPECT_NE(written[2].first, id);
  EXPECT_EQ(written[2].second, RecordKind::started);
}

TEST_F(DurableSessions, AWorkflowThatEndedWhileItsCallerWasDownIsNotRunAgain) {
  answer_after(seconds(1));
  const std::string yaml = running(calls("", "1s"));
  std::uint64_t id = 0;
  std::uint64_t of_child = 0;
  process(yaml, [&](Process first) -> Task<void> {
    id = first.start(yaml);
    co_await first.pass(std::chrono::milliseconds(500));
    auto found = co_await first.journal.find_start(first.main, child_key(id, 1));
    EXPECT_TRUE(found && *found);
    if (found && *found) of_child = **found;
    // The caller is gone, the child goes on to its end.
    first.sessions.leave(id);
  });
  process(yaml, [&](Process second) -> Task<void> {
    co_await second.pass(seconds(10));
    EXPECT_EQ((co_await outcome(second, id)).vars.find("b")->as_text(), "200 OK");
    EXPECT_EQ((co_await stored(second, of_child)).record.status, SessionStatus::completed);
  });
  process(yaml, [&](Process third) -> Task<void> {
    EXPECT_EQ(recovered.resumed, 0U);
    co_await third.pass(seconds(1));
  });
}

TEST_F(DurableSessions, SessionsInALongDelayAreNotInMemoryAndWakeInTime) {
  const std::string yaml =
      with(calls(),
           "kind: function, ref: httpRequestSend, arguments: [ { target: url, value: first } ], "
           "results: [ { target: a, type: String, expr: status } ]",
           "kind: debug");
  answer_after(Nanos{0});
  process(yaml, [&](Process only) -> Task<void> {
    for (int i = 0; i < 1000; ++i) only.start(yaml);
    co_await only.pass(seconds(10));
    EXPECT_EQ(only.sessions.size(), 0U);
    co_await only.pass(hours(2) - seconds(60));
    EXPECT_TRUE(co_await only.recovery.wake_due(only.main));
    EXPECT_EQ(only.sessions.size(), 1000U);
    EXPECT_THAT(urls, IsEmpty());
    co_await only.pass(seconds(60));
    EXPECT_EQ(urls.size(), 1000U);
    EXPECT_EQ(only.sessions.size(), 0U);
  });
}

TEST_F(DurableSessions, OneThatBringsTheProcessDownAgainAndAgainIsPutAside) {
  const std::string yaml = calls("", "30s");
  answer_after(seconds(1));
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
  process(yaml, [&](Process first) -> Task<void> {
    good = first.start(yaml);
    bad = first.start(yaml);
    co_await first.pass(seconds(5));
    for (int i = 0; i < 3; ++i) {
      Event done;
      first.journal.count_attempts({bad}, [&](const Result<void>&) { done.set(); });
      (void)co_await first.main.wait(done, "the journal");
    }
  });
  process(yaml, [&](Process second) -> Task<void> {
    EXPECT_EQ(recovered.resumed, 1U);
    EXPECT_EQ(recovered.quarantined.size(), 1U);
    co_await second.pass(seconds(60));
    const StoredSession aside = co_await stored(second, bad);
    EXPECT_EQ(aside.record.status, SessionStatus::quarantined);
    EXPECT_THAT(aside.record.summary, HasSubstr("came down 3 times"));
    EXPECT_EQ((co_await stored(second, good)).record.status, SessionStatus::completed);
    EXPECT_EQ((co_await stored(second, good)).attempts, 0U);
  });
}

TEST_F(DurableSessions, AStartThatCannotBeWrittenIsRefusedAndDoesNothing) {
  answer_after(seconds(1));
  const std::string yaml = calls();
  process(yaml, [&](Process only) -> Task<void> {
    refusals = 1;
    std::optional<Result<void>> started;
    std::optional<SessionReport> ended;
    Sessions::Start start{.plan = plan_of(yaml), .scope = {}};
    start.recording.from = Recording::From::start;
    start.recording.started = [&](const Result<void>& result) { started = result; };
    start.ended = [&](SessionReport report) { ended = std::move(report); };
    only.sessions.start(only.main, std::move(start));
    co_await only.pass(seconds(10));
    EXPECT_TRUE(started && !*started);
    EXPECT_TRUE(ended && ended->status == Status::failed);
    EXPECT_EQ(only.sessions.size(), 0U);
    auto counts = co_await only.journal.count(only.main);
    EXPECT_TRUE(counts && *counts == SessionCounts{});
  });
  EXPECT_THAT(urls, IsEmpty());
}

// What must not begin twice waits until the disk has room; what was done is written then.
TEST_F(DurableSessions, AFullDiskHoldsUpWhatNeedsARecordAndNothingIsLost) {
  answer_after(seconds(1));
  const std::string yaml = calls(", effect: at-most-once", "1s");
  std::uint64_t id = 0;
  process(yaml, [&](Process only) -> Task<void> {
    id = only.start(yaml);
    co_await only.pass(std::chrono::milliseconds(500));
    refusals = 1'000'000;
    co_await only.pass(seconds(60));
    EXPECT_THAT(urls, ElementsAre("first"));  // the second must not begin
    refusals = 0;
    co_await only.pass(seconds(1));
    EXPECT_THAT(urls, ElementsAre("first", "second"));
    refusals = 5;  // of its end
    co_await only.pass(seconds(10));
    EXPECT_EQ((co_await stored(only, id)).record.status, SessionStatus::completed);
  });
}

// Its limit holds while it waits for the disk.
TEST_F(DurableSessions, WhatWaitsForTheDiskIsStillWithinItsLimit) {
  answer_after(seconds(1));
  const std::string yaml = with(calls(", effect: at-most-once", "1s"),
                                "    scope:", "    limits: { timeout: 30s }\n    scope:");
  std::uint64_t id = 0;
  process(yaml, [&](Process only) -> Task<void> {
    id = only.start(yaml);
    co_await only.pass(std::chrono::milliseconds(500));
    refusals = 1'000'000;
    co_await only.pass(seconds(60));
    refusals = 0;
    co_await only.pass(seconds(5));
    const SessionOutcome ended = co_await outcome(only, id);
    EXPECT_EQ(ended.error ? ended.error->kind() : ErrorKind::bug, ErrorKind::deadline);
    EXPECT_EQ(ended.elapsed, seconds(30));
  });
  EXPECT_THAT(urls, ElementsAre("first"));
}

}  // namespace
}  // namespace millrace
