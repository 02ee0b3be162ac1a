// What the program does when its output cannot be written, and how it shows texts that are not its
// own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/bodies.h"
#include "support/millrace_binary.h"
#include "support/raw_server.h"

namespace millrace {
namespace {

using std::chrono::seconds;
using support::ProcessResult;
using support::run_millrace;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string assigning(const std::string& type, const std::string& value) {
  return "workflows:\n  flow:\n    enabled: true\n    steps:\n      - { stepID: 1, kind: "
         "expressions, arguments: [ { target: text, type: " +
         type + ", " + value + " } ] }\n    paths: []\n";
}

class Output : public testing::Test {
 protected:
  // Runs `arguments` of the program in a shell, "%" standing for a definition that runs well.
  ProcessResult shell(std::string command) {
    const std::string file = folder_.file("w.yaml", assigning("Integer", "value: 1"));
    for (std::size_t at = 0; (at = command.find('%', at)) != std::string::npos;) {
      command.replace(at, 1, file);
    }
    return support::run_process(
        {.arguments = {"/bin/sh", "-c", "\"$0\" " + command, MILLRACE_BINARY}});
  }

  support::TemporaryFolder folder_;
};

TEST_F(Output, ThatCannotBeWrittenIsAnError) {
  for (const char* command : {"run %", "run --output json %", "check --output json %", "eval 1",
                              "functions", "--help", "config list", "completion bash"}) {
    for (const char* to : {" > /dev/full", " >&-"}) {
      const ProcessResult result = shell(std::string(command) + to);
      EXPECT_EQ(result.status, 1) << command << to;
      EXPECT_THAT(result.errors, HasSubstr("standard output could not be written whole"));
    }
  }
  EXPECT_EQ(shell("run missing.yaml > /dev/full").status, 2);
  EXPECT_EQ(shell("run % < /dev/null 0<&- > /dev/null").status, 0);
}

TEST_F(Output, OfABodyThatBreaksOffSaysSo) {
  support::RawServer server([](support::Connection& connection) {
    connection.read_request();
    connection.send(support::head_for(1000) + "so far");
  });
  const auto definition = [&](const std::string& body) {
    return folder_.file("b.yaml", R"(workflows:
  flow:
    enabled: true
    steps:
      - stepID: 1
        kind: function
        ref: httpRequestSend
        arguments: [ { target: url, type: String, value: ")" +
                                      body + R"(" } ]
        results: [ { target: body, type: Reader, expr: body } ]
    paths: []
)");
  };
  const ProcessResult broken = run_millrace({"run", definition(server.url())});
  EXPECT_THAT(broken.output, AllOf(HasSubstr("body = so far\n"), HasSubstr("(breaks off here: ")));
  const std::string text = support::numbered_lines(1U << 20U);
  support::RawServer whole(support::RawServer::each_request(
      [&](support::Connection& connection, const support::Request&) {
        connection.send(support::answer(text));
      }));
  EXPECT_THAT(run_millrace({"run", definition(whole.url())}).output,
              HasSubstr("(goes on; these are the first 65536 bytes)"));
}

TEST_F(Output, LetsNoControlCharacterThrough) {
  const std::string file =
      folder_.file("w.yaml", assigning("String", "value: \"\\e[31mred\\nline \\u009b2J\""));
  EXPECT_EQ(run_millrace({"run", file}).output, "text = \\x1b[31mred\n       line \\u009b2J\n");
  const ProcessResult checked =
      run_millrace({"check", folder_.file("k.yaml",
                                          "workflows:\n  flow:\n    steps: [ { stepID: 1, kind: "
                                          "\"\\e[31m\\nw.yaml:1:1: issue: forged\" } ]\n")});
  EXPECT_THAT(checked.output, AllOf(HasSubstr("\\x1b[31m"), Not(HasSubstr("\x1b")),
                                    Not(HasSubstr("\nw.yaml:1:1"))));
  const ProcessResult failed =
      run_millrace({"run", folder_.file("e.yaml",
                                        "workflows:\n  flow:\n    enabled: true\n    steps: [ { "
                                        "stepID: 1, kind: error, arguments: [ { target: message, "
                                        "type: String, value: \"\\e[2J gone\" } ] } ]\n")});
  EXPECT_THAT(failed.errors, AllOf(HasSubstr("\\x1b[2J gone"), Not(HasSubstr("\x1b"))));
}

TEST_F(Output, NamesAFewOfManyWorkflows) {
  std::string file = "workflows:\n";
  for (int i = 10; i < 40; ++i) {
    file += "  w" + std::to_string(i) + ": { steps: [ { stepID: 1, kind: termination } ] }\n";
  }
  const ProcessResult result = run_millrace({"run", folder_.file("many.yaml", file)});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.errors, HasSubstr("w18, w19 and 20 more"));
}

TEST_F(Output, SaysWhatOfAFileIsNotRead) {
  const ProcessResult result = run_millrace(
      {"run", folder_.file("s.yaml", assigning("Integer", "value: 1") + "roles: []\n")});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.errors, AllOf(HasSubstr("s.yaml:7:1: "), HasSubstr("roles")));
}

}  // namespace
}  // namespace millrace
