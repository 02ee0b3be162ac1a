// The server as its users meet it: the real binary, a real file, real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "support/millrace_binary.h"
#include "support/raw_client.h"
#include "support/raw_server.h"
#include "support/serving.h"

namespace millrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::RestAnswer;
using support::text;
using testing::HasSubstr;

constexpr std::string_view kWorkflows = R"(
workflows:
  sum:
    scope: { n: { "@type": Integer, "@value": 1 } }
    steps: [ { stepID: 1, kind: expressions, arguments: [ { target: n, type: Integer, expr: n + 1 } ] } ]
  ask:
    steps:
      - { stepID: 1, kind: prompt, ref: alert, arguments: [ { target: message, type: String, value: how many } ], results: [ { target: n, type: Integer, expr: more } ] }
  nap:
    scope: { rest: { "@type": Duration, "@value": 1h } }
    steps:
      - { stepID: 1, kind: delay, arguments: [ { target: offset, type: Duration, expr: rest } ] }
      - { stepID: 2, kind: expressions, arguments: [ { target: done, type: Boolean, expr: "true" } ] }
    paths: [ { parentID: 1, childID: 2 } ]
  bad:
    steps: [ { stepID: 7, kind: error, arguments: [ { target: message, type: String, value: it broke } ] } ]
  get:
    steps:
      - { stepID: 1, kind: function, ref: httpRequestSend, arguments: [ { target: url, type: String, expr: url } ], results: [ { target: text, type: String, expr: body } ] }
  once:
    steps:
      - { stepID: 1, kind: function, ref: httpRequestSend, effect: at-most-once, arguments: [ { target: url, type: String, expr: url }, { target: method, value: POST } ], results: [ { target: text, type: String, expr: body } ] }
  off:
    enabled: false
    steps: [ { stepID: 1, kind: expressions, arguments: [ { target: n, type: Integer, expr: "1" } ] } ]
  forever:
    keepSessions: 10000000000
    steps: [ { stepID: 1, kind: expressions, arguments: [ { target: n, type: Integer, expr: "1" } ] } ]
  grow:
    steps:
      - { stepID: 1, kind: delay, arguments: [ { target: offset, type: Duration, value: 10ms } ] }
      - { stepID: 2, kind: expressions, arguments: [ { target: y, type: String, expr: x + x + x + x + x + x } ] }
    paths: [ { parentID: 1, childID: 2 } ]
  show:
    steps:
      - { stepID: 1, kind: function, ref: httpRequestSend, arguments: [ { target: url, type: String, expr: url } ], results: [ { target: b, type: Any, expr: body } ] }
      - { stepID: 2, kind: prompt, ref: alert, arguments: [ { target: message, type: Any, expr: b } ] }
    paths: [ { parentID: 1, childID: 2 } ]
  hidden:
    keepSessions: 60
    steps: [ { stepID: 1, kind: expressions, arguments: [ { target: n, type: Integer, expr: "1" } ] } ]
)";

constexpr std::string_view kApi = "/api/automation";

std::string at(std::string_view path) { return std::string(kApi) + std::string(path); }

class Serve : public testing::Test {
 protected:
  Serve() { serving.start(); }
  ~Serve() override {
    if (!serving.is_running()) return;
    const support::ProcessResult ended = serving.stop();
    EXPECT_EQ(ended.status, 0) << ended.errors;
  }

  std::string session_of(const RestAnswer& answer) {
    EXPECT_EQ(answer.status, 200U) << answer.head << serialize(answer.body);
    return text(answer.response(), "sessionID");
  }
  boost::json::value session(const std::string& id) {
    return serving.get(at("/sessions/" + id)).response();
  }
  // Until the session has that status, for some seconds.
  bool comes_to(const std::string& id, std::string_view status) {
    for (int i = 0; i < 1000; ++i) {
      if (text(session(id), "status") == status) return true;
      std::this_thread::sleep_for(milliseconds(10));
    }
    ADD_FAILURE() << serialize(session(id));
    return false;
  }
  std::string open_prompt() {
    for (int i = 0; i < 500; ++i) {
      const auto prompts = serving.get(at("/sessions/prompts")).response();
      const auto& set = prompts.at("set").as_array();
      if (!set.empty()) return text(set[0], "sessionID") + "/state/" + text(set[0], "stateID");
      std::this_thread::sleep_for(milliseconds(10));
    }
    return "none";
  }

  support::TemporaryFolder folder;
  std::string data = (folder.path() / "data.db").string();
  support::Serving serving{{folder.file("w.yaml", kWorkflows), "--data", data, "--config",
                            folder.file("c.yaml",
                                        "http: { egress: { loopback: true } }\n"
                                        "server: { grace: 2s }\n")}};
};

TEST_F(Serve, ExecWaitsAndGivesTheResult) {
  const RestAnswer answer = serving.post(at("/workflows/sum/exec"), R"({"input":{"n":41}})");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_THAT(answer.head, HasSubstr("Content-Type: application/json"));
  EXPECT_EQ(text(answer.response(), "status"), "completed");
  EXPECT_EQ(serialize(answer.response().at("results")), R"({"n":{"@type":"Integer","@value":42}})");
  const auto kept = session(session_of(answer));
  EXPECT_EQ(text(kept, "status"), "completed");
  EXPECT_EQ(text(kept, "workflow"), "sum");
  EXPECT_EQ(serialize(kept.at("output")), R"({"n":{"@type":"Integer","@value":42}})");
}

TEST_F(Serve, AWorkflowIsFoundByItsId) {
  const auto listed = serving.get(at("/workflows/")).response();
  for (const auto& workflow : listed.at("set").as_array()) {
    const std::string id = text(workflow, "workflowID");
    const auto read = serving.get(at("/workflows/" + id)).response();
    EXPECT_EQ(text(read, "handle"), text(workflow, "handle"));
  }
  EXPECT_EQ(listed.at("set").as_array().size(), 11U);
}

TEST_F(Serve, AFailureSaysWhatWhereAndOfWhichSession) {
  const RestAnswer plain = serving.post(at("/workflows/bad/exec"));
  EXPECT_EQ(plain.status, 422U);
  EXPECT_EQ(text(plain.error(), "message"), "it broke");
  EXPECT_EQ(plain.error().at("step"), 7);
  EXPECT_EQ(text(session(text(plain.error(), "sessionID")), "status"), "failed");
  const RestAnswer traced = serving.post(at("/workflows/bad/exec"), R"({"trace":true})");
  EXPECT_EQ(traced.status, 200U);
  EXPECT_EQ(text(traced.response(), "status"), "failed");
  EXPECT_EQ(text(traced.response().at("error"), "message"), "it broke");
  EXPECT_EQ(traced.response().at("trace").as_array().size(), 1U);
}

struct Refusal {
  std::string method;
  std::string path;
  std::string body;
  unsigned status;
  std::string kind;
};

TEST_F(Serve, RefusesWithTheStatusThatFits) {
  const std::vector<Refusal> refusals = {
      {"POST", at("/workflows/nope/exec"), "", 404, "not_found"},
      {"POST", at("/workflows/off/exec"), "", 409, "conflict"},
      {"POST", at("/workflows/sum/exec"), "{", 400, "invalid"},
      {"POST", at("/workflows/sum/exec"), "[]", 400, "invalid"},
      {"POST", at("/workflows/sum/exec"), R"({"input":{"n":"abc"}})", 400, "invalid"},
      {"POST", at("/workflows/sum/exec"), R"({"input":7})", 400, "invalid"},
      {"POST", at("/workflows/sum/exec"), R"({"stepID":"9"})", 404, "not_found"},
      {"POST", at("/workflows/sum/exec"), R"({"timeout":"soon"})", 400, "invalid"},
      {"POST", at("/workflows/sum/exec"), R"({"timeout":"-1s"})", 400, "invalid"},
      {"POST", at("/workflows/sum/exec"), R"({"wait":"maybe"})", 400, "invalid"},
      {"POST", at("/workflows/nap/exec"), R"({"wait":true,"timeout":"20ms"})", 504, "deadline"},
      {"GET", at("/sessions/1"), "", 404, "not_found"},
      {"GET", at("/sessions/x"), "", 400, "invalid"},
      {"GET", at("/sessions/18446744073709551616"), "", 400, "invalid"},
      {"GET", at("/sessions?status=9"), "", 400, "invalid"},
      {"GET", at("/sessions?limit=100000"), "", 400, "invalid"},
      {"GET", at("/sessions?status=%zz"), "", 400, "invalid"},
      {"GET", at("/sessions/prompts?pageCursor=x"), "", 400, "invalid"},
      {"POST", at("/workflows/sum/exec"), std::string(300, '[') + std::string(300, ']'), 400,
       "invalid"},
      {"GET", at("/sessions?completed=9"), "", 400, "invalid"},
      {"POST", at("/sessions/1/cancel"), "", 404, "not_found"},
      {"POST", at("/sessions/1/state/1"), "", 404, "not_found"},
      {"DELETE", at("/sessions"), "", 405, "invalid"},
      {"GET", "/elsewhere", "", 404, "not_found"},
      {"GET", "http://elsewhere/", "", 404, "not_found"},
  };
  for (const Refusal& refusal : refusals) {
    const RestAnswer answer = serving.call(refusal.method, refusal.path, refusal.body);
    EXPECT_EQ(answer.status, refusal.status) << refusal.path << refusal.body << answer.head;
    EXPECT_EQ(text(answer.error(), "kind"), refusal.kind) << serialize(answer.body);
    EXPECT_NE(text(answer.error(), "message"), "");
  }
}

TEST_F(Serve, APromptIsAnsweredOnce) {
  const std::string id = session_of(serving.post(at("/workflows/ask/exec")));
  const std::string prompt = open_prompt();
  EXPECT_THAT(prompt, HasSubstr(id));
  EXPECT_EQ(text(session(id), "status"), "prompted");
  EXPECT_EQ(serving.post(at("/sessions/" + prompt), R"({"input":{"more":4}})").status, 200U);
  EXPECT_EQ(serving.post(at("/sessions/" + prompt), R"({"input":{"more":5}})").status, 409U);
  ASSERT_TRUE(comes_to(id, "completed"));
  EXPECT_EQ(serialize(session(id).at("output")), R"({"n":{"@type":"Integer","@value":4}})");
}

TEST_F(Serve, SessionsOutliveTheProcess) {
  const std::string asks = session_of(serving.post(at("/workflows/ask/exec")));
  const std::string naps =
      session_of(serving.post(at("/workflows/nap/exec"), R"({"input":{"rest":"300ms"}})"));
  serving.kill();
  serving.start();
  EXPECT_EQ(text(session(asks), "status"), "prompted");
  EXPECT_EQ(serving.post(at("/sessions/" + open_prompt()), R"({"input":{"more":4}})").status, 200U);
  EXPECT_TRUE(comes_to(asks, "completed"));
  EXPECT_TRUE(comes_to(naps, "completed"));
}

TEST_F(Serve, CancellingIsAnsweredWithAReceipt) {
  const std::string id = session_of(serving.post(at("/workflows/nap/exec")));
  const RestAnswer answer = serving.post(at("/sessions/" + id + "/cancel"));
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(text(answer.response(), "status"), "canceled");
  EXPECT_EQ(serialize(answer.response().at("stopped")),
            R"([{"step":1,"waitedFor":"time","mayHaveTakenEffect":false}])");
  EXPECT_EQ(text(session(id), "status"), "canceled");
  const std::string done = session_of(serving.post(at("/workflows/sum/exec")));
  EXPECT_EQ(serving.post(at("/sessions/" + done + "/cancel")).status, 409U);
}

// Whatever else a session does while it is canceled: leaving memory for the disk, above all.
TEST_F(Serve, CancellingAtAnyMomentCancels) {
  std::vector<std::thread> threads;
  std::atomic<int> refused = 0;
  for (int client = 0; client < 6; ++client) {
    threads.emplace_back([&] {
      for (int i = 0; i < 40; ++i) {
        const std::string id =
            session_of(serving.post(at("/workflows/ask/exec"), R"({"async":true})"));
        if (serving.post(at("/sessions/" + id + "/cancel")).status != 200) ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused, 0);
  EXPECT_EQ(serving.get(at("/sessions/?status=0,1,2")).response().at("set").as_array().size(), 0U);
}

TEST_F(Serve, AResultThatCannotBeKeptIsSaidAndTheServerStops) {
  const std::string id = session_of(
      serving.post(at("/workflows/grow/exec"),
                   R"({"async":true,"input":{"x":")" + std::string(12 << 20, 'x') + R"("}})"));
  ASSERT_TRUE(comes_to(id, "failed"));
  EXPECT_THAT(text(session(id).at("error"), "message"), HasSubstr("store.record"));
}

TEST_F(Serve, APromptThatShowsAStreamIsListed) {
  support::RawServer upstream(
      support::RawServer::each_request([](support::Connection& peer, const support::Request&) {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
      }));
  session_of(serving.post(at("/workflows/show/exec"),
                          R"({"async":true,"input":{"url":")" + upstream.url() + R"("}})"));
  open_prompt();
  const auto prompts = serving.get(at("/sessions/prompts")).response();
  const auto& shown = prompts.at("set").as_array().at(0).at("payload").at("message");
  // Its content, where that was there already.
  EXPECT_THAT(text(shown, "@value"), testing::AnyOf("done", "(a stream)"));
}

TEST_F(Serve, WhatIsKeptForVeryLongIsNotRemovedAtOnce) {
  const std::string id = session_of(serving.post(at("/workflows/forever/exec")));
  EXPECT_GT(text(session(id), "purgeAt"), "2100");
}

TEST_F(Serve, TheSameKeyIsTheSameSession) {
  const auto with_key = [&](std::string_view workflow, const std::string& key) {
    return session_of(serving.post(at("/workflows/" + std::string(workflow) + "/exec"), "",
                                   {{"Idempotency-Key", key}}));
  };
  const std::string first = with_key("sum", "a");
  EXPECT_EQ(with_key("sum", "a"), first);
  EXPECT_NE(with_key("sum", "b"), first);
  EXPECT_NE(with_key("hidden", "a"), first);
  serving.kill();
  serving.start();
  EXPECT_EQ(with_key("sum", "a"), first);
}

TEST_F(Serve, ManyAtOnceWithOneKeyAreOneSession) {
  std::vector<std::string> ids(8);
  std::vector<std::thread> threads;
  for (std::string& id : ids) {
    threads.emplace_back([&] {
      id = text(serving
                    .post(at("/workflows/nap/exec"), R"({"wait":true,"input":{"rest":"200ms"}})",
                          {{"Idempotency-Key", "k"}})
                    .response(),
                "sessionID");
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(ids, testing::Each(ids.front()));
  EXPECT_NE(ids.front(), "");
}

TEST_F(Serve, ListsInPages) {
  std::vector<std::string> begun;
  for (int i = 0; i < 5; ++i) begun.push_back(session_of(serving.post(at("/workflows/sum/exec"))));
  session_of(serving.post(at("/workflows/nap/exec")));
  std::vector<std::string> listed;
  std::string cursor;
  do {
    const auto page = serving
                          .get(at("/sessions/?status=4&limit=2" +
                                  (cursor.empty() ? "" : "&pageCursor=" + cursor)))
                          .response();
    for (const auto& entry : page.at("set").as_array()) listed.push_back(text(entry, "sessionID"));
    cursor = text(page.at("filter"), "nextPage");
  } while (!cursor.empty());
  EXPECT_THAT(listed, testing::UnorderedElementsAreArray(begun));
  EXPECT_THAT(serving.get(at("/sessions/?completed=0")).response().at("set").as_array().size(), 1U);
}

TEST_F(Serve, AClientThatGoesAwayCancelsOnlyWhereItAskedForThat) {
  for (const bool asked : {false, true}) {
    support::RawClient client(serving.port());
    const std::string body = std::string(R"({"wait":true,"input":{"rest":"1s"})") +
                             (asked ? R"(,"cancelOnDisconnect":true})" : "}");
    client.send("POST /api/automation/workflows/nap/exec HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    std::string id;
    for (int i = 0; i < 500 && id.empty(); ++i) {
      const auto listed = serving.get(at("/sessions/?status=2")).response();
      const auto& set = listed.at("set").as_array();
      if (!set.empty()) id = text(set[0], "sessionID");
      std::this_thread::sleep_for(milliseconds(2));
    }
    client.close();
    EXPECT_TRUE(comes_to(id, asked ? "canceled" : "completed"));
  }
}

TEST_F(Serve, StoppingGivesRequestsTheirTimeAndKeepsTheRest) {
  const std::string asks = session_of(serving.post(at("/workflows/ask/exec")));
  RestAnswer waited;
  RestAnswer waited_for_long;
  std::thread brief([&] {
    waited = serving.post(at("/workflows/nap/exec"), R"({"wait":true,"input":{"rest":"700ms"}})");
  });
  std::thread lasting(
      [&] { waited_for_long = serving.post(at("/workflows/nap/exec"), R"({"wait":true})"); });
  std::this_thread::sleep_for(milliseconds(300));
  const support::ProcessResult ended = serving.stop();
  brief.join();
  lasting.join();
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(waited.status, 200U) << serialize(waited.body);
  EXPECT_EQ(waited_for_long.status, 503U) << serialize(waited_for_long.body);
  serving.start();
  EXPECT_EQ(text(session(asks), "status"), "prompted");
  EXPECT_THAT(serving.get(at("/sessions/?status=2")).response().at("set").as_array().size(), 1U);
}

// What must not be sent twice has its time to end when the server stops, though nobody waits for
// it.
TEST_F(Serve, StoppingWaitsForCallsUnderWay) {
  std::atomic<int> requests = 0;
  support::RawServer upstream(
      support::RawServer::each_request([&](support::Connection& peer, const support::Request&) {
        ++requests;
        peer.sleep(milliseconds(500));
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
      }));
  const std::string id = session_of(serving.post(
      at("/workflows/once/exec"), R"({"async":true,"input":{"url":")" + upstream.url() + R"("}})"));
  while (requests == 0) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_EQ(serving.stop().status, 0);
  serving.start();
  ASSERT_TRUE(comes_to(id, "completed"));
  EXPECT_EQ(requests, 1);
}

TEST_F(Serve, DoesNotReachItself) {
  const std::string own = "http://127.0.0.1:" + std::to_string(serving.port()) + "/version";
  const RestAnswer answer =
      serving.post(at("/workflows/get/exec"), R"({"input":{"url":")" + own + R"("}})");
  EXPECT_EQ(answer.status, 422U);
  EXPECT_EQ(text(answer.error(), "kind"), "denied");
  EXPECT_THAT(text(answer.error(), "message"), HasSubstr("this server itself"));
}

TEST_F(Serve, SaysWhatItIsAndWhatItHolds) {
  EXPECT_EQ(serving.get("/healthcheck").status, 200U);
  EXPECT_NE(text(serving.get("/version").response(), "version"), "");
  session_of(serving.post(at("/workflows/sum/exec")));
  const std::string scopes = serialize(serving.get("/debug/scopes").response());
  EXPECT_THAT(scopes, HasSubstr("request GET /debug/scopes"));
  EXPECT_THAT(scopes, testing::Not(HasSubstr("session ")));
}

TEST_F(Serve, TheFileIsItsOwn) {
  support::Process process(support::millrace(
      {"serve", folder.file("w.yaml", kWorkflows), "--data", data, "--listen", "127.0.0.1:0"}));
  const support::ProcessResult result = process.wait();
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.errors, HasSubstr(data));
}

TEST_F(Serve, ThePortIsTaken) {
  const support::ProcessResult result = support::run_millrace(
      {"serve", folder.file("w.yaml", kWorkflows), "--data", (folder.path() / "other.db").string(),
       "--listen", "127.0.0.1:" + std::to_string(serving.port())});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.errors, HasSubstr("something else does already"));
}

TEST_F(Serve, ABackupOfARunningServerIsAServerOfItsOwn) {
  const std::string id = session_of(serving.post(at("/workflows/ask/exec")));
  const std::string copy = (folder.path() / "copy.db").string();
  const support::ProcessResult made = support::run_millrace({"backup", "--data", data, copy});
  EXPECT_EQ(made.status, 0) << made.errors;
  EXPECT_THAT(made.output, HasSubstr("whole"));
  const support::ProcessResult again = support::run_millrace({"backup", "--data", data, copy});
  EXPECT_EQ(again.status, 2);
  EXPECT_THAT(again.errors, HasSubstr("there is a file already"));
  support::Serving restored({folder.file("w.yaml", kWorkflows), "--data", copy});
  restored.start();
  EXPECT_EQ(text(restored.get(at("/sessions/" + id)).response(), "status"), "prompted");
  EXPECT_EQ(restored.stop().status, 0);
}

TEST(Backup, OfNoStoreIsAnError) {
  const support::TemporaryFolder folder;
  const std::string copy = (folder.path() / "copy.db").string();
  const support::ProcessResult missing =
      support::run_millrace({"backup", "--data", (folder.path() / "none.db").string(), copy});
  EXPECT_EQ(missing.status, 2);
  EXPECT_THAT(missing.errors, HasSubstr("none.db"));
  const support::ProcessResult other =
      support::run_millrace({"backup", "--data", folder.file("text.db", "not a store"), copy});
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.errors, HasSubstr("text.db"));
  EXPECT_FALSE(std::filesystem::exists(copy));
}

TEST(ServeFiles, WithIssuesAreNotServed) {
  const support::TemporaryFolder folder;
  const support::ProcessResult result = support::run_millrace(
      {"serve",
       folder.file("w.yaml", "workflows: { w: { steps: [ { stepID: 1, kind: nonsense } ] } }"),
       "--data", (folder.path() / "d.db").string()});
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.errors, HasSubstr("nonsense"));
}

}  // namespace
}  // namespace millrace
