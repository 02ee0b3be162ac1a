// The reference's workflows: those it ran must verify without an issue, those it refused must give
// the recorded culprits.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "value/json.h"
#include "workflow/load.h"
#include "workflow/plan.h"
#include "workflow/read_data.h"
#include "workflow/stand_ins.h"

namespace millrace {
namespace {

const std::string kFolder = MILLRACE_SOURCE_DIR "/tests/reference/workflows";

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<std::uint32_t> index_of(const Datum& culprit, std::string_view name) {
  const Datum* index = culprit.find(name);
  if (index == nullptr) return std::nullopt;
  return static_cast<std::uint32_t>(std::stoul(std::string(index->text())));
}

// The culprits of the first recorded run.
std::vector<Culprit> recorded_culprits(const std::string& name) {
  const std::string file = kFolder + "/" + name + ".json";
  const auto text = read_file(file, ReadLimits().file_bytes);
  EXPECT_TRUE(text);
  const auto runs = read_data(*text, file, Format::json);
  EXPECT_TRUE(runs) << runs.error().to_line();
  std::vector<Culprit> culprits;
  const Datum* issues = runs->front().items().front().find("issues");
  if (issues == nullptr) return culprits;
  for (const Datum& issue : issues->items()) {
    const Datum& culprit = *issue.find("culprit");
    culprits.push_back(
        {index_of(culprit, "step"), index_of(culprit, "path"), index_of(culprit, "duplicate")});
  }
  return culprits;
}

class Reference : public testing::TestWithParam<std::string> {};

TEST_P(Reference, HasTheRecordedIssues) {
  const std::vector<std::string> files = {kFolder + "/" + GetParam() + ".yaml"};
  const auto loaded = load_files(files);
  ASSERT_TRUE(loaded) << loaded.error().to_line();
  const Verdict verdict = verify_files(*loaded, stand_ins());
  std::vector<Culprit> found;
  for (const Issue& issue : verdict.issues) {
    found.push_back(issue.culprit);
    EXPECT_TRUE(issue.at.known()) << issue.description;
    EXPECT_EQ(issue.file, files.front());
  }
  EXPECT_EQ(found, recorded_culprits(GetParam()));
}

TEST_P(Reference, IsCompiledWhereItHasNoIssues) {
  const std::vector<std::string> files = {kFolder + "/" + GetParam() + ".yaml"};
  const auto loaded = load_files(files);
  ASSERT_TRUE(loaded) << loaded.error().to_line();
  for (const Workflow& workflow : loaded->documents.front().workflows) {
    const auto plan = compile_plan(workflow, stand_ins());
    EXPECT_EQ(plan.has_value(), recorded_culprits(GetParam()).empty());
    if (plan) EXPECT_EQ((*plan)->steps().size(), workflow.steps.size());
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Workflows, Reference, testing::ValuesIn(names()), test_name);

}  // namespace
}  // namespace millrace
