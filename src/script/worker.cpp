#include "script/worker.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "scope/combine.h"
#include "script/protocol.h"

namespace millrace::script {
namespace {

constexpr std::size_t kPiece = 64UL * 1024;
// A killed process ends at once unless the machine itself is stuck; then the destructor waits on.
constexpr auto kPatience = std::chrono::seconds(10);

Error gone() { return {ErrorKind::unavailable, "the process that runs the script has ended"}; }

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Result<std::unique_ptr<Worker>> Worker::start(Shard& shard, const ScriptOptions& options) {
  MILLRACE_TRY_ASSIGN(process, ChildProcess::start(options.program, "script-worker"));
  std::unique_ptr<Worker> worker(new Worker(shard, std::move(process)));
  worker->start_ = encode(Start{.memory = options.limits.memory});
  return worker;
}

Worker::Worker(Shard& shard, ChildProcess process)
    : process_(std::move(process)), watcher_(shard.io(), [this](int fd, int) { ready(fd); }) {
  watcher_.watch(process_.descriptor(), SocketWatcher::kRead);
}

void Worker::ready(int fd) {
  if (fd == process_.channel()) {
    // Silent until somebody waits again: at its end a channel is ready for ever.
    watcher_.watch(fd, 0);
    channel_ready_.set();
    return;
  }
  if (!process_.has_ended()) return;
  watcher_.forget(fd);
  ended_.set();
  if (told_) std::exchange(told_, nullptr)();
}

Task<Result<void>> Worker::wait_for(Scope& scope, int event) {
  channel_ready_.reset();
  watcher_.watch(process_.channel(), event);
  co_return co_await scope.wait(channel_ready_, "running the script");
}

Task<Result<void>> Worker::send(Scope& scope, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent =
        ::send(process_.channel(), bytes.data(), std::min(bytes.size(), kPiece), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      // A long call must not hold the loop.
      auto yielded = co_await scope.yield();
      if (!yielded) co_return yielded.error();
      continue;
    }
    if (!would_block()) co_return gone();
    auto waited = co_await wait_for(scope, SocketWatcher::kWrite);
    if (!waited) co_return waited.error();
  }
  co_return Result<void>();
}

Task<Result<std::string>> Worker::receive(Scope& scope, std::uint64_t limit) {
  FrameReader frame(limit);
  std::array<char, kPiece> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  while (true) {
    if (auto whole = frame.take()) co_return std::move(*whole);
    const ssize_t read = recv(process_.channel(), piece.data(), piece.size(), 0);
    if (read > 0) {
      auto added = frame.add({piece.data(), static_cast<std::size_t>(read)});
      if (!added) co_return added.error();
      auto yielded = co_await scope.yield();
      if (!yielded) co_return yielded.error();
      continue;
    }
    if (read == 0 || !would_block()) co_return gone();
    auto waited = co_await wait_for(scope, SocketWatcher::kRead);
    if (!waited) co_return waited.error();
  }
}

Task<Result<std::string>> Worker::exchange(Scope& scope, std::string_view call,
                                           std::uint64_t limit) {
  auto sent = co_await send(scope, start_);
  if (sent) {
    start_.clear();
    sent = co_await send(scope, call);
  }
  // A process that ran out of memory while it read the call has said so before it ended.
  const bool may_have_answered = sent || sent.error().kind() == ErrorKind::unavailable;
  if (!may_have_answered) co_return sent.error();
  auto answer = co_await receive(scope, limit);
  if (answer) ++calls_;
  co_return answer;
}

Task<void> Worker::end(Scope& scope) {
  if (process_.has_ended()) co_return;
  process_.kill();
  (void)co_await shield<bool>(scope, Limit{kPatience, "the end of a process"},
                              [this](Scope& shielded) -> Task<Result<bool>> {
                                auto waited = co_await shielded.wait(
                                    ended_, "waiting for the end of the script's process");
                                co_return waited ? Result<bool>(true) : waited.error();
                              });
}

}  // namespace millrace::script
