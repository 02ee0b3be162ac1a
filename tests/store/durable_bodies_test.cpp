// The streams that a session holds, through the end of its process.
#include "store/durable_sessions.h"

namespace millrace {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kTheDelay =
    "kind: delay, arguments: [ { target: offset, type: Duration, value: 2h } ]";
constexpr std::string_view kACall =
    "kind: function, ref: httpRequestSend, arguments: [ { target: url, value: u } ]";

class DurableBodies : public DurableSessions {
 protected:
  // Calls of step `slow` take an hour; each answers with a body that its step names.
  void answer_with_bodies(std::string slow = {}) {
    effects.functions["httpRequestSend"] = [this, slow](Scope& step,
                                                        FunctionCall call) -> Task<Result<Dict>> {
      const Value* key = call.arguments.find("idempotencyKey");
      calls.push_back(call.step + (key == nullptr ? "" : " " + std::string(key->as_text())));
      if (call.step == slow) (void)co_await step.sleep_for(hours(1), "waiting for the answer");
      Ref<Reader> body = make_ref<ScriptedEffects::ScriptedReader>(content(call.step));
      co_return Dict{{"status", Value::text(status)},
                     {"body", Value::reader(body).with_type(Type::Reader)}};
    };
  }
  std::string content(std::string_view step) const {
    return std::string(size, step.empty() ? 'x' : step.front());
  }

  std::vector<std::string> calls;  // steps, and their keys
  std::string status = "200";
  std::size_t size = 300'000;  // two pieces
};

constexpr std::string_view kReadsLater = R"(
workflows:
  reads:
    steps:
      - { stepID: 1, kind: function, ref: httpRequestSend, arguments: [ { target: url, value: u } ], results: [ { target: r, type: Reader, expr: body } ] }
      - { stepID: 2, kind: delay, arguments: [ { target: offset, type: Duration, value: 2h } ] }
      - { stepID: 3, kind: expressions, arguments: [ { target: text, type: String, expr: r } ] }
      - { stepID: 4, kind: expressions, arguments: [ { target: r, expr: "1" } ] }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 2, childID: 3 }, { parentID: 3, childID: 4 } ]
)";

TEST_F(DurableBodies, ABodyThatWaitsWithItsSessionCanBeReadAfterwards) {
  for (const std::size_t size : {10UL, 1'000'000UL}) {
    const std::string content(size, 'x');
    effects.functions["httpRequestSend"] = [&](Scope&, FunctionCall) -> Task<Result<Dict>> {
      Ref<Reader> body = make_ref<ScriptedEffects::ScriptedReader>(content);
      co_return Dict{{"body", Value::reader(body).with_type(Type::Reader)}};
    };
    const std::string yaml(kReadsLater);
    std::uint64_t id = 0;
    process(yaml, [&](Process first) -> Task<void> {
      id = first.start(yaml);
      co_await first.pass(seconds(5));
      EXPECT_EQ(first.sessions.size(), 0U);
    });
    process(yaml, [&](Process second) -> Task<void> {
      co_await second.pass(hours(3));
      auto due = co_await second.recovery.wake_due(second.main);
      EXPECT_TRUE(due);
      co_await second.pass(seconds(5));
      const SessionOutcome ended = co_await outcome(second, id);
      EXPECT_EQ(ended.error ? ended.error->to_line() : "", "");
      const Value* text = ended.vars.find("text");
      EXPECT_TRUE(text != nullptr && text->as_text() == content);
    });
  }
}

// What was still arriving when the process went is an error where it is read.
TEST_F(DurableBodies, ABodyThatWasStillArrivingIsAnErrorOfWhoReadsIt) {
  effects.functions["httpRequestSend"] = [](Scope& step, FunctionCall call) -> Task<Result<Dict>> {
    if (call.step == "2") (void)co_await step.sleep_for(hours(1), "waiting for the answer");
    Ref<Reader> body = make_ref<ScriptedEffects::ScriptedReader>("content");
    co_return Dict{{"body", Value::reader(body).with_type(Type::Reader)}};
  };
  const std::string yaml = with(with(kReadsLater, kTheDelay, kACall), "value: u }",
                                "value: u }, { target: method, value: POST }");
  std::uint64_t id = 0;
  process(yaml, [&](Process first) -> Task<void> {
    id = first.start(yaml);
    co_await first.pass(seconds(5));
  });
  process(yaml, [&](Process second) -> Task<void> {
    co_await second.pass(hours(3));
    const SessionOutcome ended = co_await outcome(second, id);
    EXPECT_EQ(ended.step, "3");
    EXPECT_EQ(ended.error ? ended.error->kind() : ErrorKind::bug, ErrorKind::unavailable);
    EXPECT_EQ(ended.error ? ended.error->phase() : "", "restart");
  });
}

constexpr std::string_view kTwoBodies = R"(
workflows:
  two:
    steps:
      - { stepID: 1, kind: function, ref: httpRequestSend, arguments: [ { target: url, value: u } ], results: [ { target: a, type: Reader, expr: body } ] }
      - { stepID: 2, kind: delay, arguments: [ { target: offset, type: Duration, value: 2h } ] }
      - { stepID: 3, kind: function, ref: httpRequestSend, arguments: [ { target: url, value: u } ], results: [ { target: b, type: Reader, expr: body } ] }
      - { stepID: 4, kind: delay, arguments: [ { target: offset, type: Duration, value: 2h } ] }
      - { stepID: 5, kind: expressions, arguments: [ { target: of_a, type: String, expr: a } ] }
      - { stepID: 6, kind: expressions, arguments: [ { target: a, expr: "1" } ] }
      - { stepID: 7, kind: delay, arguments: [ { target: offset, type: Duration, value: 2h } ] }
      - { stepID: 8, kind: expressions, arguments: [ { target: of_b, type: String, expr: b } ] }
      - { stepID: 9, kind: expressions, arguments: [ { target: b, expr: "1" } ] }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 2, childID: 3 }, { parentID: 3, childID: 4 }, { parentID: 4, childID: 5 }, { parentID: 5, childID: 6 }, { parentID: 6, childID: 7 }, { parentID: 7, childID: 8 }, { parentID: 8, childID: 9 } ]
)";

// Each is written once, under a number of its own, read when a step reads it, and goes when nothing
// refers to it any more.
TEST_F(DurableBodies, AreWrittenOnceAndGoWhenNothingRefersToThem) {
  answer_with_bodies();
  downtime = hours(3);
  const std::string yaml(kTwoBodies);
  std::uint64_t id = 0;
  const auto live = [&](const std::vector<std::string>& expected) {
    bodies.clear();
    process(yaml, [&](Process one) -> Task<void> {
      if (id == 0) id = one.start(yaml);
      co_await one.pass(seconds(30));
      if (expected.front() != "read 2.0") co_return;
      const SessionOutcome ended = co_await outcome(one, id);
      EXPECT_EQ(ended.error ? ended.error->to_line() : "", "");
      EXPECT_TRUE(ended.vars.find("of_a")->as_text() == content("1"));
      EXPECT_TRUE(ended.vars.find("of_b")->as_text() == content("3"));
    });
    EXPECT_EQ(bodies, expected);
  };
  live({"put 1.0", "put 1.1"});
  // What a process that went may have left under the next number is removed first.
  live({"drop 2", "put 2.0", "put 2.1"});
  live({"read 1.0", "read 1.1", "drop 1"});
  // Whether the last process came to remove the first one is not known: so it is done again.
  live({"read 2.0", "drop 1", "read 2.1"});
}

TEST_F(DurableBodies, OneInTheJournalStaysReadableWhileItsSessionRuns) {
  answer_with_bodies("3");
  downtime = hours(3);
  const std::string yaml =
      with(kReadsLater, "- { stepID: 3, kind: expressions, arguments: [ { target: text",
           "- { stepID: 3, " + std::string(kACall) +
               " }\n      - { stepID: 5, kind: expressions, arguments: [ { target: text");
  const std::string joined = with(yaml, "{ parentID: 3, childID: 4 }",
                                  "{ parentID: 3, childID: 5 }, { parentID: 5, childID: 4 }");
  std::uint64_t id = 0;
  process(joined, [&](Process first) -> Task<void> {
    id = first.start(joined);
    co_await first.pass(seconds(30));
  });
  process(joined, [&](Process second) -> Task<void> { co_await second.pass(seconds(30)); });
  process(joined, [&](Process third) -> Task<void> {
    co_await third.pass(hours(2));
    const SessionOutcome ended = co_await outcome(third, id);
    EXPECT_EQ(ended.error ? ended.error->to_line() : "", "");
    const Value* text = ended.vars.find("text");
    EXPECT_TRUE(text != nullptr && text->as_text() == content("1"));
  });
  EXPECT_THAT(calls, ElementsAre("1", "3", "3"));
}

// One step opens a stream, the process goes while another one is at work, a third one reads.
class StreamsThroughACrash : public DurableBodies {
 protected:
  // `extra`: arguments of the step that opens it.
  SessionOutcome crash(std::string_view extra) {
    answer_with_bodies("2");
    std::string yaml =
        with(with(kReadsLater, kTheDelay, kACall), "value: u }", "value: u }" + std::string(extra));
    if (once) yaml = with(yaml, "expr: body } ]", "expr: body } ], effect: at-most-once");
    std::uint64_t id = 0;
    SessionOutcome ended;
    process(yaml, [&](Process first) -> Task<void> {
      id = first.start(yaml);
      co_await first.pass(seconds(30));
    });
    if (between) between();
    process(yaml, [&](Process second) -> Task<void> {
      co_await second.pass(seconds(10));
      calls_before_reading = calls;
      co_await second.pass(hours(3));
      ended = co_await outcome(second, id);
    });
    return ended;
  }
  static std::string text_of(const SessionOutcome& ended) {
    const Value* text = ended.vars.find("text");
    return text == nullptr ? "(none)" : std::string(text->as_text());
  }

  bool once = false;  // the step that opens it is to run once
  std::function<void()> between;
  std::vector<std::string> calls_before_reading;
};

TEST_F(StreamsThroughACrash, AreRequestedAgainWhenAStepReadsThem) {
  const SessionOutcome ended = crash("");
  EXPECT_TRUE(text_of(ended) == content("1"));
  EXPECT_THAT(calls_before_reading, ElementsAre("1", "2", "2"));
  EXPECT_THAT(calls, ElementsAre("1", "2", "2", "1"));
}

TEST_F(StreamsThroughACrash, AreRequestedAgainWithTheSameKey) {
  const SessionOutcome ended =
      crash(", { target: method, value: POST }, { target: idempotencyKey, value: k }");
  EXPECT_TRUE(text_of(ended) == content("1"));
  EXPECT_THAT(calls, ElementsAre("1 k", "2", "2", "1 k"));
}

TEST_F(StreamsThroughACrash, ThatAreNotWhatTheyWereAreAnErrorOfWhoReads) {
  between = [this] { status = "404"; };
  const SessionOutcome ended = crash("");
  EXPECT_EQ(ended.step, "3");
  ASSERT_TRUE(ended.error);
  EXPECT_EQ(ended.error->kind(), ErrorKind::unavailable);
  EXPECT_EQ(ended.error->phase(), "restart");
  EXPECT_THAT(ended.error->message(), HasSubstr("the answer has changed: it was 200, it is 404"));
}

// Whatever the method: the step says that it is to run once.
TEST_F(StreamsThroughACrash, OfACallThatIsToRunOnceAreNotRequestedAgain) {
  once = true;
  const SessionOutcome ended = crash("");
  EXPECT_EQ(ended.step, "3");
  ASSERT_TRUE(ended.error);
  EXPECT_EQ(ended.error->phase(), "restart");
  EXPECT_THAT(calls, ElementsAre("1", "2", "2"));
}

// The limit of the first request is a point in time: nothing is sent after it.
TEST_F(StreamsThroughACrash, KeepTheirLimit) {
  effects.deadline = Deadline::in(TimePoint{}, {seconds(40), "argument \"timeout\" of step 1"});
  const SessionOutcome ended = crash("");
  EXPECT_EQ(ended.step, "3");
  ASSERT_TRUE(ended.error);
  EXPECT_EQ(ended.error->kind(), ErrorKind::deadline);
  EXPECT_THAT(ended.error->message(), HasSubstr("argument \"timeout\" of step 1"));
  EXPECT_THAT(calls, ElementsAre("1", "2", "2"));
}

TEST_F(StreamsThroughACrash, AreReadFromTheJournalWhereTheyAreDurable) {
  const SessionOutcome ended = crash(
      ", { target: method, value: POST }, { target: durableBody, type: Boolean, value: true }");
  EXPECT_EQ(ended.error ? ended.error->to_line() : "", "");
  EXPECT_TRUE(text_of(ended) == content("1"));
  EXPECT_THAT(calls, ElementsAre("1", "2", "2"));
  EXPECT_THAT(bodies, ElementsAre("put 1.0", "put 1.1", "read 1.0", "read 1.1"));
}

// A stream that cannot be kept costs its reader an error, and nobody else anything.
TEST_F(DurableBodies, OneThatFailsIsNotFetchedAgainAndAgain) {
  class Broken final : public Reader {
   public:
    std::optional<Result<std::string_view>> drained() const override { return std::nullopt; }
    std::size_t bytes_held() const override { return 0; }
  };
  class BrokenPieces final : public PieceSource {
   public:
    explicit BrokenPieces(int& asked) : asked_(asked) {}
    Task<Result<std::string_view>> next(Scope& /*step*/) override {
      ++asked_;
      co_return Error(ErrorKind::exhausted, "larger than may be kept");
    }

   private:
    int& asked_;
  };
  int asked = 0;
  effects.piece_source = [&](const Ref<Reader>&) { return std::make_unique<BrokenPieces>(asked); };
  effects.functions["httpRequestSend"] = [](Scope&, FunctionCall) -> Task<Result<Dict>> {
    co_return Dict{{"body", Value::reader(make_ref<Broken>()).with_type(Type::Reader)}};
  };
  const std::string yaml(kReadsLater);
  process(yaml, [&](Process only) -> Task<void> {
    only.start(yaml);
    co_await only.pass(seconds(30));
    EXPECT_EQ(only.sessions.size(), 0U);
  });
  EXPECT_EQ(asked, 1);
}

// The key is durable before the first byte leaves.
TEST_F(DurableBodies, AKeyedCallBeginsOnceThatIsDurable) {
  Journal* journal = nullptr;
  std::vector<RecordKind> known;
  effects.functions["httpRequestSend"] = [&](Scope& step, FunctionCall call) -> Task<Result<Dict>> {
    auto found = co_await journal->find(step, call.session);
    known.push_back(found && *found ? (*found)->record.kind : RecordKind::ended);
    co_return Dict{{"status", Value::text("200 OK")}};
  };
  const std::string yaml =
      with(with(kReadsLater, "value: u }", "value: u }, { target: idempotencyKey, value: auto }"),
           ", results: [ { target: r, type: Reader, expr: body } ]", "");
  process(yaml, [&](Process only) -> Task<void> {
    journal = &only.journal;
    only.start(yaml, {{"r", Value::text("text")}}, Recording::From::first_effect);
    co_await only.pass(seconds(5));
  });
  EXPECT_THAT(known, ElementsAre(RecordKind::intent));
}

}  // namespace
}  // namespace millrace
