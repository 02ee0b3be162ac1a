// Two thousand requests at once, each to a server that does something at random out of the
// catalogue, read or left or stopped at random: every outcome is one that may be, and afterwards
// memory and descriptors are where they were.
#include <malloc.h>

#include <cstdlib>
#include <iostream>

#include "hostile_catalogue.h"

namespace millrace {
namespace {

bool is_sanitized() { return kSanitized || std::getenv("MILLRACE_SANITIZED") != nullptr; }

std::uint64_t seed_of_run() {
  const char* given = std::getenv("MILLRACE_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : Random::from_system().bits() >> 32;
  std::cout << "seed " << seed << " (MILLRACE_SEED)\n";
  return seed;
}

struct Tally {
  std::size_t as_stated = 0;
  std::size_t late = 0;  // met a limit before it came to what is stated
  std::size_t left = 0;
  std::size_t stopped = 0;
  std::vector<std::string> wrong;
};

// One request, within a session of its own that is closed at the end, whatever came of it.
Task<void> mix(HttpClient& client, Scope& root, const HostileServer& server, std::uint64_t seed,
               Tally& tally) {
  Random random(seed);
  const auto& all = hostile_catalogue();
  const Hostile& hostile = all[random.below(all.size())];
  HttpRequest request = server.request_for(hostile);
  if (random.below(4) == 0) {
    request.retry = {.attempts = 2, .backoff = milliseconds(5), .unsafe = true};
  }
  const std::uint64_t way = random.below(10);
  Scope session(root, "session");
  if (way < 6) {
    const std::string outcome = co_await outcome_of(client, session, std::move(request));
    if (is_as_stated(hostile, outcome)) {
      ++tally.as_stated;
    } else if (outcome.starts_with("deadline/")) {
      ++tally.late;
    } else {
      tally.wrong.push_back(hostile.name + ": " + outcome.substr(0, 200));
    }
  } else if (way < 9) {
    Fetching here{client, session};
    auto response = co_await here.send(std::move(request));
    if (response && way == 8) {
      Cursor cursor{Ref<Reader>(response->body)};
      co_await cursor.next(session);
    }
    ++tally.left;
  } else {
    const Nanos after = milliseconds(random.below(300));
    session.start("stopping", [after](Scope& inside) -> Task<Result<void>> {
      co_await inside.sleep_for(after, "before it is stopped");
      inside.parent()->cancel(StopCause::user, "at random");
      co_return Result<void>();
    });
    co_await outcome_of(client, session, std::move(request));
    session.cancel(StopCause::user, "it is over");
    ++tally.stopped;
  }
  co_await session.close();
}

Tally soak(const HostileServer& server, std::size_t count, Random& random) {
  Tally tally;
  HttpOptions options;
  options.limits.connections = 4096;
  Shard shard(TimeMode::real);
  HttpClient client(shard, options);
  shard.run([&](Scope& root) -> Task<void> {
    Scope all(root, "all");
    Event done;
    std::size_t running = count;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t seed = random.bits();
      all.start("mixture", [&, seed](Scope& inside) -> Task<Result<void>> {
        co_await mix(client, inside, server, seed, tally);
        if (--running == 0) done.set();
        co_return Result<void>();
      });
    }
    co_await root.wait(done, "all mixtures");
    co_await all.close();
  });
  EXPECT_EQ(client.transfers(), 0U);
  EXPECT_EQ(shard.live_scopes(), 0U);
  EXPECT_EQ(Body::live(), 0U);
  client.close_idle();
  EXPECT_EQ(client.open_sockets(), 0U);
  EXPECT_TRUE(server.wait_all_closed(seconds(10)));
  return tally;
}

std::size_t settled_memory() {
  ::malloc_trim(0);
  return support::resident_bytes();
}

TEST(HttpSoak, MixturesOfEverythingAtOnceLeaveNothing) {
  const std::size_t count = is_sanitized() ? 200 : 2000;
  Random random(seed_of_run());
  const HostileServer server;
  // What is made once, and the stacks that threads leave to the next ones.
  soak(server, count, random);
  const std::size_t memory = settled_memory();
  const std::size_t files = support::open_descriptors();
  const TimePoint began = now();
  const Tally tally = soak(server, count, random);
  const auto took = std::chrono::duration_cast<milliseconds>(now() - began);
  const std::size_t after = settled_memory();
  std::cout << tally.as_stated << " as stated, " << tally.late << " late, " << tally.left
            << " left, " << tally.stopped << " stopped in " << took.count() << " ms; memory "
            << memory / 1024 << " KiB before and " << after / 1024 << " KiB after\n";
  EXPECT_THAT(tally.wrong, testing::IsEmpty());
  EXPECT_EQ(tally.as_stated + tally.late + tally.left + tally.stopped, count);
  EXPECT_GT(tally.as_stated, count / 4);
  EXPECT_LE(support::open_descriptors(), files);
  if (!is_sanitized()) EXPECT_LT(after, memory + (16U << 20));
  EXPECT_EQ(Scope::live(), 0U);
}

}  // namespace
}  // namespace millrace
