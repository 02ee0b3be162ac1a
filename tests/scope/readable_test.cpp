#include "scope/readable.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "scope/combine.h"
#include "scope/run_on_shard.h"

namespace millrace {
namespace {

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe2(ends_, O_CLOEXEC), 0); }
  ~Pipe() {
    ::close(ends_[0]);
    close_writer();
  }
  int reader() const { return ends_[0]; }
  void write(char c) const { EXPECT_EQ(::write(ends_[1], &c, 1), 1); }
  char read() const {
    char c = 0;
    EXPECT_EQ(::read(ends_[0], &c, 1), 1);
    return c;
  }
  void close_writer() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  int ends_[2] = {-1, -1};
};

TEST(Readable, WaitsUntilSomethingIsThereAndForTheEnd) {
  Pipe pipe;
  Shard shard;
  run_on(shard, [&](Scope& root) -> Task<void> {
    Readable readable(root.shard(), pipe.reader());
    pipe.write('a');
    EXPECT_TRUE(co_await readable.wait(root, "a letter"));
    EXPECT_TRUE(co_await readable.wait(root, "the same letter"));  // it was not read
    EXPECT_EQ(pipe.read(), 'a');
    bool written = false;
    root.start("writer", [&](Scope& scope) -> Task<Result<void>> {
      auto slept = co_await scope.sleep_for(milliseconds(20), "a while");
      written = true;
      pipe.write('b');
      co_return slept;
    });
    EXPECT_TRUE(co_await readable.wait(root, "another letter"));
    EXPECT_TRUE(written);
    EXPECT_EQ(pipe.read(), 'b');
    pipe.close_writer();
    EXPECT_TRUE(co_await readable.wait(root, "the end"));
  });
}

TEST(Readable, EndsWithItsScopeAndCanBeWaitedForAgain) {
  Pipe pipe;
  Shard shard;
  run_on(shard, [&](Scope& root) -> Task<void> {
    Readable readable(root.shard(), pipe.reader());
    Work<void> waiting = [&readable](Scope& scope) -> Task<Result<void>> {
      co_return co_await readable.wait(scope, "waiting for a letter");
    };
    auto waited = co_await within(root, Limit{milliseconds(20), "the test"}, waiting);
    EXPECT_FALSE(waited);
    EXPECT_EQ(waited.error().kind(), ErrorKind::deadline);
    pipe.write('a');
    EXPECT_TRUE(co_await readable.wait(root, "a letter"));
    EXPECT_EQ(pipe.read(), 'a');
  });
}

TEST(Readable, AFileAlwaysIsAndFlagsStayAsTheyWere) {
  const int file = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  Pipe pipe;
  pipe.write('a');
  Shard shard;
  run_on(shard, [&](Scope& root) -> Task<void> {
    Readable of_file(root.shard(), file);
    EXPECT_TRUE(co_await of_file.wait(root, "a file"));
    Readable of_pipe(root.shard(), pipe.reader());
    EXPECT_TRUE(co_await of_pipe.wait(root, "a letter"));
    EXPECT_EQ(::fcntl(pipe.reader(), F_GETFL) & O_NONBLOCK, 0);
  });
  ::close(file);
}

TEST(Readable, TheVirtualClockDoesNotJumpMeanwhile) {
  Pipe pipe;
  Shard shard(TimeMode::jumping);
  std::thread outside;
  run_on(shard, [&](Scope& root) -> Task<void> {
    Readable readable(root.shard(), pipe.reader());
    outside = std::thread([&pipe] {
      std::this_thread::sleep_for(milliseconds(30));
      pipe.write('a');
    });
    // Were the clock to jump while the thread sleeps, this limit would pass at once.
    Scope limited(root, "limited", {.limit = Limit{seconds(60), "the test"}});
    EXPECT_TRUE(co_await readable.wait(limited, "a letter"));
  });
  outside.join();
}

TEST(Readable, OfWhatIsNotOpenSaysSo) {
  Shard shard;
  run_on(shard, [](Scope& root) -> Task<void> {
    Readable readable(root.shard(), 9999);
    auto waited = co_await readable.wait(root, "nothing");
    EXPECT_FALSE(waited);
    EXPECT_EQ(waited.error().kind(), ErrorKind::unavailable);
  });
}

}  // namespace
}  // namespace millrace
