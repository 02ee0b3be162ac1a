// Holds each rule against the checkout.
#include "tidy/tree.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tidy/rules.h"

namespace millrace::tidy {
namespace {

// What the rule says of the whole checkout; also that there was something to look at.
std::string findings_of(const std::function<Findings(const Source&)>& rule) {
  Findings all;
  int files = 0;
  for_each_source([&](const Source& source) {
    ++files;
    for (Finding& finding : rule(source)) all.push_back(std::move(finding));
  });
  EXPECT_GT(files, 10) << "the checkout is not where the test looks: " << MILLRACE_SOURCE_DIR;
  return to_text(all);
}

std::vector<std::string> folders_in_order() {
  std::istringstream words(MILLRACE_FOLDERS);  // the list in cmake/targets.cmake
  return {std::istream_iterator<std::string>(words), {}};
}

TEST(Tree, IncludesPointUpTheTableOfFolders) {
  const std::vector<std::string> order = folders_in_order();
  ASSERT_GT(order.size(), 5U);
  EXPECT_EQ(findings_of([&](const Source& source) { return check_includes(source, order); }), "");
}

TEST(Tree, CallsNothingThatIsBanned) { EXPECT_EQ(findings_of(check_banned_calls), ""); }

TEST(Tree, FilesAreNotFarPastTheirSize) { EXPECT_EQ(findings_of(check_file_size), ""); }

TEST(Tree, FunctionsAreNotFarPastTheirSize) { EXPECT_EQ(findings_of(check_function_sizes), ""); }

TEST(Tree, WhatIsLeftToDoSaysWhy) { EXPECT_EQ(findings_of(check_todo), ""); }

TEST(Tree, NamesNoMachine) {
  Findings all;
  for_each_file([&](const std::string& path, const std::string& text) {
    for (Finding& finding : check_machine_paths(path, text)) all.push_back(std::move(finding));
  });
  EXPECT_EQ(to_text(all), "");
}

}  // namespace
}  // namespace millrace::tidy
