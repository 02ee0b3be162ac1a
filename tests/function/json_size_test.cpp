// JSON of many megabytes: it holds neither the loop nor more memory than a step may have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "function/calling.h"
#include "support/bodies.h"
#include "support/raw_server.h"

namespace millrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

// Sanitizers are slow.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

std::string long_json(std::size_t size) {
  std::string json = "[";
  while (json.size() < size) json += R"({"id":12345,"name":"x","tags":[1,2,3]},)";
  return json + "null]";
}

// How long the loop made others wait at most, until stopped.
void watch(Scope& session, Nanos& longest) {
  session.start("others", [&longest](Scope& scope) -> Task<Result<void>> {
    while (true) {
      const TimePoint asked = scope.shard().now();
      if (!co_await scope.sleep_for(milliseconds(1), "beside it")) break;
      longest = std::max(longest, scope.shard().now() - asked);
    }
    co_return Result<void>();
  });
}

TEST(JsonSize, ALongTextHoldsNobodyUp) {
  const Value text = Value::text(long_json(8 << 20));
  calling([&](Calling& here) -> Task<void> {
    Nanos longest{};
    watch(here.session, longest);
    auto results = co_await here.call("jsonParserParse", {{"jsonText", text}});
    EXPECT_TRUE(results) << results.error().to_line();
    if (!results) co_return;
    EXPECT_EQ(text_of(*results, "error"), "");
    EXPECT_GT(results->find("result")->items().size(), 100'000U);
    EXPECT_LT(longest, milliseconds(kSanitized ? 500 : 40));
  });
}

TEST(JsonSize, ADeadlineEndsTheReading) {
  const Value text = Value::text(long_json(32 << 20));
  calling([&](Calling& here) -> Task<void> {
    Scope limited(here.session, "limited", {.limit = Limit{milliseconds(100), "the test"}});
    Calling there{here.functions, limited};
    const TimePoint began = limited.shard().now();
    auto results = co_await there.call("jsonParserParse", {{"jsonText", text}});
    EXPECT_FALSE(results);
    if (results) co_return;
    EXPECT_EQ(results.error().kind(), ErrorKind::deadline) << results.error().to_line();
    EXPECT_THAT(results.error().message(), HasSubstr("bytes of JSON"));
    EXPECT_LT(limited.shard().now() - began, milliseconds(kSanitized ? 2000 : 200));
    co_await limited.close();
  });
}

TEST(JsonSize, WhatItComesToCountsAsTheStepsMemory) {
  FunctionOptions options;
  options.fuel.bytes = 1 << 20;
  for (const std::size_t size : {900'000U, 8U << 20}) {
    const Dict results =
        results_of("jsonParserParse", {{"jsonText", Value::text(long_json(size))}}, options);
    ASSERT_TRUE(results.contains("failed"));
    EXPECT_THAT(text_of(results, "failed"), HasSubstr("exhausted: "));
    EXPECT_THAT(text_of(results, "failed"), HasSubstr("1048576 bytes"));
    EXPECT_THAT(text_of(results, "failed"), HasSubstr("setting step.memory"));
  }
  options = {};
  options.fuel.operations = 1000;
  const Dict results =
      results_of("jsonParserParse", {{"jsonText", Value::text(long_json(100'000))}}, options);
  ASSERT_TRUE(results.contains("failed"));
  EXPECT_THAT(text_of(results, "failed"), HasSubstr("setting step.operations"));
}

TEST(JsonSize, ABodyAskedForAsJson) {
  const std::string answer = support::answer(long_json(8 << 20));
  support::RawServer server([&](support::Connection& peer) {
    peer.read_request();
    peer.send(answer);
    peer.wait_peer_closed(seconds(5));
  });
  FunctionOptions options;
  const auto ask = [&](Calling& here) -> Task<Result<Dict>> {
    Dict arguments{{"url", Value::text(server.url()).with_type(Type::String)}};
    co_return co_await here.call("httpRequestSend", std::move(arguments), {"json"});
  };
  calling(
      [&](Calling& here) -> Task<void> {
        Nanos longest{};
        watch(here.session, longest);
        auto results = co_await ask(here);
        EXPECT_TRUE(results) << results.error().to_line();
        if (!results) co_return;
        EXPECT_GT(results->find("json")->items().size(), 100'000U);
        EXPECT_LT(longest, milliseconds(kSanitized ? 500 : 40));
      },
      options);
  options.fuel.bytes = 1 << 20;
  calling(
      [&](Calling& here) -> Task<void> {
        auto results = co_await ask(here);
        EXPECT_FALSE(results);
        if (results) co_return;
        EXPECT_EQ(results.error().kind(), ErrorKind::exhausted) << results.error().to_line();
        EXPECT_THAT(results.error().message(), HasSubstr("setting step.memory"));
      },
      options);
}

}  // namespace
}  // namespace millrace
