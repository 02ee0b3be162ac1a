// The server on a disk that is full, and on one that cannot be written: a small file system in
// memory, which takes privileges to mount; without them these tests are skipped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <vector>

#include "store/sqlite/check_store.h"
#include "support/millrace_binary.h"
#include "support/serving.h"

namespace millrace {
namespace {

using support::RestAnswer;
using support::text;
using testing::HasSubstr;

constexpr std::string_view kWorkflows = R"(
workflows:
  ask:
    steps:
      - { stepID: 1, kind: prompt, ref: alert, arguments: [ { target: message, type: String, value: how many } ] }
)";

class Disk : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(disk);
    if (!mount_with(0, "size=3m")) {
      GTEST_SKIP() << "no file system can be mounted here: " << std::strerror(errno);
    }
    is_mounted_ = true;
  }
  void TearDown() override {
    if (serving.is_running()) serving.kill();
    if (is_mounted_) ::umount(disk.c_str());
  }

  bool mount_with(unsigned long flags, const char* options) const {
    return ::mount("tmpfs", disk.c_str(), "tmpfs", flags, options) == 0;
  }
  // A session that takes room, or the error.
  RestAnswer begin() const {
    return serving.post(
        "/api/automation/workflows/ask/exec",
        R"({"async":true,"input":{"text":")" + std::string(100'000, 'x') + R"("}})");
  }
  std::vector<std::string> fill() const {
    std::vector<std::string> acknowledged;
    for (int i = 0; i < 200; ++i) {
      const RestAnswer answer = begin();
      if (answer.status != 200) {
        EXPECT_EQ(answer.status, 503U) << serialize(answer.body);
        EXPECT_THAT(text(answer.error(), "message"), HasSubstr("full"));
        EXPECT_THAT(answer.head, HasSubstr("Retry-After"));
        return acknowledged;
      }
      acknowledged.push_back(text(answer.response(), "sessionID"));
    }
    ADD_FAILURE() << "the disk never was full";
    return acknowledged;
  }
  void all_are_there(const std::vector<std::string>& sessions) const {
    for (const std::string& session : sessions) {
      const RestAnswer answer = serving.get("/api/automation/sessions/" + session);
      EXPECT_EQ(answer.status, 200U) << session << serialize(answer.body);
      // That it waits may still be waiting to be written.
      EXPECT_THAT(text(answer.response(), "status"), testing::AnyOf("prompted", "started"))
          << session;
    }
  }

  support::TemporaryFolder folder;
  std::filesystem::path disk = folder.path() / "disk";
  std::string data = (disk / "data.db").string();
  support::Serving serving{{folder.file("w.yaml", kWorkflows), "--data", data}};

 private:
  bool is_mounted_ = false;
};

TEST_F(Disk, ThatIsFullStopsAcknowledgementsAndNothingElse) {
  serving.start();
  const std::vector<std::string> sessions = fill();
  EXPECT_GT(sessions.size(), 3U);
  all_are_there(sessions);  // reading goes on
  EXPECT_EQ(serving.get("/healthcheck").status, 200U);
  serving.kill();
  ASSERT_TRUE(mount_with(MS_REMOUNT, "size=60m")) << std::strerror(errno);
  serving.start();
  all_are_there(sessions);
  EXPECT_EQ(begin().status, 200U);
  EXPECT_EQ(serving.stop().status, 0);
  EXPECT_THAT(*sqlite::check_store(data), testing::IsEmpty());
}

TEST_F(Disk, ThatHasSpaceAgainIsWrittenAgain) {
  serving.start();
  const std::vector<std::string> sessions = fill();
  ASSERT_TRUE(mount_with(MS_REMOUNT, "size=60m")) << std::strerror(errno);
  RestAnswer answer = begin();
  for (int i = 0; i < 100 && answer.status != 200; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    answer = begin();
  }
  EXPECT_EQ(answer.status, 200U) << serialize(answer.body);
  all_are_there(sessions);
}

TEST_F(Disk, ThatCannotBeWrittenIsSaidAtTheStart) {
  serving.start();
  const std::string session = text(begin().response(), "sessionID");
  serving.kill();
  ASSERT_TRUE(mount_with(MS_REMOUNT | MS_RDONLY, "size=3m")) << std::strerror(errno);
  support::Process process(support::millrace(
      {"serve", folder.file("w.yaml", kWorkflows), "--data", data, "--listen", "127.0.0.1:0"}));
  const support::ProcessResult refused = process.wait();
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.errors, HasSubstr(data));
  EXPECT_THAT(refused.errors, testing::AnyOf(HasSubstr("read-only"), HasSubstr("readonly"),
                                             HasSubstr("Read-only")));
  ASSERT_TRUE(mount_with(MS_REMOUNT, "size=3m")) << std::strerror(errno);
  serving.start();
  all_are_there({session});
}

}  // namespace
}  // namespace millrace
