// Bodies of real HTTP answers through the end of a process: what the server sees, and what a step
// reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "engine/recovery.h"
#include "function/functions.h"
#include "function/registry.h"
#include "store/memory/memory_store.h"
#include "support/bodies.h"
#include "support/raw_server.h"
#include "workflow/read.h"

namespace millrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::Connection;
using support::RawServer;
using support::Request;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kOpensWaitsReads = R"(
workflows:
  reads:
    steps:
      - { stepID: 1, kind: function, ref: httpRequestSend, arguments: [ { target: url, type: String, value: "URL/open" }EXTRA ], results: [ { target: r, type: Reader, expr: body } ] }
      - { stepID: 2, kind: function, ref: httpRequestSend, arguments: [ { target: url, type: String, value: "URL/wait" } ] }
      - { stepID: 3, kind: iterator, ref: loopLines, arguments: [ { target: stream, type: Reader, expr: r } ], results: [ { target: line, type: String, expr: line } ] }
      - { stepID: 4, kind: expressions, arguments: [ { target: lines, type: Integer, expr: lines + 1 } ] }
      - { stepID: 5, kind: function, ref: httpRequestSend, arguments: [ { target: url, type: String, value: "URL/sink" }, { target: body, type: Reader, expr: r } ], results: [ { target: taken, type: String, expr: body } ] }
      - { stepID: 6, kind: expressions, arguments: [ { target: r, type: String, value: "" } ] }
    scope: { lines: { "@type": Integer, "@value": 0 } }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 2, childID: 3 }, { parentID: 3, childID: 4 }, { parentID: 3, childID: 5 }, { parentID: 5, childID: 6 } ]
)";

class HttpBodies : public testing::Test {
 protected:
  static constexpr std::size_t kSize = 3UL * 1024 * 1024;

  std::string yaml(const std::string& extra) const {
    std::string text(kOpensWaitsReads);
    const auto replace = [&text](std::string_view from, const std::string& to) {
      for (auto at = text.find(from); at != std::string::npos; at = text.find(from)) {
        text.replace(at, from.size(), to);
      }
    };
    replace("EXTRA", extra);
    replace("URL", "http://127.0.0.1:" + std::to_string(server_.port()));
    return text;
  }

  Ref<const Plan> plan(const std::string& text) const {
    auto document = read_document(text, "test.yaml", Format::yaml);
    EXPECT_TRUE(document) << document.error().to_line();
    auto plan = compile_plan(document->workflows.front(), standard_registry());
    EXPECT_TRUE(plan) << plan.error().to_line();
    return *plan;
  }

  // One process, until its session has ended or the server has seen the request for `until`.
  void process(const Ref<const Plan>& start, const std::string& until) {
    Shard shard(TimeMode::real);
    Functions functions(shard, {});
    Random random(++epoch_);
    const auto journal = store_.journal(shard);
    shard.run([&](Scope& main) -> Task<void> {
      Scope home(main, "home", {.fail_fast = false});
      Sessions sessions(home, functions, random);
      sessions.record_in(*journal, epoch_, seconds(60));
      Recovery recovery(home, sessions, *journal, standard_registry(), {});
      auto recovered = co_await recovery.recover(main);
      EXPECT_TRUE(recovered);
      if (epoch_ == 1) {
        Sessions::Start begun{.plan = start, .scope = {}};
        begun.recording.from = Recording::From::start;
        session_ = sessions.start(home, std::move(begun));
      }
      for (int i = 0; i < 1000 && sessions.size() > 0 && !has_seen(until); ++i) {
        (void)co_await main.sleep_for(milliseconds(10), "a test");
      }
      // What is known by now is durable.
      (void)co_await main.sleep_for(milliseconds(50), "a test");
      sessions.leave_all();
      co_await sessions.close();
      auto found = co_await journal->find(main, session_);
      if (found && *found && (*found)->record.kind == RecordKind::ended) {
        ended_ = *read_outcome((*found)->record.payload);
      }
      co_await home.close();
    });
    EXPECT_EQ(shard.live_scopes(), 0U);
  }

  // Opens a body, goes while the second request waits, and comes back.
  void crash_while_waiting(const std::string& extra) {
    const Ref<const Plan> start = plan(yaml(extra));
    process(start, "/wait");
    answer_wait_ = true;
    process(start, "never");
  }

  bool has_seen(const std::string& path) const {
    const std::lock_guard lock(mutex_);
    return std::find(seen_.begin(), seen_.end(), path) != seen_.end();
  }
  std::vector<std::string> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

  void serve(Connection& peer, const Request& request) {
    const std::string path = request.target;
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(path);
    }
    if (path == "/open") {
      peer.send(support::answer(support::numbered_lines(kSize), "200 OK", etag_));
    } else if (path == "/sink") {
      peer.send(support::answer(std::to_string(request.body.size())));
    } else if (answer_wait_) {
      peer.send(support::answer("over"));
    } else {
      peer.stall_until_closed();
    }
  }

  SessionOutcome ended_;
  std::atomic<bool> answer_wait_ = false;
  std::string etag_ = "ETag: \"one\"\r\n";

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> seen_;
  MemoryStore store_;
  std::uint64_t epoch_ = 0;
  std::uint64_t session_ = 0;
  RawServer server_{RawServer::each_request(
      [this](Connection& peer, const Request& request) { serve(peer, request); })};
};

constexpr std::int64_t kLines = 3 * 16384;

TEST_F(HttpBodies, ArriveAgainWhereTheRequestMayBeSentTwice) {
  crash_while_waiting("");
  EXPECT_EQ(ended_.error ? ended_.error->to_line() : "", "");
  ASSERT_TRUE(ended_.vars.contains("taken"));
  EXPECT_EQ(ended_.vars.find("lines")->as_integer(), kLines);
  EXPECT_EQ(ended_.vars.find("taken")->as_text(), std::to_string(kSize));
  EXPECT_THAT(seen(), ElementsAre("/open", "/wait", "/wait", "/open", "/sink"));
}

TEST_F(HttpBodies, AreReadFromTheJournalWhereTheyAreDurable) {
  crash_while_waiting(
      ", { target: method, type: String, value: POST }"
      ", { target: durableBody, type: Boolean, value: true }");
  EXPECT_EQ(ended_.error ? ended_.error->to_line() : "", "");
  ASSERT_TRUE(ended_.vars.contains("taken"));
  EXPECT_EQ(ended_.vars.find("lines")->as_integer(), kLines);
  EXPECT_EQ(ended_.vars.find("taken")->as_text(), std::to_string(kSize));
  EXPECT_THAT(seen(), ElementsAre("/open", "/wait", "/wait", "/sink"));
}

TEST_F(HttpBodies, ThatHaveChangedAreAnErrorOfWhoReads) {
  const Ref<const Plan> start = plan(yaml(""));
  process(start, "/wait");
  etag_ = "ETag: \"two\"\r\n";
  answer_wait_ = true;
  process(start, "never");
  ASSERT_TRUE(ended_.error);
  EXPECT_EQ(ended_.step, "3");
  EXPECT_EQ(ended_.error->phase(), "restart");
  EXPECT_THAT(ended_.error->message(), HasSubstr("ETag \"one\""));
  EXPECT_THAT(ended_.error->message(), HasSubstr("ETag \"two\""));
}

}  // namespace
}  // namespace millrace
