#include "cli/functions_command.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "expression/function.h"

namespace millrace {
namespace {

std::string printed(FunctionsOutput output) {
  std::ostringstream out;
  EXPECT_EQ(functions_command({output}, out), 0);
  return out.str();
}

TEST(FunctionsCommand, TheReferencePageEndsWithItsMarkdown) {
  std::ifstream in(MILLRACE_SOURCE_DIR "/docs/reference/expressions.md");
  std::ostringstream page;
  page << in.rdbuf();
  const std::string text = page.str();
  const std::size_t begin = text.find("## Functions\n");
  ASSERT_NE(begin, std::string::npos);
  EXPECT_EQ(text.substr(begin), printed(FunctionsOutput::markdown))
      << "put the output of `millrace functions --output markdown` in its place";
}

TEST(FunctionsCommand, JsonTellsEveryFunction) {
  const boost::json::value document = boost::json::parse(printed(FunctionsOutput::json));
  const boost::json::array& functions = document.as_array();
  ASSERT_EQ(functions.size(), all_functions().size());
  for (const boost::json::value& function : functions) {
    if (function.at("name") != "random") continue;
    EXPECT_EQ(function.at("signature"), "random(limit[, upper])");
    EXPECT_EQ(function.at("parameters").at(1).at("required"), false);
  }
}

TEST(FunctionsCommand, TextNamesEveryFunction) {
  const std::string text = printed(FunctionsOutput::text);
  for (const Function* function : all_functions()) {
    EXPECT_NE(text.find(std::string(function->name) + "("), std::string::npos);
  }
}

}  // namespace
}  // namespace millrace
