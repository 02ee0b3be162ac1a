// Ways to combine work: a limit on it, a race between several, a shield around it. Each joins what
// it started before it returns; nothing of it runs on.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scope/scope.h"

namespace millrace {

template <class T>
using Work = std::function<Task<Result<T>>(Scope&)>;

// Runs `work` in a child scope. Returns what it returned. Whatever it left running is stopped and
// joined; when the scope is stopped, so is the work, and its error is returned once it has ended.
template <class T>
Task<Result<T>> in_scope(Scope& parent, std::string name, ScopeOptions options, Work<T> work) {
  std::optional<Result<T>> result;
  Scope holder(parent, std::move(name), std::move(options));
  // A task of its own, so that what the work throws is caught where all tasks' exceptions are.
  holder.start("work", [&result, &work](Scope& scope) -> Task<Result<void>> {
    result.emplace(co_await work(scope));
    co_return Result<void>();
  });
  auto joined = co_await holder.join();
  co_await holder.close();
  if (result) co_return std::move(*result);
  co_return joined.error();
}

// `work`, but for no longer than `limit`: then it is stopped, awaited, and its error (kind
// deadline, naming limit.setter) returned. The parent's earlier deadline holds too.
template <class T>
Task<Result<T>> within(Scope& parent, Limit limit, Work<T> work) {
  co_return co_await in_scope<T>(parent, "within", ScopeOptions{.limit = std::move(limit)},
                                 std::move(work));
}

// `work` out of reach of the parent's stopping and deadline (a commit, clean-up), bounded by a
// limit of its own.
template <class T>
Task<Result<T>> shield(Scope& parent, Limit limit, Work<T> work) {
  co_return co_await in_scope<T>(
      parent, "shield", ScopeOptions{.limit = std::move(limit), .shielded = true}, std::move(work));
}

// Runs all of `runners` (at least one) side by side. The first to end, with a value or an error,
// wins and its result is returned, after the others have been stopped (cause lost) and have ended.
template <class T>
Task<Result<T>> race(Scope& parent, std::vector<Work<T>> runners) {
  std::optional<Result<T>> first;
  Scope track(parent, "race", ScopeOptions{.fail_fast = true});
  for (std::size_t i = 0; i < runners.size(); ++i) {
    track.start("runner " + std::to_string(i), [&, i](Scope& scope) -> Task<Result<void>> {
      auto result = co_await runners[i](scope);
      if (!first) {
        first.emplace(std::move(result));
        track.cancel(StopCause::lost, "another was first");
      }
      co_return Result<void>();
    });
  }
  auto joined = co_await track.join();
  co_await track.close();
  if (first) co_return std::move(*first);
  co_return joined.error();
}

}  // namespace millrace
