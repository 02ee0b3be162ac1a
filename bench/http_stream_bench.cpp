// A body of 1 GiB through loopLines, beside `curl | wc -l` from the same server in the same run.
//
//   bench_http_stream [--benchmark_filter=…]
//
// One iteration runs the built binary once and curl once. The time is that of the binary; `curl_s`
// is curl's, `ratio` the one by the other, `peak_MiB` the binary's resident memory.

#include <benchmark/benchmark.h>

#include <stdexcept>

#include "support/bodies.h"
#include "support/millrace_binary.h"
#include "support/raw_server.h"
#include "support/workflow_text.h"

namespace millrace {
namespace {

using support::Connection;
using support::ProcessResult;
using support::RawServer;
using support::Request;

constexpr std::size_t kMebi = 1U << 20U;
constexpr std::size_t kBlocks = 1024;
constexpr std::chrono::minutes kPatience{10};

// 1 MiB of lines of that length.
std::string block_of(std::size_t length) {
  std::string block = support::line_block();
  for (std::size_t i = 0; i < block.size(); ++i) {
    const bool end = (i + 1) % length == 0;
    if (end != (block[i] == '\n')) block[i] = end ? '\n' : ' ';
  }
  return block;
}

double seconds_of(const ProcessResult& result, const std::string& expected) {
  if (result.status != 0 || result.output.find(expected) == std::string::npos) {
    throw std::runtime_error("unexpected answer: " + result.output.substr(0, 500) + result.errors);
  }
  return std::chrono::duration<double>(result.elapsed).count();
}

// The lines of a body of 1 GiB are counted by a workflow, and by wc.
void count_lines(benchmark::State& state) {
  const auto length = static_cast<std::size_t>(state.range(0));
  const std::string block = block_of(length);
  RawServer server(RawServer::each_request([&](Connection& connection, const Request&) {
    connection.send(support::head_for(kBlocks * kMebi));
    for (std::size_t i = 0; i < kBlocks && connection.send(block); ++i) {
    }
  }));
  const support::TemporaryFolder folder;
  const std::string file = folder.file(
      "w.yaml", support::workflow({support::request(1, server.url(), "10m"), support::lines_of(2),
                                   support::set(3, "lines", "Integer", "lines + 1"),
                                   support::set(4, "body", "Any", "true")},
                                  "1-2 2-3 2-4"));
  const std::string lines = std::to_string(kBlocks * kMebi / length);
  double curl = 0;
  double ours = 0;
  std::size_t peak = 0;
  for (auto unused : state) {
    (void)unused;
    const auto by_curl = support::run_process(
        {.arguments = {"/bin/sh", "-c", "curl -s '" + server.url() + "' | wc -l"}}, kPatience);
    curl += seconds_of(by_curl, lines);
    const auto by_us =
        support::run_millrace({"run", "--output", "json", "--var", "lines=0", file}, "", kPatience);
    const double once = seconds_of(by_us, "\"@value\":" + lines);
    ours += once;
    peak = std::max(peak, by_us.peak_memory);
    state.SetIterationTime(once);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kBlocks * kMebi));
  state.counters["curl_s"] = curl / static_cast<double>(state.iterations());
  state.counters["ratio"] = ours / curl;
  state.counters["peak_MiB"] = static_cast<double>(peak) / static_cast<double>(kMebi);
}

BENCHMARK(count_lines)
    ->ArgName("line_bytes")
    ->Arg(64)
    ->Arg(1024)
    ->Arg(65536)
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace millrace
