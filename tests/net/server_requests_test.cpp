// What the server understands, and how it answers.
#include <set>

#include "net/serving.h"

namespace millrace {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ServerRequests, are_handed_over_as_they_were_sent) {
  Serving serving(tell_request);
  RawClient client(serving.port());
  client.send(
      "PaTCH /a%20b?x=1&y HTTP/1.1\r\nhost: here\r\nX-One: 1\r\nB:  spaced \t\r\nx-one: 2\r\n"
      "Content-Length: 3\r\n\r\nabc");
  const Answer answer = read_answer(client);
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.body,
            "PaTCH /a%20b?x=1&y\nhost=here\nX-One=1\nB=spaced\nx-one=2\nContent-Length=3\n\nabc");
}

TEST(ServerRequests, know_their_headers_in_any_case_and_their_client) {
  ServerRequest seen;
  {
    Serving serving([&seen](Scope&, ServerRequest request) -> Task<ServerResponse> {
      seen = std::move(request);
      co_return ServerResponse{};
    });
    RawClient client(serving.port());
    client.send(get("/", "X-Thing: first\r\nx-thing: second\r\n"));
    EXPECT_EQ(read_answer(client).status(), 200);
  }
  ASSERT_NE(seen.header("x-THING"), nullptr);
  EXPECT_EQ(*seen.header("x-THING"), "first");
  EXPECT_EQ(seen.header("x-thin"), nullptr);
  EXPECT_THAT(seen.peer, testing::MatchesRegex("127\\.0\\.0\\.1:[0-9]+"));
}

TEST(ServerRequests, are_answered_with_length_date_type_and_connection) {
  Serving serving([](Scope&, ServerRequest) -> Task<ServerResponse> {
    co_return ServerResponse{.status = 201, .headers = {{"X-Mine", "yes"}}, .body = "{}"};
  });
  RawClient client(serving.port());
  client.send(get("/"));
  const Answer answer = read_answer(client);
  EXPECT_THAT(answer.head, testing::StartsWith("HTTP/1.1 201 Created\r\n"));
  EXPECT_EQ(answer.header("Content-Length"), "2");
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  EXPECT_EQ(answer.header("Connection"), "keep-alive");
  EXPECT_EQ(answer.header("X-Mine"), "yes");
  EXPECT_THAT(answer.header("Date"), testing::MatchesRegex("[A-Z][a-z][a-z], [0-9][0-9] [A-Z][a-z]"
                                                           "[a-z] 20[0-9][0-9] [0-9:]+ GMT"));
}

TEST(ServerRequests, of_head_are_answered_without_the_body_and_with_its_length) {
  Serving serving;
  RawClient client(serving.port());
  client.send("HEAD / HTTP/1.1\r\nHost: here\r\n\r\n" + get("/after"));
  const Answer answer = read_answer(client, false);
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.header("Content-Length"), "5");
  EXPECT_EQ(read_answer(client).body, "hello");
}

TEST(ServerRequests, whose_answer_has_no_body_end_with_its_head) {
  Serving serving([](Scope&, ServerRequest request) -> Task<ServerResponse> {
    co_return ServerResponse{.status = request.target == "/304" ? 304U : 204U, .body = "lost"};
  });
  RawClient client(serving.port());
  client.send(get("/204") + get("/304", "Connection: close\r\n"));
  const std::string both = client.read_all();
  EXPECT_THAT(both, HasSubstr("HTTP/1.1 204 No Content\r\n"));
  EXPECT_THAT(both, HasSubstr("HTTP/1.1 304 Not Modified\r\n"));
  EXPECT_THAT(both, Not(HasSubstr("lost")));
  EXPECT_THAT(both, Not(HasSubstr("Content-Length")));
}

TEST(ServerRequests, that_are_pipelined_are_answered_one_by_one_in_order) {
  std::size_t at_once = 0;
  std::size_t most = 0;
  Serving serving([&](Scope& scope, ServerRequest request) -> Task<ServerResponse> {
    most = std::max(most, ++at_once);
    co_await scope.yield();
    --at_once;
    co_return ServerResponse{.body = request.target + request.body};
  });
  RawClient client(serving.port());
  std::string all;
  for (int i = 0; i < 100; ++i) {
    all += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody";
    all += "GET /x" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(read_answer(client).body, "/" + std::to_string(i) + "body");
    EXPECT_EQ(read_answer(client).body, "/x" + std::to_string(i));
  }
  serving.stop();
  EXPECT_EQ(most, 1U);
}

TEST(ServerRequests, of_http_1_0_close_unless_they_ask) {
  Serving serving;
  RawClient once(serving.port());
  once.send("GET / HTTP/1.0\r\n\r\n");
  const Answer answer = only_answer(once);
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_EQ(answer.body, "hello");

  RawClient kept(serving.port());
  for (int i = 0; i < 2; ++i) {
    kept.send("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    EXPECT_EQ(read_answer(kept).header("Connection"), "keep-alive");
  }
}

TEST(ServerRequests, that_ask_to_close_are_the_last) {
  Serving serving;
  RawClient client(serving.port());
  client.send(get("/", "Connection: foo, Close\r\n") + get("/never"));
  const Answer answer = only_answer(client);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_EQ(answer.body, "hello");
  EXPECT_FALSE(client.was_reset());
}

TEST(ServerRequests, in_chunks_arrive_whole_however_they_are_cut) {
  Serving serving(tell_request);
  const std::string request =
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "5\r\nhello\r\n1;name=\"va;lue\"\r\n \r\nA\r\n0123456789\r\n0\r\nX-Trailer: t\r\n\r\n";
  for (std::size_t cut = 0; cut < request.size(); ++cut) {
    RawClient client(serving.port());
    client.send(request.substr(0, cut));
    if (cut % 8 == 0) std::this_thread::sleep_for(milliseconds(1));
    client.send(request.substr(cut));
    const Answer answer = read_answer(client);
    EXPECT_EQ(answer.body, "POST /\nHost=h\nTransfer-Encoding=Chunked\n\nhello 0123456789") << cut;
  }
}

TEST(ServerRequests, that_come_byte_by_byte_are_read) {
  Serving serving(tell_request);
  RawClient client(serving.port());
  // The shortest last chunk first: Beast alone would end the process here.
  for (const std::string body : {"0\r\n\r\n", "1\r\na\r\n0\r\n\r\n", "0;x\r\nA: b\r\n\r\n"}) {
    for (const char c : "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + body) {
      client.send({&c, 1});
      std::this_thread::sleep_for(milliseconds(1));
    }
    EXPECT_EQ(read_answer(client).status(), 200);
  }
}

TEST(ServerRequests, that_expect_100_are_told_to_go_on_once) {
  Serving serving(tell_request);
  RawClient client(serving.port());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(read_answer(client, false).head, "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_THAT(read_answer(client).body, testing::EndsWith("\n\nok"));
  // Who has sent it already is not told, and neither is who sends none.
  client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(read_answer(client).status(), 200);
  client.send(get("/", "Expect: 100-continue\r\n"));
  EXPECT_EQ(read_answer(client).status(), 200);
}

TEST(ServerRequests, may_follow_empty_lines) {
  Serving serving;
  RawClient client(serving.port());
  client.send("\r\n\r\n\r");
  std::this_thread::sleep_for(milliseconds(5));
  client.send("\n" + get("/"));
  EXPECT_EQ(read_answer(client).body, "hello");
}

TEST(ServerRequests, and_answers_may_be_large) {
  Serving serving([](Scope&, ServerRequest request) -> Task<ServerResponse> {
    co_return ServerResponse{.body = std::move(request.body)};
  });
  std::string large(std::size_t{6} << 20U, 'x');
  for (std::size_t i = 0; i < large.size(); i += 1000) large[i] = static_cast<char>('a' + i % 26);
  RawClient client(serving.port());
  std::thread sender([&] {
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(large.size()) +
                "\r\n\r\n" + large + get("/next"));
  });
  EXPECT_TRUE(read_answer(client).body == large);
  EXPECT_EQ(read_answer(client).status(), 200);
  sender.join();
}

TEST(ServerRequests, of_200_clients_at_once_are_all_answered) {
  Serving serving([](Scope& scope, ServerRequest request) -> Task<ServerResponse> {
    co_await scope.sleep_for(milliseconds(1), "a moment");
    co_return ServerResponse{.body = request.target};
  });
  Clients clients;
  connect(clients, serving.port(), 200);
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 200; ++i) {
      clients[i]->send(get("/" + std::to_string(round) + "/" + std::to_string(i)));
    }
    for (int i = 0; i < 200; ++i) {
      EXPECT_EQ(read_answer(*clients[i]).body,
                "/" + std::to_string(round) + "/" + std::to_string(i));
    }
  }
  const ServerFigures figures = serving.figures();
  EXPECT_EQ(figures.connections, 200U);
  EXPECT_EQ(figures.connections_total, 200U);
  EXPECT_EQ(figures.requests_total, 1000U);
  clients.clear();
  EXPECT_TRUE(soon([&] { return serving.figures().connections == 0; }));
}

}  // namespace
}  // namespace millrace
