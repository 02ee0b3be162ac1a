// How late deadlines strike when much else goes on: 1,000 of them, half while a step waits for the
// head and half while it reads the body, as 500 other bodies stream.
#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "fetching.h"
#include "support/crowd_server.h"

namespace millrace {
namespace {

constexpr int kStreams = kSanitized ? 100 : 500;
constexpr int kDeadlines = kSanitized ? 200 : 1000;
constexpr Nanos kMostLate = milliseconds(20);

Nanos p99(std::vector<Nanos> all) {
  std::ranges::sort(all);
  return all.empty() ? Nanos{0} : all[all.size() * 99 / 100];
}

// How late a thread that does nothing wakes on this machine at this time: no program can be better.
class Noise {
 public:
  Noise()
      : thread_([this] {
          while (!ending_) {
            const TimePoint due = now() + milliseconds(5);
            std::this_thread::sleep_until(due);
            late_.push_back(now() - due);
          }
        }) {}
  Noise(const Noise&) = delete;
  Noise& operator=(const Noise&) = delete;
  ~Noise() { join(); }
  Nanos stop() {
    join();
    return p99(late_);
  }

 private:
  void join() {
    ending_ = true;
    if (thread_.joinable()) thread_.join();
  }
  std::atomic<bool> ending_{false};
  std::vector<Nanos> late_;
  std::thread thread_;
};

Task<Result<void>> read_to_the_end(Scope& step, Ref<Body> body) {
  Cursor cursor(body);
  body->keep(false);
  while (true) {
    auto piece = co_await cursor.next(step);
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return Result<void>();
  }
}

// From before the request until its error is in the hands of whoever waits for it.
Task<Nanos> lateness(HttpClient& client, Scope& session, HttpRequest request) {
  const Nanos limit = *request.timeout;
  const TimePoint began = now();
  auto response = co_await client.send(session, session, std::move(request));
  Result<void> ended;
  if (response) {
    ended = co_await read_to_the_end(session, response->body);
  } else {
    ended = response.error();
  }
  const Nanos late = now() - began - limit;
  EXPECT_TRUE(!ended && ended.error().kind() == ErrorKind::deadline);
  co_return late;
}

TEST(HttpOvershoot, AThousandDeadlinesStrikeInTimeWhileOthersStream) {
  const support::CrowdServer server;
  HttpOptions options;
  options.limits.connections = kStreams + kDeadlines;
  options.limits.connections_per_host = kStreams + kDeadlines;
  std::vector<Nanos> late;
  Nanos noise{};
  fetching(
      [&](Fetching& here) -> Task<void> {
        Scope streams(here.session, "streams", {.fail_fast = false});
        for (int i = 0; i < kStreams; ++i) {
          streams.start("stream", [&](Scope& step) -> Task<Result<void>> {
            HttpRequest request;
            request.url = server.url("/stream");
            auto response = co_await here.client.send(step, step, std::move(request));
            if (!response) co_return response.error();
            co_return co_await read_to_the_end(step, response->body);
          });
        }
        while (server.streaming() < kStreams) {
          co_await here.session.sleep_for(milliseconds(20), "the streams to begin");
        }
        Noise machine;
        Scope deadlines(here.session, "deadlines");
        for (int i = 0; i < kDeadlines; ++i) {
          deadlines.start("deadline", [&, i](Scope& step) -> Task<Result<void>> {
            HttpRequest request;
            request.url = server.url(i % 2 == 0 ? "/half" : "/silent");
            request.timeout = milliseconds(500) + milliseconds(2) * i;
            late.push_back(co_await lateness(here.client, step, std::move(request)));
            co_return Result<void>();
          });
        }
        EXPECT_TRUE(co_await deadlines.join());
        co_await deadlines.close();
        noise = machine.stop();
        EXPECT_EQ(server.streaming(), static_cast<std::size_t>(kStreams));
        co_await streams.close();
      },
      std::move(options));
  ASSERT_EQ(late.size(), static_cast<std::size_t>(kDeadlines));
  EXPECT_GE(std::ranges::min(late), Nanos{0}) << "one struck early";
  const Nanos worst = p99(late);
  std::cout << "p99 " << worst / milliseconds(1) << " ms late; of the machine "
            << noise / milliseconds(1) << " ms\n";
  EXPECT_LT(worst, (kSanitized ? 10 : 1) * kMostLate + 2 * noise);
}

}  // namespace
}  // namespace millrace
