#include "support/process.h"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "support/measure.h"

namespace millrace::support {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Process, GivesStatusOutputErrorsAndTime) {
  const auto result = run_process({.arguments = {"/bin/sh", "-c", "cat; echo $WORD >&2; exit 7"},
                                   .input = std::string(300'000, 'x'),
                                   .environment = {{"WORD", "hello"}}});
  EXPECT_EQ(result.status, 7);
  EXPECT_EQ(result.signal, 0);
  EXPECT_EQ(result.output, std::string(300'000, 'x'));
  EXPECT_EQ(result.errors, "hello\n");
}

TEST(Process, TakesASignalHalfWay) {
  Process process({.arguments = {"/bin/sh", "-c",
                                 "trap 'echo bye; exit 3' TERM; echo up; "
                                 "while :; do sleep 0.01; done"}});
  while (process.output_so_far() != "up\n") std::this_thread::sleep_for(milliseconds(1));
  EXPECT_GT(resident_bytes(process.pid()), 0U);
  EXPECT_GE(open_descriptors(process.pid()), 3U);
  process.send_signal(SIGTERM);
  const auto result = process.wait(seconds(5));
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.output, "up\nbye\n");
}

TEST(Process, IsKilledWhenItTakesTooLong) {
  const auto result = run_process({.arguments = {"/bin/sleep", "100"}}, milliseconds(50));
  EXPECT_EQ(result.signal, SIGKILL);
  EXPECT_EQ(result.status, -1);
  EXPECT_LT(result.elapsed, seconds(5));
  EXPECT_GT(result.peak_memory, 0U);
}

}  // namespace
}  // namespace millrace::support
