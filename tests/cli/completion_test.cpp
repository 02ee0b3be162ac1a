// `millrace completion`: what the shells make of its scripts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/millrace_binary.h"

namespace millrace {
namespace {

using support::run_millrace;
using support::TemporaryFolder;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Whether the machine has that shell; the tests of one that it lacks are skipped.
bool is_installed(const std::string& shell) {
  return support::run_process({.arguments = {"/bin/sh", "-c", "command -v " + shell}}).status == 0;
}

class Completion : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto* name : {"orders.yaml", "with blank.yaml"}) folder_.file(name, "");
  }

  // What bash offers for the last of `words`, a line each.
  std::string offered(const std::string& words) {
    const std::string script = "cd \"$1\" && source <(\"$0\" completion bash) && COMP_WORDS=(" +
                               words +
                               ") && COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) && _millrace && "
                               "printf '%s\\n' \"${COMPREPLY[@]}\"";
    const auto result =
        support::run_process({.arguments = {"/usr/bin/env", "bash", "-c", script, MILLRACE_BINARY,
                                            folder_.path().string()}});
    EXPECT_EQ(result.status, 0) << result.errors;
    EXPECT_EQ(result.errors, "");
    return result.output;
  }

  TemporaryFolder folder_;
};

TEST_F(Completion, BashCompletesCommandsAndOptions) {
  if (!is_installed("bash")) GTEST_SKIP();
  EXPECT_EQ(offered("millrace ru"), "run\n");
  EXPECT_EQ(offered("millrace run --out"), "--output\n");
  EXPECT_EQ(offered("millrace config che"), "check\n");
  EXPECT_THAT(offered("millrace ''"),
              AllOf(HasSubstr("run\n"), HasSubstr("eval\n"), HasSubstr("completion\n")));
  // Options are those of the command, and a value that is a command's name is none.
  EXPECT_EQ(offered("millrace check --str"), "--strict\n");
  EXPECT_EQ(offered("millrace run --str"), "\n");
  EXPECT_EQ(offered("millrace run --workflow check --str"), "\n");
}

TEST_F(Completion, BashCompletesFilesWhereOneIsTaken) {
  if (!is_installed("bash")) GTEST_SKIP();
  EXPECT_THAT(offered("millrace run ''"),
              AllOf(HasSubstr("orders.yaml\n"), HasSubstr("with blank.yaml\n")));
  EXPECT_EQ(offered("millrace run --input or"), "orders.yaml\n");
  EXPECT_EQ(offered("millrace run --config = or"), "orders.yaml\n");
  EXPECT_EQ(offered("millrace config check wi"), "with blank.yaml\n");
  EXPECT_EQ(offered("millrace run --timeout ''"), "\n");
  EXPECT_EQ(offered("millrace functions or"), "\n");
}

TEST_F(Completion, OtherShellsCanReadTheirs) {
  for (const std::string shell : {"zsh", "fish"}) {
    const auto script = run_millrace({"completion", shell});
    EXPECT_EQ(script.status, 0);
    EXPECT_THAT(script.output, AllOf(HasSubstr("output"), HasSubstr("completion")));
    if (!is_installed(shell)) continue;
    const auto checked =
        support::run_process({.arguments = {"/usr/bin/env", shell, "-n",
                                            folder_.file("script." + shell, script.output)}});
    EXPECT_EQ(checked.status, 0) << checked.errors;
  }
  const auto other = run_millrace({"completion", "csh"});
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.errors, AllOf(HasSubstr("csh"), Not(HasSubstr("bug"))));
}

// Nothing is listed twice: whatever --help shows of a command, its completion offers.
TEST_F(Completion, OffersEveryOptionThatHelpShows) {
  if (!is_installed("bash")) GTEST_SKIP();
  for (const std::string command : {"run", "check", "eval", "functions", "demo"}) {
    const std::string help = run_millrace({command, "--help"}).output;
    const std::string options = offered("millrace " + command + " --");
    for (std::size_t at = help.find("  --"); at != std::string::npos; at = help.find("  --", at)) {
      at += 2;
      const std::string option = help.substr(at, help.find(' ', at) - at);
      EXPECT_THAT(options, HasSubstr(option + "\n")) << command;
    }
  }
}

}  // namespace
}  // namespace millrace
