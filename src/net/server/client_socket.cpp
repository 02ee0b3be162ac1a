#include "net/server/client_socket.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <span>

namespace millrace {
namespace {

using Went = ClientSocket::Went;

constexpr unsigned kGreedy = 16;

bool would_wait() { return errno == EAGAIN || errno == EWOULDBLOCK; }

// Nothing where there is nothing to read yet.
std::optional<Went> receive(const WatchedSocket& socket, InputBuffer& into) {
  const std::span<char> piece = socket.set().scratch();
  for (;;) {
    const ssize_t size = ::recv(socket.descriptor(), piece.data(), piece.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && would_wait()) return std::nullopt;
    if (size < 0) return Went::broken;
    if (size == 0) return Went::ended;
    into.append({piece.data(), static_cast<std::size_t>(size)});
    return Went::well;
  }
}

// How many bytes the kernel took; -1 where there is an error.
ssize_t transmit(int descriptor, std::string_view first, std::string_view second) {
  std::array<iovec, 2> parts{};
  std::size_t count = 0;
  for (const std::string_view part : {first, second}) {
    if (part.empty()) continue;
    parts[count++] = {.iov_base = const_cast<char*>(part.data()), .iov_len = part.size()};
  }
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  for (;;) {
    const ssize_t size = ::sendmsg(descriptor, &message, MSG_NOSIGNAL);
    if (size >= 0 || errno != EINTR) return size;
  }
}

}  // namespace

bool ClientSocket::is_greedy() {
  if (++without_waiting_ < kGreedy) return false;
  without_waiting_ = 0;
  return true;
}

Task<Went> ClientSocket::read(Scope& scope, InputBuffer& into, TimePoint until, Doing doing) {
  auto why = WatchedSocket::Wake::ready;
  for (;;) {
    if (scope.stopped() || (is_greedy() && !co_await scope.yield())) co_return Went::stopped;
    if (const auto went = receive(socket_, into)) co_return *went;
    if (why == WatchedSocket::Wake::late) co_return Went::late;
    if (why == WatchedSocket::Wake::woken) co_return Went::woken;
    without_waiting_ = 0;
    why = co_await socket_.wait(scope, SocketWatcher::kRead, until, doing);
    if (why == WatchedSocket::Wake::stopped) co_return Went::stopped;
  }
}

Task<Went> ClientSocket::write(Scope& scope, std::string_view first, std::string_view second,
                               Nanos stall, TimePoint until, Doing doing) {
  TimePoint patience = std::min(until, scope.shard().now() + stall);
  while (!first.empty() || !second.empty()) {
    if (scope.stopped() || (is_greedy() && !co_await scope.yield())) co_return Went::stopped;
    const ssize_t size = transmit(socket_.descriptor(), first, second);
    if (size > 0) {
      const auto taken = static_cast<std::size_t>(size);
      second.remove_prefix(taken - std::min(taken, first.size()));
      first.remove_prefix(std::min(taken, first.size()));
      patience = std::min(until, scope.shard().now() + stall);
      continue;
    }
    if (size < 0 && !would_wait()) co_return Went::broken;
    if (scope.shard().now() >= patience) co_return Went::late;
    without_waiting_ = 0;
    const auto why = co_await socket_.wait(scope, SocketWatcher::kWrite, patience, doing);
    if (why == WatchedSocket::Wake::stopped) co_return Went::stopped;
  }
  co_return Went::well;
}

void ClientSocket::finish() { ::shutdown(socket_.descriptor(), SHUT_WR); }

}  // namespace millrace
