// The HTTP client beside a bare curl_multi loop, on one thread, against a loopback server in a
// process of its own.
//
//   build/release/bench/bench_http
//
// "requests_one_core": client and server share one processor, as a machine of one core would have
// it. "requests_two_cores": each has its own. In both, in short rounds in turn, each sending the
// same number of requests, 64 at once over kept connections: "bare", the cheapest curl_multi loop
// there is, on epoll, with 64 handles that are set up once and headers that nobody looks at;
// "plain", a curl_multi loop as libcurl's examples have it; "client", our HttpClient, whose body is
// read; "session", sessions of one httpRequestSend step, through the engine; "reading", the same
// whose step reads the body as a text. Each is the median of its rounds: with one core requests a
// second by the clock, with two a second of this thread's processor time, the system's part
// included. `of_bare` and `of_plain` are "session" beside those, the median of the rounds' ratios;
// `of_bare_processor` the same by processor time alone, without the server's. `server_us` is what
// the server takes for a request. "stream": one body of 1 GiB, read as it comes. "open_bodies":
// resident memory for each of 10,000 bodies that are open and slow (needs ulimit -n above 10,100).
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <optional>
#include <stdexcept>

#include "engine/sessions.h"
#include "function/functions.h"
#include "function/registry.h"
#include "http/curl_loops.h"
#include "http/loopback_server.h"
#include "http/rounds.h"
#include "net/cursor.h"
#include "support/measure.h"
#include "workflow/read.h"

namespace millrace {
namespace {

using bench::kAtOnce;
using bench::LoopbackServer;

constexpr int kRequests = 6400;
constexpr int kOfARound = 1280;
constexpr int kOpen = 10'000;

void require(bool held, const char* what) {
  if (!held) throw std::runtime_error(what);
}

Task<Result<std::size_t>> read_whole(Scope& scope, Ref<Body> body) {
  Cursor cursor(std::move(body));
  std::size_t size = 0;
  while (true) {
    auto piece = co_await cursor.next(scope);
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return size;
    size += piece->size();
  }
}

// 64 tasks, each sending one request after another.
void with_client(Shard& shard, HttpClient& client, const std::string& url, int requests) {
  shard.run([&](Scope& main) -> Task<void> {
    Scope all(main, "all");
    for (int task = 0; task < kAtOnce; ++task) {
      all.start("sender", [&](Scope& scope) -> Task<Result<void>> {
        for (int i = 0; i < requests / kAtOnce; ++i) {
          HttpRequest request;
          request.url = url;
          Scope session(scope, "session");
          auto response = co_await client.send(session, session, std::move(request));
          if (!response) co_return response.error();
          const Ref<Body> body = response->body;
          auto size = co_await read_whole(session, body);
          if (!size) co_return size.error();
          co_await session.close();
        }
        co_return Result<void>();
      });
    }
    auto done = co_await all.join();
    require(done.has_value(), "a request failed");
    co_await all.close();
  });
}

// `body`: it is read too, as a text.
Ref<const Plan> one_request(const std::string& url, bool body) {
  const std::string yaml = fmt::format(
      "workflows:\n  bench:\n    steps:\n      - {{ stepID: 1, kind: function, ref: "
      "httpRequestSend, arguments: [ {{ target: url, type: String, value: '{}' }} ], results: [ {{ "
      "target: status, type: Integer, expr: statusCode }}{} ] }}\n    paths:\n      []\n",
      url, body ? ", { target: body, type: String, expr: body }" : "");
  auto document = read_document(yaml, "bench.yaml", Format::yaml);
  require(document.has_value(), "the workflow cannot be read");
  auto plan = compile_plan(document->workflows.front(), standard_registry());
  require(plan.has_value(), "the workflow cannot be compiled");
  return *plan;
}

class SessionsAtOnce {
 public:
  SessionsAtOnce(Scope& home, Effects& effects, Ref<const Plan> plan, int sessions)
      : home_(home), all_(home, effects, random_), plan_(std::move(plan)), left_(sessions) {}

  Task<void> run() {
    for (int i = 0; i < kAtOnce; ++i) start_one();
    co_await all_.join();
    co_await all_.close();
  }

 private:
  void start_one() {
    if (left_ == 0) return;
    --left_;
    Sessions::Start start{.plan = plan_, .scope = {}};
    start.ended = [this](const SessionReport& report) {
      require(report.status == Status::completed, "a session failed");
      start_one();
    };
    all_.start(home_, std::move(start));
  }

  Scope& home_;
  Random random_{1};
  Sessions all_;
  Ref<const Plan> plan_;
  int left_;
};

void with_sessions(Shard& shard, Functions& functions, const Ref<const Plan>& plan, int sessions) {
  shard.run([&](Scope& main) -> Task<void> {
    Scope home(main, "home", {.fail_fast = false});
    {
      SessionsAtOnce all(home, functions, plan, sessions);
      co_await all.run();
    }
    co_await home.close();
  });
}

void compare(benchmark::State& state, bool by_clock) {
  const LoopbackServer server;
  const std::string url = server.url("/");
  const Ref<const Plan> plan = one_request(url, false);
  const Ref<const Plan> reading = one_request(url, true);
  Shard shard;
  // The first to use libcurl: it says where all of the process get their memory.
  HttpClient client(shard, {});
  Functions functions(shard, {});
  bench::BareCurl bare(url);
  bench::PlainCurl plain(url);
  bench::Rounds rounds;
  rounds.add("bare", [&] { bare.run(kOfARound); });
  rounds.add("plain", [&] { plain.run(kOfARound); });
  rounds.add("client", [&] { with_client(shard, client, url, kOfARound); });
  rounds.add("session", [&] { with_sessions(shard, functions, plan, kOfARound); });
  rounds.add("reading", [&] { with_sessions(shard, functions, reading, kOfARound); });
  for (auto _ : state) rounds.run();
  for (const char* name : {"bare", "plain", "client", "session", "reading"}) {
    state.counters[name] =
        by_clock ? rounds.by_clock(name, kOfARound) : rounds.by_processor(name, kOfARound);
  }
  const auto ratio = [&](const char* other) {
    return by_clock ? rounds.ratio_by_clock("session", other)
                    : rounds.ratio_by_processor("session", other);
  };
  state.counters["of_bare"] = ratio("bare");
  state.counters["of_plain"] = ratio("plain");
  state.counters["of_bare_processor"] = rounds.ratio_by_processor("session", "bare");
  const auto sent = static_cast<double>(state.iterations()) * kOfARound * 5;
  state.counters["server_us"] = server.processor_seconds() / sent * 1e6;
  client.close_idle();
  functions.http().close_idle();
}

void requests_one_core(benchmark::State& state) {
  const bench::OneCore pinned;
  compare(state, true);
}

void requests_two_cores(benchmark::State& state) { compare(state, false); }

// The sessions alone, for a profile.
void sessions(benchmark::State& state) {
  LoopbackServer server;
  const Ref<const Plan> plan = one_request(server.url("/"), false);
  Shard shard;
  Functions functions(shard, {});
  for (auto _ : state) with_sessions(shard, functions, plan, kRequests);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * kRequests);
  functions.http().close_idle();
}

void stream(benchmark::State& state) {
  LoopbackServer server;
  Shard shard;
  HttpClient client(shard, {});
  for (auto _ : state) {
    shard.run([&](Scope& main) -> Task<void> {
      Scope session(main, "session");
      HttpRequest request;
      request.url = server.url("/stream");
      auto response = co_await client.send(session, session, std::move(request));
      require(response.has_value(), "the request failed");
      response->body->keep(false);
      auto size = co_await read_whole(session, std::move(response->body));
      require(size && *size == LoopbackServer::kStreamed, "the body is not whole");
      co_await session.close();
    });
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(LoopbackServer::kStreamed));
  client.close_idle();
}

void open_bodies(benchmark::State& state) {
  LoopbackServer server;
  HttpOptions options;
  options.limits.connections = kOpen;
  options.limits.connections_per_host = kOpen;
  Shard shard;
  HttpClient client(shard, options);
  for (auto _ : state) {
    const std::size_t before = support::resident_bytes();
    shard.run([&](Scope& main) -> Task<void> {
      Scope session(main, "session");
      std::vector<Ref<Body>> bodies;
      for (int i = 0; i < kOpen; ++i) {
        HttpRequest request;
        request.url = server.url("/slow");
        auto response = co_await client.send(session, session, std::move(request));
        require(response.has_value(), "the request failed: ulimit -n?");
        bodies.push_back(response->body);
      }
      co_await session.sleep_for(std::chrono::seconds(5), "letting bytes come in");
      state.counters["bytes_each"] =
          static_cast<double>(support::resident_bytes() - before) / kOpen;
      co_await session.close();
    });
  }
  client.close_idle();
}

BENCHMARK(requests_one_core)->Iterations(50)->Unit(benchmark::kMillisecond);
BENCHMARK(requests_two_cores)->Iterations(50)->Unit(benchmark::kMillisecond);
BENCHMARK(sessions)->Unit(benchmark::kMillisecond);
BENCHMARK(stream)->Iterations(3)->Unit(benchmark::kMillisecond);
BENCHMARK(open_bodies)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace millrace
