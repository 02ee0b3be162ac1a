// A server that runs for long holds no more at the end than at the beginning: sessions are begun,
// end and are removed, and its memory, descriptors and file stay as they were.
//
// MILLRACE_SOAK_SECONDS: how long (4). MILLRACE_SOAK_RATE: sessions a second (280: a million an
// hour).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>

#include "support/environment.h"
#include "support/measure.h"
#include "support/millrace_binary.h"
#include "support/serving.h"

namespace millrace {
namespace {

using std::chrono::duration;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::string_view kWorkflows = R"(
workflows:
  order:
    scope: { total: { "@type": Integer, "@value": 1 } }
    steps:
      - { stepID: 1, kind: expressions, arguments: [ { target: total, type: Integer, expr: total * 3 } ] }
      - { stepID: 2, kind: delay, arguments: [ { target: offset, type: Duration, value: 20ms } ] }
      - { stepID: 3, kind: expressions, arguments: [ { target: total, type: Integer, expr: total + 1 } ] }
    paths: [ { parentID: 1, childID: 2 }, { parentID: 2, childID: 3 } ]
)";

struct Sample {
  double resident = 0;  // MiB
  std::size_t descriptors = 0;
  double file = 0;  // MiB, with its log
};

double mib(std::uintmax_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

Sample sample_of(support::Process& process, const std::string& data) {
  std::error_code failed;
  return {mib(support::resident_bytes(process.pid())), support::open_descriptors(process.pid()),
          mib(std::filesystem::file_size(data, failed)) +
              mib(std::filesystem::file_size(data + "-wal", failed))};
}

// The largest of each.
Sample most_of(const std::vector<Sample>& samples, std::size_t from, std::size_t to) {
  Sample most;
  for (std::size_t i = from; i < to; ++i) {
    most.resident = std::max(most.resident, samples[i].resident);
    most.descriptors = std::max(most.descriptors, samples[i].descriptors);
    most.file = std::max(most.file, samples[i].file);
  }
  return most;
}

TEST(Soak, WhatItHoldsStaysAsItWas) {
  const double length = static_cast<double>(support::from_environment("MILLRACE_SOAK_SECONDS", 4));
  const double rate = static_cast<double>(support::from_environment("MILLRACE_SOAK_RATE", 280));
  const support::TemporaryFolder folder;
  const std::string data = (folder.path() / "data.db").string();
  support::Serving serving({folder.file("w.yaml", kWorkflows), "--data", data, "--config",
                            folder.file("c.yaml", "session: { keep: 1s, purgeEvery: 500ms }\n")});
  serving.start();
  std::vector<Sample> samples;
  std::uint64_t begun = 0;
  const auto began = steady_clock::now();
  const auto passed = [&] { return duration<double>(steady_clock::now() - began).count(); };
  constexpr std::size_t kSamples = 60;
  while (passed() < length) {
    if (passed() * rate < static_cast<double>(begun)) {
      std::this_thread::sleep_for(milliseconds(1));
    } else {
      const auto answer = serving.post("/api/automation/workflows/order/exec", R"({"async":true})");
      ASSERT_EQ(answer.status, 200U) << serialize(answer.body);
      ++begun;
    }
    if (passed() > length * static_cast<double>(samples.size()) / kSamples) {
      samples.push_back(sample_of(serving.process(), data));
    }
  }
  // The first third is for what grows once: caches, the log, free pages.
  const Sample before = most_of(samples, samples.size() / 3, 2 * samples.size() / 3);
  const Sample after = most_of(samples, 2 * samples.size() / 3, samples.size());
  // A sanitizer keeps what was freed for a while.
  if (!support::is_sanitized()) EXPECT_LE(after.resident, before.resident * 1.1 + 8);
  EXPECT_LE(after.descriptors, before.descriptors + 4);
  EXPECT_LE(after.file, before.file * 1.1 + 2);

  std::this_thread::sleep_for(seconds(2));
  const auto left = serving.get("/api/automation/sessions/?completed=1&limit=10").response();
  EXPECT_EQ(left.at("set").as_array().size(), 0U) << serialize(left);
  EXPECT_EQ(serving.stop().status, 0);
  std::cout << begun << " sessions in " << length << " s; resident " << before.resident << " and "
            << after.resident << " MiB, descriptors " << before.descriptors << " and "
            << after.descriptors << ", file and log " << before.file << " and " << after.file
            << " MiB\n";
}

}  // namespace
}  // namespace millrace
