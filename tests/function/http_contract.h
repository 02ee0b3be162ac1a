// The table of the contract of httpRequestSend: what a row is, and how it is compared. What arrived
// at a real server byte for byte, and what came back.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "function/calling.h"
#include "support/bodies.h"
#include "support/raw_server.h"

namespace millrace {

using support::answer;
using support::Connection;
using support::RawServer;
using support::Request;
using testing::HasSubstr;
using Texts = std::vector<std::string>;

inline Value T(const std::string& text) { return Value::text(text).with_type(Type::String); }
inline Value L(const Texts& texts) { return Value::text_list(texts); }
inline Value KVV(std::initializer_list<std::pair<const char*, Texts>> entries) {
  Dict dict;
  for (const auto& [name, texts] : entries) dict.set(name, L(texts));
  return Value::kvv(std::move(dict));
}
inline Value B(bool yes) { return Value::boolean(yes).with_type(Type::Boolean); }
inline Value U(std::uint64_t size) {
  return Value::unsigned_integer(size).with_type(Type::UnsignedInteger);
}
inline Value Stream(const std::string& text) {
  return Value::reader(make_ref<TextReader>(text)).with_type(Type::Reader);
}
inline Value Parts(std::initializer_list<Dict> parts) {
  Value::Items items;
  for (const Dict& part : parts) items.push_back(Value::vars(part));
  return Value::array(std::move(items));
}

struct Row {
  std::string name;
  Dict arguments;   // but for the url, which is that of the server and `path`
  Texts sent = {};  // each is in what arrives
  Texts not_sent = {};
  std::string path = "/";
  std::string reply = answer("hello");
  Texts replies = {};  // one a request, where there are several
  std::function<void(const Dict& results, const std::string& body)> results = {};
  std::string error = {};  // "kind/phase: part of the message", instead of results
  std::vector<std::string> wanted = {};
};

// Everything that arrived, and what the call gave.
struct Seen {
  std::string arrived;
  std::size_t requests = 0;
  std::string port;
  std::optional<Dict> results;
  std::string body;
  std::string error;
};

inline Seen send(const Row& row) {
  Seen seen;
  std::atomic<std::size_t> count = 0;
  support::RequestLog log;
  RawServer server(RawServer::each_request([&](Connection& peer, const Request& request) {
    log.add(request);
    const std::size_t number = count++;
    peer.send(row.replies.empty() ? row.reply
                                  : row.replies[std::min(number, row.replies.size() - 1)]);
    // Without a length the answer ends with the connection.
    if (row.reply.find("Content-Length") == std::string::npos &&
        row.reply.find("chunked") == std::string::npos) {
      peer.close();
    }
  }));
  seen.port = std::to_string(server.port());
  calling([&](Calling& here) -> Task<void> {
    Dict arguments = row.arguments;
    if (!arguments.contains("url")) arguments.set("url", T(server.url(row.path)));
    auto results = co_await here.call("httpRequestSend", std::move(arguments), row.wanted);
    if (results) {
      auto body = co_await here.read(*results);
      if (body) {
        seen.body = *body;
        seen.results = std::move(*results);
        co_return;
      }
      results = body.error();
    }
    const Error& error = results.error();
    seen.error =
        std::string(to_string(error.kind())) + "/" + error.phase() + ": " + error.message();
  });
  for (const Request& request : log.all()) seen.arrived += request.head + request.body;
  seen.requests = log.count();
  return seen;
}

inline std::string with_port(std::string text, const std::string& port) {
  for (auto at = text.find("PORT"); at != std::string::npos; at = text.find("PORT")) {
    text.replace(at, 4, port);
  }
  return text;
}

inline void check(const Row& row) {
  SCOPED_TRACE(row.name);
  const Seen seen = send(row);
  if (!row.error.empty()) {
    const std::size_t colon = row.error.find(": ");
    EXPECT_THAT(seen.error, testing::StartsWith(row.error.substr(0, colon))) << seen.error;
    EXPECT_THAT(seen.error, HasSubstr(row.error.substr(colon + 2)));
    if (row.error.starts_with("invalid/:")) EXPECT_EQ(seen.requests, 0U);
  } else {
    EXPECT_TRUE(seen.results) << seen.error;
    if (seen.results && row.results) row.results(*seen.results, seen.body);
  }
  for (const std::string& text : row.sent) {
    EXPECT_THAT(seen.arrived, HasSubstr(with_port(text, seen.port)));
  }
  for (const std::string& text : row.not_sent) {
    EXPECT_THAT(seen.arrived, testing::Not(HasSubstr(text)));
  }
}

inline void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) check(row);
}

inline const std::string kNul("a\0b", 3);

}  // namespace millrace
