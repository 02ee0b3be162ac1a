// The server is killed (SIGKILL) at moments that chance chooses, while programs begin sessions and
// people answer prompts; at the end nothing that was acknowledged is lost, no session is there
// twice, and the service that the workflows call has seen what it should.
//
// MILLRACE_KILLS: how many kills (10). MILLRACE_KILL_SEED: of the moments.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/random.h"
#include "store/sqlite/check_store.h"
#include "support/environment.h"
#include "support/millrace_binary.h"
#include "support/raw_server.h"
#include "support/serving.h"

namespace millrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using support::from_environment;
using support::RestAnswer;
using support::text;

constexpr int kPasses = 3;
constexpr std::size_t kAtOnce = 24;  // sessions under way

// Forks into a loop of keyed requests, a request that must not be sent twice, and a workflow that
// it runs; then a prompt, a delay, and a last keyed request.
constexpr std::string_view kWorkflows = R"(
workflows:
  mixed:
    scope: { fate: { "@type": String, "@value": unknown } }
    steps:
      - { stepID: 1, kind: gateway, ref: fork }
      - { stepID: 2, kind: iterator, ref: loopSequence, arguments: [ { target: first, type: Integer, value: 0 }, { target: last, type: Integer, value: PASSES } ], results: [ { target: i, type: Integer, expr: counter } ] }
      - { stepID: 3, kind: function, ref: httpRequestSend, arguments: [ { target: url, type: String, expr: 'upstream + "/loop/" + run + "/" + i' }, { target: method, value: POST }, { target: idempotencyKey, value: auto }, { target: body, type: String, value: pass } ] }
      - { stepID: 4, kind: error-handler }
      - { stepID: 5, kind: function, ref: httpRequestSend, effect: at-most-once, arguments: [ { target: url, type: String, expr: 'upstream + "/once/" + run' }, { target: method, value: POST } ], results: [ { target: fate, type: String, value: done } ] }
      - { stepID: 6, kind: exec-workflow, arguments: [ { target: workflow, type: Handle, value: inner }, { target: scope, type: Vars, expr: '{"upstream": upstream, "run": run}' } ], results: [ { target: inner, type: String, expr: said } ] }
      - { stepID: 7, kind: gateway, ref: join }
      - { stepID: 8, kind: prompt, ref: alert, arguments: [ { target: message, type: String, expr: run } ], results: [ { target: answer, type: String, expr: given } ] }
      - { stepID: 9, kind: delay, arguments: [ { target: offset, type: Duration, value: 50ms } ] }
      - { stepID: 10, kind: function, ref: httpRequestSend, arguments: [ { target: url, type: String, expr: 'upstream + "/last/" + run' }, { target: method, value: POST }, { target: idempotencyKey, value: auto } ] }
      - { stepID: 11, kind: expressions, arguments: [ { target: over, type: Boolean, value: true } ] }
      - { stepID: 12, kind: expressions, arguments: [ { target: passed, type: Boolean, value: true } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 4 }
      - { parentID: 1, childID: 6 }
      - { parentID: 2, childID: 3 }
      - { parentID: 2, childID: 12 }
      - { parentID: 12, childID: 7 }
      - { parentID: 4, childID: 5 }
      - { parentID: 4, childID: 7 }
      - { parentID: 5, childID: 7 }
      - { parentID: 6, childID: 7 }
      - { parentID: 7, childID: 8 }
      - { parentID: 8, childID: 9 }
      - { parentID: 9, childID: 10 }
      - { parentID: 10, childID: 11 }
  inner:
    meta: { subWorkflow: true }
    steps:
      - { stepID: 1, kind: delay, arguments: [ { target: offset, type: Duration, value: 30ms } ] }
      - { stepID: 2, kind: function, ref: httpRequestSend, arguments: [ { target: url, type: String, expr: 'upstream + "/inner/" + run' } ], results: [ { target: said, type: String, expr: body } ] }
    paths: [ { parentID: 1, childID: 2 } ]
)";

// What the workflows call. It takes its time, and remembers what it was asked with which key.
class Upstream {
 public:
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  std::map<std::string, std::vector<std::string>> keys_by_path() const {
    const std::lock_guard lock(mutex_);
    return keys_;
  }

 private:
  void answer(support::Connection& peer, const support::Request& request) {
    std::uint64_t wait = 0;
    {
      const std::lock_guard lock(mutex_);
      keys_[request.target].push_back(request.header("Idempotency-Key").value_or(""));
      wait = random_.below(25);
    }
    peer.sleep(milliseconds(wait));
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  }

  mutable std::mutex mutex_;
  Random random_{7};
  std::map<std::string, std::vector<std::string>> keys_;
  support::RawServer server_{support::RawServer::each_request(
      [this](support::Connection& peer, const support::Request& request) {
        answer(peer, request);
      })};
};

// Begins sessions and answers their prompts, and remembers what was acknowledged.
class Driver {
 public:
  Driver(support::Serving& serving, std::string upstream, Random& random)
      : serving_(serving), upstream_(std::move(upstream)), random_(random) {}

  struct Run {
    std::string session;          // as it was acknowledged
    std::set<std::string> tried;  // answers that were sent
    std::optional<std::string> acknowledged;
    bool has_ended = false;
  };

  void act(bool may_begin) {
    if (may_begin && open() < kAtOnce) begin();
    if (random_.below(2) == 0) answer_prompts();
    look_at_one();
  }
  std::size_t open() const {
    return static_cast<std::size_t>(std::count_if(
        runs_.begin(), runs_.end(), [](const auto& run) { return !run.second.has_ended; }));
  }
  const std::map<std::string, Run>& runs() const { return runs_; }

 private:
  // The last one again, where nobody knows what became of it.
  void begin() {
    if (unsure_.empty()) unsure_ = fmt::format("run{}", ++begun_);
    const std::string input = fmt::format(
        R"({{"async":true,"input":{{"upstream":"{}","run":"{}"}}}})", upstream_, unsure_);
    const RestAnswer answer = serving_.post("/api/automation/workflows/mixed/exec", input,
                                            {{"Idempotency-Key", unsure_}});
    if (answer.status == 0) return;
    ASSERT_EQ(answer.status, 200U) << serialize(answer.body);
    runs_[unsure_].session = text(answer.response(), "sessionID");
    unsure_.clear();
  }

  void answer_prompts() {
    const auto prompts = serving_.get("/api/automation/sessions/prompts?limit=5").response();
    if (!prompts.is_object()) return;
    for (const auto& prompt : prompts.at("set").as_array()) {
      const std::string session = text(prompt, "sessionID");
      const auto found = std::find_if(runs_.begin(), runs_.end(), [&](const auto& run) {
        return run.second.session == session;
      });
      if (found == runs_.end()) continue;  // its beginning has not been acknowledged
      Run& run = found->second;
      const std::string given = fmt::format("answer{}", ++answers_);
      run.tried.insert(given);
      const RestAnswer answer =
          serving_.post("/api/automation/sessions/" + session + "/state/" + text(prompt, "stateID"),
                        fmt::format(R"({{"input":{{"given":"{}"}}}})", given));
      if (answer.status != 200) continue;
      EXPECT_FALSE(run.acknowledged) << "answered twice: " << session;
      run.acknowledged = given;
    }
  }

  void look_at_one() {
    for (auto& [name, run] : runs_) {
      if (run.has_ended || random_.below(open()) != 0) continue;
      const RestAnswer answer = serving_.get("/api/automation/sessions/" + run.session);
      if (answer.status == 0) return;
      ASSERT_EQ(answer.status, 200U) << "lost: " << run.session << serialize(answer.body);
      const std::string status = text(answer.response(), "status");
      run.has_ended = status == "completed" || status == "failed" || status == "canceled";
      return;
    }
  }

  support::Serving& serving_;
  std::string upstream_;
  Random& random_;
  std::map<std::string, Run> runs_;  // that were acknowledged
  std::string unsure_;
  int begun_ = 0;
  int answers_ = 0;
};

class Kill : public testing::Test {
 protected:
  void let_live(Driver& driver, milliseconds length, bool may_begin) {
    const auto until = steady_clock::now() + length;
    while (steady_clock::now() < until && !testing::Test::HasFatalFailure()) driver.act(may_begin);
  }

  void look_at(const std::string& name, const Driver::Run& run,
               std::map<std::string, std::vector<std::string>>& keys, std::set<std::string>& used) {
    const auto session = serving.get("/api/automation/sessions/" + run.session).response();
    ASSERT_EQ(text(session, "status"), "completed") << serialize(session);
    const auto& output = session.at("output");
    const auto value = [&](const char* variable) { return text(output.at(variable), "@value"); };
    // Prompts: once, and what was acknowledged is what counted.
    EXPECT_THAT(run.tried, testing::Contains(value("answer"))) << serialize(session);
    if (run.acknowledged) EXPECT_EQ(value("answer"), *run.acknowledged);
    EXPECT_EQ(value("inner"), "ok");
    // At most once, and exactly once where its fate is known.
    const std::size_t sent = keys["/once/" + name].size();
    EXPECT_LE(sent, 1U);
    if (value("fate") == "done") EXPECT_EQ(sent, 1U);
    // Each pass of the loop, and the last request, with a key of its own, the same when sent again.
    std::vector<std::string> paths = {"/last/" + name};
    for (int pass = 0; pass < kPasses; ++pass) {
      paths.push_back(fmt::format("/loop/{}/{}", name, pass));
    }
    for (const std::string& path : paths) {
      const std::vector<std::string>& seen = keys[path];
      ASSERT_FALSE(seen.empty()) << path;
      EXPECT_NE(seen.front(), "");
      EXPECT_THAT(seen, testing::Each(seen.front())) << path << " of session " << run.session;
      EXPECT_TRUE(used.insert(seen.front()).second) << "a key was used twice: " << path;
    }
  }

  static std::string workflows() {
    std::string text(kWorkflows);
    text.replace(text.find("PASSES"), 6, std::to_string(kPasses));
    return text;
  }

  support::TemporaryFolder folder;
  std::string data = (folder.path() / "data.db").string();
  support::Serving serving{{folder.file("w.yaml", workflows()), "--data", data, "--config",
                            folder.file("c.yaml", "http: { egress: { loopback: true } }\n")}};
};

TEST_F(Kill, LosesNothingAndRepeatsNothing) {
  const std::uint64_t kills = from_environment("MILLRACE_KILLS", support::is_sanitized() ? 3 : 10);
  Random random(from_environment("MILLRACE_KILL_SEED", 1));
  Upstream upstream;
  serving.start();
  Driver driver(serving, upstream.url(), random);
  for (std::uint64_t kill = 0; kill < kills && !HasFatalFailure(); ++kill) {
    let_live(driver, milliseconds(50 + random.below(400)), true);
    serving.kill();
    serving.start();
  }
  const auto until = steady_clock::now() + seconds(60);
  while (driver.open() > 0 && steady_clock::now() < until && !HasFatalFailure()) {
    let_live(driver, milliseconds(20), false);
  }
  EXPECT_EQ(driver.open(), 0U) << "sessions without an end";
  ASSERT_FALSE(HasFatalFailure());

  auto keys = upstream.keys_by_path();
  std::set<std::string> used;
  std::set<std::string> sessions;
  for (const auto& [name, run] : driver.runs()) {
    EXPECT_TRUE(sessions.insert(run.session).second) << "two runs are one session: " << name;
    look_at(name, run, keys, used);
  }
  EXPECT_GT(driver.runs().size(), kills);
  EXPECT_EQ(serialize(serving.get("/debug/scopes").response()).find("session "), std::string::npos);
  EXPECT_EQ(serving.stop().status, 0);
  EXPECT_THAT(*sqlite::check_store(data), testing::IsEmpty());
  std::cout << kills << " kills, " << driver.runs().size() << " sessions\n";
}

}  // namespace
}  // namespace millrace
