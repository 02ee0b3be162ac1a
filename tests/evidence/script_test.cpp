// A script that will not end, or explodes, ends its step and nothing else; and no process of one
// outlives the server, however that ends.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <csignal>
#include <fstream>
#include <thread>

#include "support/measure.h"
#include "support/millrace_binary.h"
#include "support/workflow_text.h"

namespace millrace {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using support::script;
using support::variable;
using testing::AllOf;
using testing::HasSubstr;

// Whether the process is there and not merely waiting for somebody to ask how it ended.
bool is_running(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(stat, line);
  const std::size_t end_of_name = line.rfind(')');
  return end_of_name != std::string::npos && line.substr(end_of_name + 2, 1) != "Z";
}

template <class Condition>
bool soon(Condition condition) {
  const auto until = steady_clock::now() + seconds(support::is_sanitized() ? 20 : 5);
  while (!condition()) {
    if (steady_clock::now() > until) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

class ScriptEvidence : public testing::Test {
 protected:
  std::vector<std::string> command(const std::vector<std::string>& steps, std::string_view paths,
                                   std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"run", "--output", "json",
                               folder_.file("w.yaml", support::workflow(steps, paths))});
    return more;
  }
  support::TemporaryFolder folder_;
};

TEST_F(ScriptEvidence, AnEndlessOneEndsAtTheSessionsLimit) {
  for (const char* source : {"for (;;);", "return /^(a+)+$/.test('a'.repeat(60) + 'b')"}) {
    const auto result =
        support::run_millrace(command({script(1, source)}, "", {"--timeout", "1s"}));
    EXPECT_EQ(result.status, 1);
    const json::object document = support::document_of(result);
    EXPECT_EQ(document.at("scopes"), 0);
    EXPECT_EQ(document.at("error").at("kind"), "deadline");
    EXPECT_THAT(std::string(document.at("error").at("message").as_string()),
                AllOf(HasSubstr("deadline of 1s"), HasSubstr("running the script"),
                      HasSubstr("--timeout")));
    const auto elapsed = document.at("elapsed").to_number<double>();
    EXPECT_GE(elapsed, 1000);
    EXPECT_LE(elapsed, support::is_sanitized() ? 3000 : 1200);
  }
}

TEST_F(ScriptEvidence, OneThatExplodesIsCaughtAndTheSessionGoesOn) {
  const std::string source = "let a = []; for (;;) a.push({x: [1, 2, 3]})";
  support::Process process(support::millrace(
      command({support::handler(1), script(2, source), support::set(3, "end", "Boolean", "true")},
              "1-2 1-3")));
  std::size_t server = 0;
  std::size_t worker = 0;
  while (process.is_running()) {
    server = std::max(server, support::resident_bytes(process.pid()));
    for (const pid_t pid : support::children(process.pid())) {
      worker = std::max(worker, support::resident_bytes(pid));
    }
    std::this_thread::sleep_for(milliseconds(2));
  }
  const auto result = process.wait();
  EXPECT_EQ(result.status, 0) << result.output << result.errors;
  const json::object document = support::document_of(result);
  EXPECT_EQ(variable(document, "end"), true);
  EXPECT_EQ(variable(document, "errorKind"), "exhausted");
  EXPECT_THAT(std::string(variable(document, "errorMessage").as_string()),
              AllOf(HasSubstr("64 MiB"), HasSubstr("script.memory")));
  EXPECT_EQ(document.at("scopes"), 0);
  if (support::is_sanitized()) return;
  EXPECT_GT(worker, 32U << 20U);  // it did grow, and was seen
  EXPECT_LE(worker, 128U << 20U);
  EXPECT_LE(server, 40U << 20U);
}

// SIGKILL leaves the server no time to end anything.
TEST_F(ScriptEvidence, NoProcessOutlivesAServerThatIsKilled) {
  for (const int signal : {SIGKILL, SIGTERM, SIGINT}) {
    support::Process process(support::millrace(command({script(1, "for (;;);")}, "")));
    std::vector<pid_t> workers;
    ASSERT_TRUE(soon([&] { return !(workers = support::children(process.pid())).empty(); }));
    std::this_thread::sleep_for(milliseconds(300));  // at work
    process.send_signal(signal);
    (void)process.wait(seconds(20));
    for (const pid_t pid : workers) EXPECT_TRUE(soon([&] { return !is_running(pid); })) << signal;
  }
}

// A process for scripts is not in the terminal's group: the server ends it, in order.
TEST_F(ScriptEvidence, AnInterruptEndsTheScriptAtOnce) {
  support::Process process(support::millrace(command({script(1, "for (;;);")}, "")));
  ASSERT_TRUE(soon([&] { return !support::children(process.pid()).empty(); }));
  std::this_thread::sleep_for(milliseconds(300));
  const auto began = steady_clock::now();
  process.send_signal(SIGINT);
  const auto result = process.wait(seconds(20));
  EXPECT_EQ(result.status, 130);
  EXPECT_LE(steady_clock::now() - began, milliseconds(support::is_sanitized() ? 5000 : 1000));
  const json::object document = support::document_of(result);
  EXPECT_EQ(document.at("status"), "canceled") << result.output;
  EXPECT_EQ(document.at("scopes"), 0);
}

TEST_F(ScriptEvidence, TheCommandItselfIsNotForPeople) {
  const auto result = support::run_millrace({"script-worker"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.errors, HasSubstr("for Millrace itself"));
  EXPECT_THAT(support::run_millrace({"--help"}).output, testing::Not(HasSubstr("script-worker")));
}

}  // namespace
}  // namespace millrace
