#include "net/address_race.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "net/curl_error.h"

namespace millrace {
namespace {

// Recommended by RFC 8305, 5.
constexpr Nanos kBetweenAttempts = std::chrono::milliseconds(250);

// One family after the other in turn, each in its order, so that a broken family costs one attempt.
std::vector<IpAddress> interleaved(const std::vector<IpAddress>& addresses) {
  std::vector<IpAddress> first;
  std::vector<IpAddress> second;
  for (const IpAddress& address : addresses) {
    (address.is_v6() == addresses.front().is_v6() ? first : second).push_back(address);
  }
  std::vector<IpAddress> all;
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) all.push_back(first[i]);
    if (i < second.size()) all.push_back(second[i]);
  }
  return all;
}

}  // namespace

ConnectedSocket::ConnectedSocket(ConnectedSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), address_(other.address_) {}

ConnectedSocket& ConnectedSocket::operator=(ConnectedSocket&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(address_, other.address_);
  return *this;
}

ConnectedSocket::~ConnectedSocket() {
  if (fd_ >= 0) ::close(fd_);
}

int ConnectedSocket::take() { return std::exchange(fd_, -1); }

AddressRace::AddressRace(Shard& shard, Target target, Judge judge)
    : shard_(shard),
      target_(std::move(target)),
      judge_(std::move(judge)),
      watcher_(shard.io(), [this](int fd, int) { on_ready(fd); }),
      timer_(shard, [this] { on_time(); }) {
  target_.addresses = interleaved(target_.addresses);
}

AddressRace::~AddressRace() {
  for (const Running& running : running_) {
    watcher_.forget(running.fd);
    ::close(running.fd);
  }
}

Task<Result<ConnectedSocket>> AddressRace::run(Scope& scope) {
  const Shard::Outside outside(shard_);
  ends_ = shard_.now() + target_.limit;
  begin_next();
  const auto describe = [this] { return "connecting to " + target_.authority; };
  auto waited = co_await scope.wait(done_, describe);
  if (!waited) co_return waited.error().in_phase("connect");
  if (winner_) co_return std::move(*winner_);
  co_return failure_ ? *failure_ : *refused_;
}

void AddressRace::begin_next() {
  while (!done_.is_set() && next_ < target_.addresses.size()) {
    if (!begin(target_.addresses[next_++])) continue;
    if (!done_.is_set()) timer_.arm(std::min(ends_, shard_.now() + kBetweenAttempts));
    return;
  }
  if (running_.empty()) {
    done_.set();
  } else {
    timer_.arm(ends_);
  }
}

bool AddressRace::begin(const IpAddress& address) {
  if (auto allowed = judge_(address); !allowed) {
    if (!refused_) refused_ = allowed.error();
    return false;
  }
  const sockaddr_storage to = address.with_port(target_.port);
  const int fd =
      ::socket(address.is_v6() ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) {
    failure_ = no_socket(errno);
    return false;
  }
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) {
    win(fd, address);
    return true;
  }
  if (errno != EINPROGRESS) {
    fail(errno);
    ::close(fd);
    return false;
  }
  running_.push_back({fd, address});
  watcher_.watch(fd, SocketWatcher::kWrite);
  return true;
}

void AddressRace::on_ready(int fd) {
  const auto at = std::ranges::find(running_, fd, &Running::fd);
  if (at == running_.end() || done_.is_set()) return;
  const Running ended = *at;
  running_.erase(at);
  watcher_.forget(fd);
  int failed = 0;
  socklen_t size = sizeof failed;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size);
  if (failed == 0) return win(fd, ended.address);
  ::close(fd);
  fail(failed);
  begin_next();
}

void AddressRace::on_time() {
  if (shard_.now() < ends_) return begin_next();
  failure_ = to_error({.code = CURLE_OPERATION_TIMEDOUT,
                       .system_error = 0,
                       .message = {},
                       .authority = target_.authority,
                       .address = {},
                       .phase = "connect"});
  done_.set();
}

void AddressRace::fail(int system_error) {
  failure_ = to_error({.code = CURLE_COULDNT_CONNECT,
                       .system_error = system_error,
                       .message = {},
                       .authority = target_.authority,
                       .address = {},
                       .phase = "connect"});
}

void AddressRace::win(int fd, const IpAddress& address) {
  winner_.emplace(fd, address);
  timer_.disarm();
  done_.set();
}

}  // namespace millrace
