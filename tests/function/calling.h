// Calling functions as a step does, on a shard of its own.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "function/functions.h"
#include "function/registry.h"

namespace millrace {

struct Calling {
  Functions& functions;
  Scope& session;

  // By a step that reads every result, but `json` only where that is `wanted`.
  Task<Result<Dict>> call(std::string ref, Dict arguments, std::vector<std::string> wanted = {}) {
    Scope step(session, "step");
    if (const Signature* signature = standard_registry().find(ref)) {
      for (const ResultSignature& result : signature->results) {
        if (result.name != "json") wanted.emplace_back(result.name);
      }
    }
    FunctionCall call{.ref = std::move(ref),
                      .workflow = "example",
                      .step = "7",
                      .execution = 1,
                      .arguments = std::move(arguments),
                      .wanted = std::move(wanted)};
    auto results = co_await functions.call(step, session, std::move(call));
    co_await step.close();
    co_return results;
  }
  Task<Result<std::string>> read(const Dict& results) {
    const Ref<Reader> reader = results.find("body")->as_reader();
    auto drained = co_await functions.drain(session, reader);
    if (!drained) co_return drained.error();
    co_return std::string(**reader->drained());
  }
};

inline void calling(std::function<Task<void>(Calling&)> main, FunctionOptions options = {}) {
  {
    Shard shard(TimeMode::real);
    Functions functions(shard, std::move(options));
    shard.run([&](Scope& root) -> Task<void> {
      Scope session(root, "session");
      Calling here{functions, session};
      co_await main(here);
      co_await session.close();
    });
    EXPECT_EQ(functions.http().transfers(), 0U);
    EXPECT_EQ(shard.live_scopes(), 0U);
  }
  EXPECT_EQ(Scope::live(), 0U);
}

inline std::string text_of(const Dict& dict, std::string_view name) {
  return std::string(dict.find(name)->as_text());
}

// The results of one call, or its error as {"failed": "kind: message"}.
inline Dict results_of(std::string ref, Dict arguments, FunctionOptions options = {}) {
  Dict out;
  calling(
      [&](Calling& here) -> Task<void> {
        auto results = co_await here.call(ref, arguments);
        if (results) {
          out = std::move(*results);
        } else {
          const Error& error = results.error();
          out.set("failed",
                  Value::text(std::string(to_string(error.kind())) + ": " + error.message()));
        }
      },
      std::move(options));
  return out;
}

}  // namespace millrace
