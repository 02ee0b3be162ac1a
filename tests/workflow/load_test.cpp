#include "workflow/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "workflow/reading.h"

namespace millrace {
namespace {

using testing::HasSubstr;

class Load : public testing::Test {
 public:
  Load() {
    std::string pattern = std::filesystem::temp_directory_path() / "millrace-load-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Load() override { std::filesystem::remove_all(folder_); }

 protected:
  std::string write(const std::string& name, std::string_view text) {
    std::string file = folder_ + "/" + name;
    std::ofstream(file) << text;
    return file;
  }

  std::string folder_;
};

TEST_F(Load, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(load_file(folder_ + "/none.yaml").error().to_line(),
            "cannot read \"" + folder_ + "/none.yaml\": No such file or directory");
  EXPECT_EQ(load_file(folder_).error().to_line(),
            "cannot read \"" + folder_ + "\": it is a directory; name the files in it");
  ReadLimits limits;
  limits.file_bytes = 5;
  const std::string file = write("a.yaml", "workflows: {}");
  EXPECT_EQ(load_file(file, limits).error().to_line(),
            "cannot read \"" + file + "\": it holds more than 5 bytes");
  EXPECT_THAT(load_file("/dev/zero").error().to_line(), HasSubstr("it holds more than 16777216"));
}

TEST_F(Load, LetsFilesSeeEachOther) {
  const std::vector<std::string> files = {
      write("a.yaml",
            "workflows:\n  first:\n    steps: [ { stepID: 1, kind: exec-workflow, arguments: "
            "[ { target: workflow, type: Handle, value: second } ] } ]\n"),
      write("b.json", R"({"workflows": [{"handle": "second", "steps": )"
                      R"([{"stepID": "1", "kind": "debug"}]}]})"),
      write("c.yaml", "workflows:\n  third:\n    steps: [ { stepID: 1, kind: debug } ]\n")};
  const auto loaded = load_files(files);
  ASSERT_TRUE(loaded) << loaded.error().to_line();
  EXPECT_NE(loaded->find("second"), nullptr);
  EXPECT_EQ(loaded->find("fourth"), nullptr);
  const Verdict together = verify_files(*loaded, stand_ins());
  EXPECT_EQ(lines_of(together.issues) + lines_of(together.warnings), "");
  const std::vector<std::string> without = {files[0], files[2]};
  EXPECT_EQ(lines_of(verify_files(*load_files(without), stand_ins()).warnings),
            files[0] + ":3:102: none of the files holds a workflow \"second\"\n");
  // Who gives one file has the other workflow elsewhere.
  const auto alone = load_files(std::span(files).first(1));
  EXPECT_EQ(lines_of(verify_files(*alone, stand_ins()).warnings), "");
}

TEST_F(Load, RefusesAHandleThatTwoWorkflowsHave) {
  const std::vector<std::string> files = {write("a.yaml", "workflows: { same: {} }"),
                                          write("b.yaml", "workflows:\n  same: {}\n")};
  const auto loaded = load_files(files);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(lines_of(verify_files(*loaded, stand_ins()).issues),
            files[1] + ":2:3: the handle \"same\" is taken: see " + files[0] + ":1:14\n");
}

}  // namespace
}  // namespace millrace
