// A pool of the built binary's own processes, and calls to it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "scope/combine.h"
#include "scope/scope.h"
#include "script/script_pool.h"
#include "support/measure.h"
#include "support/millrace_binary.h"
#include "value/pack.h"

namespace millrace {

class Scripts {
 public:
  explicit Scripts(ScriptPool& pool, Scope& scope) : pool(pool), scope(scope) {}

  Task<Result<Value>> run(std::string source, Value input = Value::null()) {
    auto packed = *pack(input);
    ScriptCall call{.source = std::move(source), .input = std::move(packed.bytes), .readers = {}};
    for (const Ref<Reader>& reader : packed.readers) call.readers.emplace_back(**reader->drained());
    co_return co_await pool.run(scope, std::move(call));
  }
  // The same with a limit of its own.
  Task<Result<Value>> run_within(Nanos length, std::string source) {
    co_return co_await within<Value>(
        scope, Limit{length, "the test"}, [&](Scope& inner) -> Task<Result<Value>> {
          co_return co_await Scripts(pool, inner).run(std::move(source));
        });
  }

  ScriptPool& pool;
  Scope& scope;
};

// Afterwards no scope lives, no process and no descriptor is left.
inline void with_scripts(const std::function<Task<void>(Scripts&)>& main, ScriptLimits limits = {},
                         const std::string& program = MILLRACE_BINARY) {
  const std::size_t descriptors = support::open_descriptors();
  {
    Shard shard;
    ScriptPool pool(shard, ScriptOptions{.limits = limits, .program = program});
    shard.run([&](Scope& root) -> Task<void> {
      Scope session(root, "session");
      Scripts scripts(pool, session);
      co_await main(scripts);
      co_await session.close();
    });
    EXPECT_EQ(shard.live_scopes(), 0U);
    EXPECT_EQ(pool.processes(), pool.idle().size());
  }
  EXPECT_EQ(support::open_descriptors(), descriptors);
  EXPECT_THAT(support::children(), testing::IsEmpty());
}

inline std::string error_of(const Result<Value>& result) {
  return result ? "no error" : result.error().to_line();
}

}  // namespace millrace
