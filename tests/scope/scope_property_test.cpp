// Random trees of scopes on the virtual clock: whatever is started, limited, cancelled, moved and
// failed, and in whatever order, no scope is left, no deadline is extended, and each error names
// where it came from. A failure prints the seed that repeats it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "scope/combine.h"
#include "scope/run_on_shard.h"

namespace millrace {
namespace {

struct Body final : Owned {
  Body(Scope& opener, ScopeOptions options, std::size_t& count)
      : scope(std::make_unique<Scope>(opener, "body", std::move(options))), alive(count) {
    ++alive;
  }
  void release() noexcept override {
    scope.reset();
    --alive;
    delete this;
  }
  std::unique_ptr<Scope> scope;
  std::size_t& alive;
};

class Forest {
 public:
  explicit Forest(std::uint64_t seed) : random_(seed) {}

  Task<void> grow(Scope& root) {
    Scope top(root, "top", {.fail_fast = random_.below(2) == 0});
    top.start("node", node(0));
    co_await top.join();
    co_await top.close();
    EXPECT_EQ(bodies_, 0U);
    EXPECT_EQ(running_, 0U);
  }

  std::size_t errors() const { return errors_; }

 private:
  Nanos some_time() { return milliseconds(random_.below(40)); }

  // A limit with a name of its own, so that an error can be traced to it.
  Limit some_limit() {
    Limit limit{some_time(), "limit " + std::to_string(limits_.size())};
    limits_[limit.setter] = limit.length;
    return limit;
  }

  ScopeOptions some_options() {
    ScopeOptions options;
    if (random_.below(3) == 0) options.limit = some_limit();
    if (random_.below(8) == 0) {
      options.shielded = true;
      options.limit = some_limit();
    }
    options.fail_fast = random_.below(2) == 0;
    return options;
  }

  Scope::Body node(int depth) {
    return [this, depth](Scope& scope) -> Task<Result<void>> {
      ++running_;
      auto result = co_await live(scope, depth);
      --running_;
      if (!result) check_error(result.error());
      co_return result;
    };
  }

  Task<Result<void>> live(Scope& scope, int depth) {
    Scope inner(scope, "inner", some_options());
    check_deadline(scope, inner);
    const TimePoint frozen = inner.deadline().at();
    Result<void> result;
    const std::uint64_t acts = 2 + random_.below(7);
    for (std::uint64_t i = 0; i < acts && result; ++i) result = co_await act(scope, inner, depth);
    if (random_.below(3) != 0) {
      auto joined = co_await inner.join();
      if (result && !joined) result = joined.error();
    }
    auto closed = co_await inner.close();
    if (result && !closed) result = closed.error();
    EXPECT_LE(inner.deadline().at(), frozen);
    check_stop(inner);
    co_return result;
  }

  Task<Result<void>> act(Scope& scope, Scope& inner, int depth) {
    switch (random_.below(9)) {
      case 0:
      case 1:
        if (depth < 4) inner.start("node", node(depth + 1), some_options());
        co_return Result<void>();
      case 2: co_return co_await inner.sleep_for(some_time(), "sleeping");
      case 3: co_return co_await inner.yield();
      case 4: co_return open_body(scope, inner);
      case 5: co_return co_await combined(inner);
      case 6: {
        Scope& target = random_.below(2) == 0 ? inner : scope;
        target.cancel(StopCause::user, "cancel of " + target.name());
        co_return inner.check("going on");
      }
      case 7:
        if (random_.below(3) != 0) co_return Result<void>();
        co_return Error(ErrorKind::unavailable, "failure of a node");
      default: co_return inner.check("looking around");
    }
  }

  // A body is opened in the inner scope, moved up at once, and must keep its moment.
  Result<void> open_body(Scope& scope, Scope& inner) {
    auto* body = new Body(
        inner, random_.below(2) == 0 ? ScopeOptions{.limit = some_limit()} : ScopeOptions{},
        bodies_);
    const TimePoint frozen = body->scope->deadline().at();
    body->scope->move_to(scope);
    EXPECT_LE(body->scope->deadline().at(), frozen);
    scope.own(*body);
    return {};
  }

  Task<Result<void>> combined(Scope& scope) {
    Work<int> work = [this](Scope& inside) -> Task<Result<int>> {
      auto slept = co_await inside.sleep_for(some_time(), "working");
      if (!slept) co_return slept.error();
      co_return 1;
    };
    Result<int> result = 0;
    const std::uint64_t form = random_.below(3);
    if (form == 0) result = co_await within<int>(scope, some_limit(), work);
    if (form == 1) result = co_await shield<int>(scope, some_limit(), work);
    if (form == 2) {
      std::vector<Work<int>> runners(1 + random_.below(3), work);
      result = co_await race<int>(scope, std::move(runners));
    }
    if (!result) co_return result.error();
    co_return Result<void>();
  }

  void check_deadline(Scope& parent, Scope& child) {
    const bool shielded = child.deadline().at() > parent.deadline().at();
    if (shielded) {
      EXPECT_TRUE(child.deadline().exists());
      return;
    }
    EXPECT_LE(child.deadline().at(), parent.deadline().at());
  }

  void check_stop(Scope& scope) {
    const auto& stop = scope.stopped();
    ASSERT_TRUE(stop);
    EXPECT_FALSE(stop->origin.empty());
    if (stop->cause != StopCause::deadline) return;
    // Neither early nor late: the clock stands exactly at the limit when it stops somebody.
    EXPECT_EQ(stop->at, stop->deadline.at());
    EXPECT_EQ(limits_.at(stop->deadline.limit().setter), stop->deadline.limit().length);
  }

  void check_error(const Error& error) {
    ++errors_;
    const std::string line = error.to_line();
    switch (error.kind()) {
      case ErrorKind::deadline: {
        const auto at = line.find("set by limit ");
        ASSERT_NE(at, std::string::npos) << line;
        EXPECT_TRUE(limits_.contains(line.substr(at + 7))) << line;
        break;
      }
      case ErrorKind::canceled:
        EXPECT_THAT(line, testing::AnyOf(testing::HasSubstr("cancel of "),
                                         testing::HasSubstr("failure of a node"),
                                         testing::HasSubstr("set by limit "),
                                         testing::HasSubstr("has finished")));
        break;
      case ErrorKind::unavailable: EXPECT_EQ(line, "failure of a node"); break;
      default: ADD_FAILURE() << to_string(error.kind()) << ": " << line;
    }
  }

  Random random_;
  std::map<std::string, Nanos> limits_;
  std::size_t bodies_ = 0;
  std::size_t running_ = 0;
  std::size_t errors_ = 0;
};

TEST(ScopeProperty, RandomTreesLeaveNothingAndNameTheirErrors) {
  const std::uint64_t runs = std::getenv("MILLRACE_SANITIZED") != nullptr ? 10'000 : 100'000;
  Shard shard(TimeMode::simulated);
  std::size_t errors = 0;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Forest forest(seed);
    shard.run([&forest](Scope& root) -> Task<void> { co_await forest.grow(root); });
    ASSERT_EQ(shard.live_scopes(), 0U);
    errors += forest.errors();
    if (testing::Test::HasFailure()) FAIL() << "first failing seed: " << seed;
  }
  // The generator must reach failures, or it would prove nothing.
  EXPECT_GT(errors, runs / 10);
  EXPECT_EQ(Scope::live(), 1U);  // the root of `shard`
}

}  // namespace
}  // namespace millrace
