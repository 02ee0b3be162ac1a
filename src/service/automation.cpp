#include "service/automation.h"

#include <fmt/format.h>

#include <utility>

namespace millrace {
namespace {

// Of whoever writes records. There is one server a file, which its lock sees to.
constexpr std::uint64_t kEpoch = 1;
// At whether the last call has ended.
constexpr Nanos kLook = std::chrono::milliseconds(10);

}  // namespace

Automation::Automation(Scope& home, Store& store, WorkflowCatalog& catalog,
                       const Registry& registry, AutomationOptions options)
    : home_(home),
      options_(std::move(options)),
      random_(Random::from_system()),
      journal_(store.journal(home.shard())),
      functions_(home.shard(), options_.functions),
      service_(home, sessions_, recovery_, *journal_, catalog, options_.sessions),
      sessions_(home, functions_, random_, &catalog, &service_),
      recovery_(home, sessions_, *journal_, registry,
                {.machine = options_.sessions.machine, .ahead = options_.ahead}) {
  sessions_.record_in(*journal_, kEpoch, options_.ahead);
  sessions_.find_earlier_in(recovery_);
}

Task<Result<Recovery::Summary>> Automation::open(Scope& scope) {
  auto summary = co_await recovery_.recover(scope);
  if (!summary) co_return summary.error();
  home_.start("waking", [this](Scope& task) { return keep_waking(task); });
  home_.start("purging", [this](Scope& task) { return keep_purging(task); });
  co_return summary;
}

// Half as often as sessions may wait in memory, so that none is late.
Task<Result<void>> Automation::keep_waking(Scope& scope) {
  while (true) {
    auto slept = co_await scope.sleep_for(options_.ahead / 2, "the next look at who wakes up");
    if (!slept) co_return Result<void>();
    auto woken = co_await recovery_.wake_due(scope);
    if (scope.stopped()) co_return Result<void>();
    if (!woken) options_.tell("sessions could not be woken: " + woken.error().to_line());
  }
}

Task<Result<void>> Automation::keep_purging(Scope& scope) {
  while (true) {
    auto purged = co_await journal_->purge(scope, scope.shard().clock().wall());
    if (scope.stopped()) co_return Result<void>();
    if (!purged) options_.tell("old sessions could not be removed: " + purged.error().to_line());
    auto slept = co_await scope.sleep_for(options_.purge_every, "the next removal of old sessions");
    if (!slept) co_return Result<void>();
  }
}

Task<void> Automation::close(Scope& scope, Nanos grace) {
  const TimePoint until = scope.shard().now() + grace;
  while (sessions_.calls_under_way() > 0 && scope.shard().now() < until) {
    auto slept = co_await scope.sleep_for(kLook, "calls under way");
    if (!slept) break;
  }
  sessions_.leave_all();
  co_await sessions_.close();
}

}  // namespace millrace
