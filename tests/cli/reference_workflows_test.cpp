// The runs that were recorded from the reference engine, through the binary.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "support/millrace_binary.h"

namespace millrace {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const fs::path kFolder = fs::path(MILLRACE_SOURCE_DIR) / "tests/reference/workflows";

// Variables that hold a message of the reference's own wording.
const std::set<std::string> kWording = {"eh_expr_failure.m"};

std::vector<std::string> vector_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() == ".json") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

json::value read_json(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  return json::parse(content.str());
}

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found == nullptr ? std::string() : json::serialize(*found);
}

bool by_type_only(const std::string& variable, const json::object& expected) {
  return kWording.contains(variable) || expected.at("@type") == "Reader";
}

void expect_variables(const std::string& handle, const json::object& document,
                      const json::object& run) {
  const json::object& expected = run.at("vars").as_object();
  const json::value* found = document.if_contains("vars");
  ASSERT_TRUE(found != nullptr && found->is_object());
  const json::object& vars = found->as_object();
  for (const auto& [name, value] : expected) {
    const json::value* actual = vars.if_contains(name);
    ASSERT_NE(actual, nullptr) << std::string(name) << " is missing";
    if (by_type_only(handle + "." + std::string(name), value.as_object())) {
      EXPECT_EQ(text_at(actual->as_object(), "@type"), text_at(value.as_object(), "@type")) << name;
    } else {
      EXPECT_EQ(*actual, value) << name;
    }
  }
  for (const auto& [name, value] : vars) {
    EXPECT_TRUE(expected.contains(name)) << name << " = " << value;
  }
}

void expect_steps(const json::object& document, const json::object& run) {
  json::array steps = document.at("steps").as_array();
  if (const json::value* ordered = run.if_contains("steps")) {
    EXPECT_EQ(json::value(steps), *ordered);
    return;
  }
  json::array expected = run.at("steps_any_order").as_array();
  const auto by_text = [](const json::value& a, const json::value& b) {
    return json::serialize(a) < json::serialize(b);
  };
  std::sort(steps.begin(), steps.end(), by_text);
  std::sort(expected.begin(), expected.end(), by_text);
  EXPECT_EQ(steps, expected);
}

// Which steps and paths have an issue, each once.
std::set<std::string> culprits(const json::value& issues) {
  std::set<std::string> all;
  for (const json::value& issue : issues.as_array()) {
    const json::object& culprit = issue.at("culprit").as_object();
    all.insert("step " + text_at(culprit, "step") + ", path " + text_at(culprit, "path"));
  }
  return all;
}

void expect_failure(const support::ProcessResult& result, const json::object& run) {
  const std::string expected(run.at("error").as_string());
  const json::object document = support::document_of(result);
  if (const json::value* issues = run.if_contains("issues")) {
    EXPECT_EQ(result.status, 3) << result.errors;
    ASSERT_TRUE(document.contains("issues"));
    EXPECT_EQ(culprits(document.at("issues")), culprits(*issues)) << result.output;
    return;
  }
  std::smatch step;
  if (!std::regex_search(expected, step, std::regex("step (\\d+) execution failed"))) {
    // It does not start: whether verification or the start says so is ours to choose.
    EXPECT_TRUE(result.status == 1 || result.status == 3) << result.status << result.errors;
    return;
  }
  EXPECT_EQ(result.status, 1) << result.errors;
  EXPECT_EQ(document.at("status"), "failed");
  EXPECT_EQ(text_at(document.at("error").as_object(), "step"), step[1].str()) << result.output;
  expect_steps(document, run);
}

class ReferenceWorkflow : public testing::TestWithParam<std::string> {};

TEST_P(ReferenceWorkflow, RunsAsTheReferenceDid) {
  const fs::path yaml = kFolder / (GetParam() + ".yaml");
  const json::value runs = read_json(kFolder / (GetParam() + ".json"));
  for (const json::value& entry : runs.as_array()) {
    const json::object& run = entry.as_object();
    const std::string handle(run.at("exec").as_string());
    const std::string input = json::serialize(run.at("input"));
    SCOPED_TRACE(yaml.string() + " with " + input);
    const auto result = support::run_millrace(
        {"run", yaml.string(), "--workflow", handle, "--input-json", input, "--output", "json"});
    if (run.contains("error")) {
      expect_failure(result, run);
      continue;
    }
    ASSERT_EQ(result.status, 0) << result.output << result.errors;
    const json::object document = support::document_of(result);
    EXPECT_EQ(document.at("status"), "completed");
    EXPECT_EQ(document.at("scopes"), 0);
    expect_variables(handle, document, run);
    expect_steps(document, run);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ReferenceWorkflow, testing::ValuesIn(vector_names()),
                         [](const testing::TestParamInfo<std::string>& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace millrace
