#include "net/server/listener.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <system_error>

#include "net/ip_address.h"

namespace millrace {
namespace {

constexpr Nanos kBreath = std::chrono::milliseconds(50);  // where the system has nothing left
constexpr unsigned kGreedy = 16;

struct Place {
  sockaddr_storage address{};
  bool everywhere = false;  // ":8080"
};

Error no_address(std::string_view text) {
  return {ErrorKind::invalid,
          fmt::format("\"{}\" is no address to listen on: write HOST:PORT with an IP address "
                      "(127.0.0.1:8080, [::1]:8080), localhost:8080, or :8080 for every address "
                      "of this machine",
                      text)};
}

Result<Place> parse_place(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return no_address(text);
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return no_address(text);
  std::string_view host = text.substr(0, colon);
  if (host.empty()) return Place{IpAddress::parse("::")->with_port(port), true};
  if (host == "localhost") host = "127.0.0.1";
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto ip = IpAddress::parse(host);
  if (!ip || bracketed != (host.find(':') != std::string_view::npos)) return no_address(text);
  return Place{ip->with_port(port), false};
}

Error cannot_listen(std::string_view text, int why) {
  const std::string reason = std::generic_category().message(why);
  switch (why) {
    case EADDRINUSE:
      return {ErrorKind::conflict,
              fmt::format("cannot listen on {}: something else does already; choose another port, "
                          "or stop that",
                          text)};
    case EACCES:
    case EPERM:
      return {ErrorKind::denied,
              fmt::format("cannot listen on {}: this needs more rights ({}); a port from 1024 on "
                          "needs none",
                          text, reason)};
    case EADDRNOTAVAIL:
      return {ErrorKind::not_found,
              fmt::format("cannot listen on {}: this machine has no such address", text)};
    default: return {ErrorKind::unavailable, fmt::format("cannot listen on {}: {}", text, reason)};
  }
}

void set(int socket, int level, int option, int value) {
  ::setsockopt(socket, level, option, &value, sizeof value);
}

// -1, with errno set, where that fails.
int open_socket(const Place& place) {
  const int family = place.address.ss_family;
  const int made = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (made < 0) return made;
  set(made, SOL_SOCKET, SO_REUSEADDR, 1);
  if (family == AF_INET6) set(made, IPPROTO_IPV6, IPV6_V6ONLY, place.everywhere ? 0 : 1);
  // What is accepted inherits these. A client whose machine has gone without a word is noticed.
  set(made, IPPROTO_TCP, TCP_NODELAY, 1);
  set(made, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(made, IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set(made, IPPROTO_TCP, TCP_KEEPINTVL, 15);
  set(made, IPPROTO_TCP, TCP_KEEPCNT, 4);
  const socklen_t size = family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  if (::bind(made, reinterpret_cast<const sockaddr*>(&place.address), size) == 0 &&
      ::listen(made, SOMAXCONN) == 0) {
    return made;
  }
  const int why = errno;
  ::close(made);
  errno = why;
  return -1;
}

std::optional<Endpoint> endpoint_of(const sockaddr_storage& address) {
  const auto ip = IpAddress::from(reinterpret_cast<const sockaddr*>(&address));
  if (!ip) return std::nullopt;
  const in_port_t port = address.ss_family == AF_INET6
                             ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                             : reinterpret_cast<const sockaddr_in&>(address).sin_port;
  return Endpoint{*ip, ntohs(port)};
}

std::string to_text(const std::optional<Endpoint>& endpoint) {
  if (!endpoint) return "unknown";
  const IpAddress& ip = endpoint->address;
  return fmt::format(fmt::runtime(ip.is_v6() ? "[{}]:{}" : "{}:{}"), ip.to_string(),
                     endpoint->port);
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(SocketSet& set, std::string_view address) {
  MILLRACE_TRY_ASSIGN(place, parse_place(address));
  int socket = open_socket(place);
  if (socket < 0 && place.everywhere && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
    // A machine without IPv6.
    const auto port = reinterpret_cast<const sockaddr_in6&>(place.address).sin6_port;
    socket = open_socket({IpAddress::parse("0.0.0.0")->with_port(ntohs(port)), true});
  }
  if (socket < 0) return cannot_listen(address, errno);
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size);
  return std::unique_ptr<Listener>(new Listener(set, socket, endpoint_of(bound)));
}

std::string Listener::address() const { return to_text(endpoint_); }

Task<std::optional<Listener::Accepted>> Listener::accept(Scope& scope) {
  constexpr std::string_view kDoing = "the next client";
  for (;;) {
    if (scope.stopped()) co_return std::nullopt;
    if (++without_waiting_ >= kGreedy) {
      without_waiting_ = 0;
      if (!co_await scope.yield()) co_return std::nullopt;
    }
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int client = ::accept4(socket_.descriptor(), reinterpret_cast<sockaddr*>(&peer), &size,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client >= 0) co_return Accepted{client, to_text(endpoint_of(peer))};
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      const auto why = co_await socket_.wait(scope, SocketWatcher::kRead, TimePoint::max(), kDoing);
      if (why == WatchedSocket::Wake::woken) co_return std::nullopt;
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    // EMFILE, ENOBUFS: the client stays in the queue, and is ready again at once.
    if (!co_await scope.sleep_for(kBreath, "a free descriptor")) co_return std::nullopt;
  }
}

}  // namespace millrace
