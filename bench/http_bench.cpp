// The HTTP client beside a bare curl_multi loop, on one thread, against a loopback server in a
// process of its own.
//
//   build/release/bench/bench_http
//
// "requests": in turn within one iteration, each sending the same number of requests, 64 at once
// over kept connections: "bare", the cheapest curl_multi loop there is, on epoll, with 64 handles
// that are set up once and headers that nobody looks at; "plain", a curl_multi loop as libcurl's
// examples have it; "client", our HttpClient, whose body is read; "session", sessions of one
// httpRequestSend step, through the engine; "reading", the same whose step reads the body as a
// text. Each is requests a second of processor time of this thread, the system's part included;
// `*_wall` by the clock. `of_bare` and `of_plain` are "session" beside those. "stream": one body of
// 1 GiB, read as it comes. "open_bodies": resident memory for each of 10,000 bodies that are open
// and slow (needs ulimit -n above 10,100).
#include <benchmark/benchmark.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <stdexcept>

#include "engine/sessions.h"
#include "function/functions.h"
#include "function/registry.h"
#include "http/loopback_server.h"
#include "net/cursor.h"
#include "support/measure.h"
#include "workflow/read.h"

namespace millrace {
namespace {

using bench::LoopbackServer;

constexpr int kAtOnce = 64;
constexpr int kRequests = 6400;
constexpr int kOpen = 10'000;

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void require(bool held, const char* what) {
  if (!held) throw std::runtime_error(what);
}

// What curl_multi alone does on epoll: handles are set up once and added again when they are done.
class BareCurl {
 public:
  explicit BareCurl(const std::string& url)
      : epoll_(::epoll_create1(0)), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(kAtOnce));
    for (CURL*& handle : handles_) {
      handle = curl_easy_init();
      curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
      curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
      curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_write);
    }
  }
  BareCurl(const BareCurl&) = delete;
  BareCurl& operator=(const BareCurl&) = delete;
  ~BareCurl() {
    for (CURL* handle : handles_) curl_easy_cleanup(handle);
    curl_multi_cleanup(multi_);
    ::close(epoll_);
  }

  void run(int requests) {
    int left = requests - kAtOnce;
    int under_way = kAtOnce;
    for (CURL* handle : handles_) curl_multi_add_handle(multi_, handle);
    std::array<epoll_event, kAtOnce> events{};
    int running = 0;
    while (under_way > 0) {
      const int count = ::epoll_wait(epoll_, events.data(), events.size(), wait_);
      if (count == 0) curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        const int mask = ((event.events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                         ((event.events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0);
        curl_multi_socket_action(multi_, event.data.fd, mask, &running);
      }
      int messages = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_, &messages)) {
        require(message->data.result == CURLE_OK, "bare curl failed");
        CURL* const handle = message->easy_handle;
        curl_multi_remove_handle(multi_, handle);
        --under_way;
        if (left == 0) continue;
        --left;
        ++under_way;
        curl_multi_add_handle(multi_, handle);
      }
    }
  }

 private:
  static std::size_t on_write(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
  }
  static int on_timer(CURLM*, long milliseconds, void* self) {
    static_cast<BareCurl*>(self)->wait_ = static_cast<int>(milliseconds);
    return 0;
  }
  static int on_socket(CURL*, curl_socket_t fd, int what, void* self, void* known) {
    auto* bare = static_cast<BareCurl*>(self);
    epoll_event event{};
    event.data.fd = fd;
    event.events =
        ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0U) | ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0U);
    const int how = what == CURL_POLL_REMOVE ? EPOLL_CTL_DEL
                    : known != nullptr       ? EPOLL_CTL_MOD
                                             : EPOLL_CTL_ADD;
    ::epoll_ctl(bare->epoll_, how, fd, &event);
    if (how == EPOLL_CTL_ADD) curl_multi_assign(bare->multi_, fd, bare);
    return 0;
  }

  int epoll_;
  int wait_ = -1;
  CURLM* multi_;
  std::array<CURL*, kAtOnce> handles_{};
};

// What a program does that follows libcurl's own example: curl_multi_perform and curl_multi_poll,
// and a handle of its own for each request, its answer's headers looked at and its body kept.
class PlainCurl {
 public:
  explicit PlainCurl(std::string url) : url_(std::move(url)), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(kAtOnce));
  }
  PlainCurl(const PlainCurl&) = delete;
  PlainCurl& operator=(const PlainCurl&) = delete;
  ~PlainCurl() { curl_multi_cleanup(multi_); }

  void run(int requests) {
    int left = requests;
    int under_way = 0;
    while (left > 0 || under_way > 0) {
      for (; under_way < kAtOnce && left > 0; --left, ++under_way) begin();
      int running = 0;
      curl_multi_perform(multi_, &running);
      int messages = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_, &messages)) {
        require(message->data.result == CURLE_OK, "plain curl failed");
        end(message->easy_handle);
        --under_way;
      }
      const bool more = left > 0 && under_way < kAtOnce;
      if (!more && under_way > 0) curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
    }
  }

 private:
  struct Answer {
    std::string head;
    std::string body;
  };
  static std::size_t on_bytes(char* bytes, std::size_t size, std::size_t count, void* into) {
    static_cast<std::string*>(into)->append(bytes, size * count);
    return size * count;
  }

  void begin() {
    CURL* const handle = curl_easy_init();
    auto* const answer = new Answer();
    curl_easy_setopt(handle, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PRIVATE, answer);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &on_bytes);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &answer->head);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_bytes);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer->body);
    curl_multi_add_handle(multi_, handle);
  }
  void end(CURL* handle) {
    Answer* answer = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &answer);
    curl_multi_remove_handle(multi_, handle);
    curl_easy_cleanup(handle);
    delete answer;
  }

  std::string url_;
  CURLM* multi_;
};

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

// How often something took how long, by processor time and by the clock.
struct Spent {
  double processor_s = 0;
  double wall_s = 0;

  template <class Run>
  void measure(Run run) {
    const RealClock clock;
    const TimePoint began = clock.now();
    const double before = processor_seconds();
    run();
    processor_s += processor_seconds() - before;
    wall_s += std::chrono::duration<double>(clock.now() - began).count();
  }
};

void requests(benchmark::State& state) {
  LoopbackServer server;
  const std::string url = server.url("/");
  const Ref<const Plan> plan = one_request(url, false);
  const Ref<const Plan> reading = one_request(url, true);
  BareCurl bare(url);
  PlainCurl plain(url);
  Shard shard;
  HttpClient client(shard, {});
  Functions functions(shard, {});
  Spent by_bare;
  Spent by_plain;
  Spent by_client;
  Spent by_sessions;
  Spent by_reading;
  for (auto _ : state) {
    by_bare.measure([&] { bare.run(kRequests); });
    by_plain.measure([&] { plain.run(kRequests); });
    by_client.measure([&] { with_client(shard, client, url, kRequests); });
    by_sessions.measure([&] { with_sessions(shard, functions, plan, kRequests); });
    by_reading.measure([&] { with_sessions(shard, functions, reading, kRequests); });
  }
  const double sent = static_cast<double>(state.iterations()) * kRequests;
  state.counters["bare"] = sent / by_bare.processor_s;
  state.counters["bare_wall"] = sent / by_bare.wall_s;
  state.counters["plain"] = sent / by_plain.processor_s;
  state.counters["plain_wall"] = sent / by_plain.wall_s;
  state.counters["client"] = sent / by_client.processor_s;
  state.counters["session"] = sent / by_sessions.processor_s;
  state.counters["session_wall"] = sent / by_sessions.wall_s;
  state.counters["reading"] = sent / by_reading.processor_s;
  state.counters["of_bare"] = by_bare.processor_s / by_sessions.processor_s;
  state.counters["of_plain"] = by_plain.processor_s / by_sessions.processor_s;
  client.close_idle();
  functions.http().close_idle();
}

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

BENCHMARK(requests)->Iterations(10)->Unit(benchmark::kMillisecond);
BENCHMARK(sessions)->Unit(benchmark::kMillisecond);
BENCHMARK(stream)->Iterations(3)->Unit(benchmark::kMillisecond);
BENCHMARK(open_bodies)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace millrace
