#include "cli/eval_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/eval_batch.h"
#include "cli/exit_status.h"
#include "support/millrace_binary.h"
#include "value/json.h"

namespace millrace {
namespace {

struct Answer {
  int status;
  std::string out;
  std::string err;
};

Answer eval(const EvalOptions& options, const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const int status = eval_command(options, in, out, err);
  return {status, out.str(), err.str()};
}

std::string batch(const std::string& input, const std::string& scope = "{}") {
  std::istringstream in(input);
  std::ostringstream out;
  answer_batch(*from_json_input(scope), in, out);
  return out.str();
}

TEST(EvalCommand, PrintsTheTypedValue) {
  EXPECT_EQ(eval({.expression = "1 + 2"}).out, "{\"@type\":\"Float\",\"@value\":3}\n");
  EXPECT_EQ(eval({.expression = "\"7\"", .type = "Integer"}).out,
            "{\"@type\":\"Integer\",\"@value\":7}\n");
  const support::TemporaryFolder folder;
  const std::string scope =
      folder.file("scope.json", R"({"i": {"@type": "Integer", "@value": 4}})");
  EXPECT_EQ(eval({.expression = "i", .scope_file = scope}).out,
            "{\"@type\":\"Integer\",\"@value\":4}\n");
}

TEST(EvalCommand, SaysWhatIsWrongAndWhere) {
  const Answer parse = eval({.expression = "1 +"});
  EXPECT_EQ(parse.status, kExitUsage);
  EXPECT_EQ(parse.out, "");
  EXPECT_EQ(parse.err,
            "millrace eval: expected a value, found the end; a value is a variable, a number, a "
            "text in quotes, or a function's call\n  1 +\n     ^\n");
  const Answer failed = eval({.expression = "1 + nope"});
  EXPECT_EQ(failed.status, kExitFailed);
  EXPECT_EQ(failed.err, "millrace eval: there is no variable \"nope\"\n  1 + nope\n      ^~~~\n");
  EXPECT_EQ(eval({.expression = "\"x\"", .type = "Integer"}).status, kExitFailed);
  EXPECT_EQ(eval({.expression = "1", .type = "Intger"}).err,
            "millrace eval: unknown type \"Intger\"; did you mean \"Integer\"?\n");
  EXPECT_EQ(eval({.expression = "1", .scope_file = "/nowhere/scope.json"}).status, kExitUsage);
  EXPECT_EQ(eval({}).status, kExitUsage);
  EXPECT_EQ(eval({.expression = "1", .batch = true}).status, kExitUsage);
}

TEST(EvalBatch, AnswersEachLineInOrder) {
  EXPECT_EQ(batch("{\"args\":[{\"target\":\"x\",\"type\":\"Integer\",\"expr\":\"i * 2\"},"
                  "{\"target\":\"y\",\"source\":\"x\"},{\"target\":\"z\",\"value\":1}]}\n"
                  "{\"args\":[]}\n"
                  "{\"args\":[{\"target\":\"x\",\"expr\":\"i + j\"}],\"scope\":{\"j\":1}}",
                  R"({"i": 21})"),
            "{\"vars\":{\"x\":{\"@type\":\"Integer\",\"@value\":42},"
            "\"y\":{\"@type\":\"Integer\",\"@value\":42},"
            "\"z\":{\"@type\":\"Float\",\"@value\":1}}}\n"
            "{\"vars\":{}}\n"
            "{\"vars\":{\"x\":{\"@type\":\"Float\",\"@value\":22}}}\n");
}

TEST(EvalBatch, NamesTheStageOfAnError) {
  const auto stage = [](const std::string& line) {
    const std::string answer = batch(line);
    const Value parsed = *parse_json(answer);
    EXPECT_TRUE(parsed.dict().contains("error")) << answer;
    return std::string(parsed.dict().find("stage")->as_text());
  };
  EXPECT_EQ(stage("junk"), "request");
  EXPECT_EQ(stage("\n"), "request");
  EXPECT_EQ(stage("[]"), "request");
  EXPECT_EQ(stage("{}"), "request");
  EXPECT_EQ(stage("{\"args\":1}"), "request");
  EXPECT_EQ(stage("{\"args\":[1]}"), "request");
  EXPECT_EQ(stage("{\"args\":[{\"expr\":1}]}"), "request");
  EXPECT_EQ(stage("{\"args\":[],\"scope\":1}"), "request");
  EXPECT_EQ(stage("{\"args\":[{\"target\":\"x\",\"type\":\"No\"}]}"), "type");
  EXPECT_EQ(stage("{\"args\":[{\"target\":\"x\",\"expr\":\"1 +\"}]}"), "parse");
  EXPECT_EQ(stage("{\"args\":[{\"target\":\"x\",\"expr\":\"nope\"}]}"), "eval");
  EXPECT_EQ(stage("{\"args\":[{\"target\":\"x\",\"source\":\"nope\"}]}"), "eval");
  EXPECT_EQ(stage("{\"args\":[{\"target\":\"\",\"expr\":\"1\"}]}"), "eval");
}

TEST(EvalBatch, MemoryDoesNotGrowWithTheLines) {
  const int lines = support::is_sanitized() ? 10'000 : 200'000;
  std::string input;
  for (int i = 0; i < lines; ++i) {
    const std::string n = std::to_string(i);
    input += "{\"args\":[{\"target\":\"v" + n + "\",\"expr\":\"" + n + " + 1\"}]}\n";
  }
  const support::ProcessResult result =
      support::run_process({.arguments = {MILLRACE_BINARY, "eval", "--batch"}, .input = input});
  EXPECT_EQ(result.status, kExitDone) << result.errors;
  EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), lines);
  if (!support::is_sanitized()) EXPECT_LT(result.peak_memory, 40U << 20);
}

}  // namespace
}  // namespace millrace
