#include "function/functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "function/calling.h"
#include "support/bodies.h"
#include "support/raw_server.h"
#include "value/error_facts.h"

namespace millrace {
namespace {

using std::chrono::milliseconds;
using support::answer;
using support::Connection;
using support::RawServer;
using support::Request;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Functions, AnUnknownOneIsNamed) {
  calling([](Calling& here) -> Task<void> {
    auto results = co_await here.call("teleport", {});
    EXPECT_FALSE(results);
    if (results) co_return;
    EXPECT_EQ(results.error().kind(), ErrorKind::not_found);
    EXPECT_THAT(results.error().message(), HasSubstr("\"teleport\""));
  });
}

TEST(Functions, HttpRequestSendGivesItsResults) {
  RawServer server(RawServer::each_request([](Connection& peer, const Request& request) {
    peer.send(answer(request.head + request.body, "201 Created",
                     "content-type: text/plain\r\nx-a: 1\r\nx-a: 2\r\n"));
  }));
  calling([&](Calling& here) -> Task<void> {
    auto results = co_await here.call(
        "httpRequestSend",
        {{"url", Value::text(server.url("/x"))},
         {"params", Value::kvv({{"q", Value::text_list(std::vector<std::string>{"1", "2"})}})},
         {"headers", Value::kvv({{"x-b", Value::text_list(std::vector<std::string>{"3"})}})},
         {"timeout", Value::text("30s")},
         {"body", Value::map({{"n", Value::floating(4)}})}});
    EXPECT_TRUE(results) << results.error().to_line();
    if (!results) co_return;
    EXPECT_EQ(text_of(*results, "status"), "201 Created");
    EXPECT_EQ(results->find("statusCode")->as_integer(), 201);
    EXPECT_EQ(results->find("statusCode")->type(), Type::Integer);
    EXPECT_EQ(text_of(*results, "contentType"), "text/plain");
    EXPECT_EQ(results->find("headers")->type(), Type::KVV);
    EXPECT_EQ(results->find("headers")->dict().find("X-A")->items().size(), 2U);
    EXPECT_EQ(results->find("body")->type(), Type::Reader);
    EXPECT_EQ(results->find("attempts")->as_integer(), 1);
    EXPECT_TRUE(results->find("timings")->dict().find("total") != nullptr);
    auto text = co_await here.read(*results);
    EXPECT_TRUE(text);
    if (!text) co_return;
    EXPECT_THAT(*text, HasSubstr("POST /x?q=1&q=2 HTTP/1.1"));
    EXPECT_THAT(*text, HasSubstr("X-B: 3"));
    EXPECT_THAT(*text, HasSubstr("Content-Type: application/json"));
    EXPECT_THAT(*text, testing::EndsWith("{\"n\":4}"));
  });
}

TEST(Functions, HttpArgumentsThatAreWrongAreNamed) {
  calling([](Calling& here) -> Task<void> {
    const auto error = [&](Dict arguments) -> Task<std::string> {
      auto results = co_await here.call("httpRequestSend", std::move(arguments));
      if (results) co_return "no error";
      EXPECT_EQ(results.error().kind(), ErrorKind::invalid) << results.error().to_line();
      co_return results.error().message();
    };
    const Value url = Value::text("http://127.0.0.1:9/");
    const Value form = Value::kvv({{"a", Value::text_list(std::vector<std::string>{"1"})}});
    EXPECT_THAT(co_await error({}), HasSubstr("argument \"url\" of step 7"));
    EXPECT_THAT(co_await error({{"url", url}, {"timeout", Value::text("soon")}}),
                HasSubstr("argument \"timeout\" of step 7"));
    EXPECT_THAT(co_await error({{"url", url}, {"form", form}, {"body", Value::text("x")}}),
                HasSubstr("either a form or a body"));
    EXPECT_THAT(
        co_await error({{"url", url}, {"retry", Value::vars({{"attempts", Value::integer(0)}})}}),
        HasSubstr("\"attempts\" must be from 1 to 100"));
  });
}

TEST(Functions, AnAnswerAsErrorCarriesItsFacts) {
  RawServer server(RawServer::each_request([](Connection& peer, const Request&) {
    peer.send(answer("no such thing", "404 Not Found", "X-Why: gone\r\n"));
  }));
  calling([&](Calling& here) -> Task<void> {
    auto results = co_await here.call("httpRequestSend", {{"url", Value::text(server.url())},
                                                          {"failOnStatus", Value::boolean(true)}});
    EXPECT_FALSE(results);
    if (results) co_return;
    const auto facts = std::dynamic_pointer_cast<const ErrorFacts>(results.error().details());
    EXPECT_TRUE(facts);
    if (!facts) co_return;
    EXPECT_EQ(facts->facts.find("statusCode")->as_integer(), 404);
    EXPECT_EQ(text_of(facts->facts, "body"), "no such thing");
    EXPECT_TRUE(facts->facts.find("headers")->dict().contains("X-Why"));
  });
}

TEST(Functions, TheLimitGivenCountsForDraining) {
  RawServer server(RawServer::each_request(
      [](Connection& peer, const Request&) { peer.send(answer(std::string(5000, 'x'))); }));
  FunctionOptions options;
  options.http.limits.cast = 1000;
  calling(
      [&](Calling& here) -> Task<void> {
        auto plain = co_await here.call("httpRequestSend", {{"url", Value::text(server.url())}});
        EXPECT_TRUE(plain);
        if (!plain) co_return;
        auto refused = co_await here.read(*plain);
        EXPECT_FALSE(refused);
        if (!refused) EXPECT_EQ(refused.error().kind(), ErrorKind::exhausted);
        auto wide = co_await here.call(
            "httpRequestSend",
            {{"url", Value::text(server.url())}, {"maxBodySize", Value::unsigned_integer(6000)}});
        EXPECT_TRUE(wide);
        if (!wide) co_return;
        auto text = co_await here.read(*wide);
        EXPECT_TRUE(text);
        if (text) EXPECT_EQ(text->size(), 5000U);
      },
      options);
}

TEST(Functions, LinesOfAText) {
  calling([](Calling& here) -> Task<void> {
    auto lines = here.functions.lines(make_ref<TextReader>("a\nb\nc\n"), 2);
    EXPECT_EQ(*co_await lines->next(here.session), "b\nc\n");
    EXPECT_EQ(*co_await lines->next(here.session), "");
  });
}

TEST(Functions, LogWritesOneLineWithItsFields) {
  std::vector<std::string> lines;
  FunctionOptions options;
  options.log.level = LogLevel::info;
  options.log.sink = [&](LogLevel, const std::string& line) { lines.push_back(line); };
  calling(
      [](Calling& here) -> Task<void> {
        EXPECT_TRUE(co_await here.call("logDebug", {{"message", Value::text("unseen")}}));
        EXPECT_TRUE(co_await here.call(
            "logWarn",
            {{"message", Value::text("two\nlines")},
             {"fields", Value::kv({{"a", Value::text("1")}, {"b", Value::text("x y")}})}}));
      },
      options);
  EXPECT_THAT(lines, ElementsAre("two\\nlines workflow=example step=7 a=1 b=\"x y\""));
}

}  // namespace
}  // namespace millrace
