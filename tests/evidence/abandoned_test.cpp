// Ten thousand sessions that each open a body, read a part of it and end: nothing of them stays,
// neither memory nor descriptors nor scopes.

#include <gtest/gtest.h>

#include <cmath>

#include "engine/sessions.h"
#include "function/functions.h"
#include "function/registry.h"
#include "support/bodies.h"
#include "support/measure.h"
#include "support/millrace_binary.h"
#include "support/raw_server.h"
#include "support/workflow_text.h"
#include "workflow/load.h"
#include "workflow/plan.h"

namespace millrace {
namespace {

using std::chrono::seconds;
using support::Connection;
using support::RawServer;

constexpr std::size_t kSideBySide = 20;

// A server that sends `bytes` of an endless body and then waits for the client to go.
RawServer::Handler half_a_body(std::size_t bytes) {
  return [bytes](Connection& connection) {
    if (!connection.read_request()) return;
    connection.send(support::head_for(std::size_t{1} << 40U));
    connection.send(support::numbered_lines(bytes));
    connection.wait_peer_closed(seconds(60));
  };
}

Ref<const Plan> plan_of(const std::string& text, const Registry& registry) {
  const support::TemporaryFolder folder;
  const auto document = load_file(folder.file("w.yaml", text));
  EXPECT_TRUE(document) << document.error().to_line();
  const auto plan = compile_plan(document->workflows.front(), registry);
  EXPECT_TRUE(plan) << plan.error().to_line();
  return *plan;
}

// A request, then one line or none of its body, then the end.
std::string abandoning(const std::string& url, bool reads) {
  if (!reads) return support::workflow({support::request(1, url, "1m")}, "");
  return support::workflow(
      {support::request(1, url, "1m"), support::lines_of(2), "{ stepID: 3, kind: break }",
       support::set(4, "end", "Boolean", "true")},
      "1-2 2-3 2-4");
}

Task<Result<void>> one_after_the_other(Scope& scope, const Ref<const Plan>& plan,
                                       Functions& functions, Random& random, std::size_t sessions) {
  Sessions all(scope, functions, random);
  for (std::size_t i = 0; i < sessions; ++i) {
    const SessionReport report = co_await run_session(scope, all, {.plan = plan, .scope = {}});
    EXPECT_EQ(report.status, Status::completed)
        << (report.failure ? report.failure->error.to_line() : "");
  }
  co_return Result<void>();
}

class Abandoned : public testing::TestWithParam<bool> {};

TEST_P(Abandoned, BodiesLeaveNothingBehind) {
  const bool sanitized = support::is_sanitized();
  const std::size_t sessions = sanitized ? 1'000 : 10'000;
  const std::size_t descriptors = support::open_descriptors();
  {
    RawServer server(half_a_body(100'000));
    const std::size_t with_server = support::open_descriptors();
    const Ref<const Plan> plan = plan_of(abandoning(server.url(), GetParam()), standard_registry());
    {
      Shard shard;
      Random random(7);
      Functions functions(shard, {});
      const auto run = [&](std::size_t count) {
        shard.run([&](Scope& main) -> Task<void> {
          for (std::size_t i = 0; i < kSideBySide; ++i) {
            main.start("client", [&](Scope& scope) {
              return one_after_the_other(scope, plan, functions, random, count / kSideBySide);
            });
          }
          co_await main.join();
        });
        EXPECT_EQ(shard.live_scopes(), 0U);
        EXPECT_TRUE(server.wait_all_closed(seconds(10)));
      };
      run(sessions);  // what is allocated once and kept
      const auto before = static_cast<double>(support::resident_bytes());
      run(sessions);
      const auto after = static_cast<double>(support::resident_bytes());
      EXPECT_EQ(server.accepted(), 2 * sessions);
      EXPECT_EQ(functions.http().transfers(), 0U);
      RecordProperty("resident_before", std::to_string(before));
      RecordProperty("resident_after", std::to_string(after));
      if (!sanitized) {
        EXPECT_LE(std::abs(after - before) / before, 0.05) << before << " -> " << after;
      }
    }
    EXPECT_EQ(Scope::live(), 0U);
    EXPECT_EQ(support::open_descriptors(), with_server);
  }
  EXPECT_EQ(support::open_descriptors(), descriptors);
}

INSTANTIATE_TEST_SUITE_P(Sessions, Abandoned, testing::Values(true, false),
                         [](const testing::TestParamInfo<bool>& info) {
                           return info.param ? "AfterOneLine" : "Unread";
                         });

}  // namespace
}  // namespace millrace
