#include "cli/functions_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "expression/function.h"
#include "function/registry.h"

namespace millrace {
namespace {

using testing::HasSubstr;

std::string printed(FunctionsOutput output, FunctionsOf of = FunctionsOf::all) {
  std::ostringstream out;
  EXPECT_EQ(functions_command({output, of}, out), 0);
  return out.str();
}

std::string page(const std::string& name) {
  std::ifstream in(MILLRACE_SOURCE_DIR "/docs/reference/" + name);
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

TEST(FunctionsCommand, TheReferencePageOfExpressionsEndsWithItsMarkdown) {
  const std::string text = page("expressions.md");
  const std::size_t begin = text.find("## Functions\n");
  ASSERT_NE(begin, std::string::npos);
  EXPECT_EQ(text.substr(begin), printed(FunctionsOutput::markdown, FunctionsOf::expressions))
      << "put the output of `millrace functions --of expressions --output markdown` in its place";
}

TEST(FunctionsCommand, TheReferencePageOfStepsIsItsMarkdown) {
  EXPECT_EQ(page("functions.md"), printed(FunctionsOutput::markdown, FunctionsOf::steps))
      << "write it with `millrace functions --of steps --output markdown`";
}

TEST(FunctionsCommand, ThePageNamesWhatIsNotAvailable) {
  const std::string text = printed(FunctionsOutput::markdown, FunctionsOf::steps);
  const std::size_t unavailable = text.find("## Known, but not available here");
  ASSERT_NE(unavailable, std::string::npos);
  for (const Signature* signature : standard_registry().all()) {
    const std::string ref(signature->ref);
    const std::size_t at = std::min(text.find("### " + ref + "\n"), text.find("`" + ref + "`"));
    ASSERT_NE(at, std::string::npos) << ref;
    EXPECT_EQ(at < unavailable, signature->available) << ref;
  }
}

TEST(FunctionsCommand, JsonTellsEveryFunction) {
  const boost::json::value document = boost::json::parse(printed(FunctionsOutput::json));
  const boost::json::array& functions = document.at("expressions").as_array();
  ASSERT_EQ(functions.size(), all_functions().size());
  for (const boost::json::value& function : functions) {
    if (function.at("name") != "random") continue;
    EXPECT_EQ(function.at("signature"), "random(limit[, upper])");
    EXPECT_EQ(function.at("parameters").at(1).at("required"), false);
  }
  const boost::json::array& steps = document.at("steps").as_array();
  ASSERT_EQ(steps.size(), standard_registry().all().size());
  for (const boost::json::value& step : steps) {
    if (step.at("ref") == "corredorExec") EXPECT_EQ(step.at("available"), false);
    if (step.at("ref") == "loopLines") EXPECT_EQ(step.at("kind"), "iterator");
    if (step.at("ref") != "jwtGenerate") continue;
    EXPECT_EQ(boost::json::serialize(step.at("arguments").at(1).at("types")),
              R"(["Vars","String"])");
    EXPECT_EQ(step.at("arguments").at(1).at("required"), true);
    EXPECT_EQ(step.at("results").at(0).at("type"), "String");
  }
}

TEST(FunctionsCommand, JsonOfOneKindHasNoOther) {
  const boost::json::value steps =
      boost::json::parse(printed(FunctionsOutput::json, FunctionsOf::steps));
  EXPECT_EQ(steps.as_object().size(), 1U);
  EXPECT_TRUE(steps.as_object().contains("steps"));
}

TEST(FunctionsCommand, TextNamesEveryFunction) {
  const std::string text = printed(FunctionsOutput::text);
  for (const Function* function : all_functions()) {
    EXPECT_THAT(text, HasSubstr(std::string(function->name) + "("));
  }
  for (const Signature* signature : standard_registry().all()) {
    EXPECT_THAT(text, HasSubstr("\n  " + std::string(signature->ref)));
  }
  EXPECT_THAT(text, HasSubstr("      url*: String. Where to send"));
  EXPECT_THAT(text, HasSubstr("corredorExec (not available here)"));
}

}  // namespace
}  // namespace millrace
