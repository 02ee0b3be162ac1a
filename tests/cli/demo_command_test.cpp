// `millrace demo` as a user sees it: three sessions, each ending as promised, and nothing left
// alive.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "cli/demo_answers.h"
#include "cli/demo_upstream.h"
#include "support/checksum.h"
#include "support/millrace_binary.h"
#include "support/raw_client.h"

namespace millrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::run_millrace;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

// Waits until the process has said `text`; then what it has said.
std::string output_with(support::Process& process, const std::string& text) {
  for (int i = 0; i < 5000 && process.is_running(); ++i) {
    std::string output = process.output_so_far();
    if (output.find(text) != std::string::npos) return output;
    std::this_thread::sleep_for(milliseconds(2));
  }
  ADD_FAILURE() << "never said: " << text << "\n" << process.output_so_far();
  return "";
}

TEST(DemoCommand, ShowsThePromiseAndLeavesNothing) {
  const auto result = run_millrace({"demo"});
  EXPECT_EQ(result.status, 0) << result.output << result.errors;
  EXPECT_EQ(result.errors, "");
  const std::string checksum = support::sha256(demo_text(1U << 20U)).substr(0, 16);
  EXPECT_THAT(result.output,
              AllOf(ContainsRegex("first line read when [0-9]+ of 1048576 bytes had been sent"),
                    HasSubstr("1048576 bytes in 3."), HasSubstr(checksum), Not(HasSubstr("WRONG")),
                    HasSubstr("live scopes: 0, bodies: 0, sockets: 0\n"), Not(HasSubstr("\033"))));
  EXPECT_THAT(result.output,
              AllOf(ContainsRegex("deadline of 1s exceeded after 1(\\.[0-9]+)?s "),
                    ContainsRegex("while reading the response body \\([0-9]+ of 1048576 bytes\\), "
                                  "set by argument \"timeout\" of step 1"),
                    HasSubstr("cancelled")));
}

TEST(DemoCommand, InterruptedItCleansUpAndSaysSo) {
  support::Process process(support::millrace({"demo"}));
  output_with(process, "(b)");
  const auto told = std::chrono::steady_clock::now();
  process.send_signal(SIGINT);
  const auto result = process.wait(seconds(20));
  EXPECT_LT(std::chrono::steady_clock::now() - told, seconds(2));
  EXPECT_EQ(result.status, 130) << result.output << result.errors;
  EXPECT_THAT(result.output, HasSubstr("live scopes: 0, bodies: 0, sockets: 0\n"));
}

TEST(DemoCommand, ServesItsUpstreamUntilInterrupted) {
  support::Process process(support::millrace({"demo", "--upstream-only"}));
  const std::string said = output_with(process, "127.0.0.1:");
  const int port = std::atoi(said.substr(said.find("127.0.0.1:") + 10).c_str());
  ASSERT_GT(port, 0);
  EXPECT_THAT(support::fetch(static_cast<std::uint16_t>(port), "/fallback.json"),
              HasSubstr("\"rate\""));
  process.send_signal(SIGTERM);
  EXPECT_EQ(process.wait(seconds(10)).status, 143);
}

TEST(DemoCommand, APortThatIsTakenIsAClearError) {
  const auto first = *DemoUpstream::start();
  const std::string port = std::to_string(first->port());
  const auto result = run_millrace({"demo", "--upstream-only", "--port", port});
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.output, "");
  EXPECT_THAT(result.errors, AllOf(HasSubstr(port), HasSubstr("--port")));
  EXPECT_EQ(run_millrace({"demo", "--port", "77777"}).status, 2);
}

TEST(Usage, HelpAndVersionGoToStdout) {
  const auto version = run_millrace({"--version"});
  EXPECT_EQ(version.status, 0);
  EXPECT_THAT(version.output, ContainsRegex("^millrace [0-9]+\\.[0-9]+\\.[0-9]+\n$"));
  for (const std::string command : {"run", "check", "eval", "demo", "functions"}) {
    const auto help = run_millrace({command, "--help"});
    EXPECT_EQ(help.status, 0) << command;
    EXPECT_EQ(help.errors, "") << command;
    EXPECT_THAT(help.output, HasSubstr("Example")) << command;
  }
  EXPECT_THAT(run_millrace({"--help"}).output, HasSubstr("Exit status"));
}

}  // namespace
}  // namespace millrace
