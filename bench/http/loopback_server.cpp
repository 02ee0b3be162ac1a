#include "http/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace millrace::bench {
namespace {

constexpr std::string_view kSmall =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n"
    "{\"found\": true}";
constexpr int kBacklog = 4096;

class Loop {
 public:
  explicit Loop(int listener) : epoll_(::epoll_create1(0)), listener_(listener) {
    watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
    timer_ = ::timerfd_create(CLOCK_MONOTONIC, 0);
    const itimerspec each_second{{1, 0}, {1, 0}};
    ::timerfd_settime(timer_, 0, &each_second, nullptr);
    watch(timer_, EPOLLIN, EPOLL_CTL_ADD);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 128> events{};
    while (true) {
      const int count = ::epoll_wait(epoll_, events.data(), events.size(), -1);
      for (int i = 0; i < count; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd == listener_) {
          accept_one();
        } else if (fd == timer_) {
          drip();
        } else if (const auto stream = streams_.find(fd); stream != streams_.end()) {
          go_on(fd, stream->second);
        } else {
          answer(fd);
        }
      }
    }
  }

 private:
  void watch(int fd, std::uint32_t events, int how) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    ::epoll_ctl(epoll_, how, fd, &event);
  }

  void accept_one() const {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(fd, EPOLLIN, EPOLL_CTL_ADD);
  }

  // Requests come whole here: the clients are ours.
  void answer(int fd) {
    std::array<char, 4096> buffer{};
    const ssize_t size = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (size <= 0) {
      close(fd);
      return;
    }
    const std::string_view request(buffer.data(), static_cast<std::size_t>(size));
    if (request.starts_with("GET / ")) {
      ::send(fd, kSmall.data(), kSmall.size(), MSG_NOSIGNAL);
      return;
    }
    const std::string head =
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(LoopbackServer::kStreamed) +
        "\r\n\r\n";
    ::send(fd, head.data(), head.size(), MSG_NOSIGNAL);
    if (request.starts_with("GET /slow")) {
      slow_.insert(fd);
    } else {
      streams_[fd] = LoopbackServer::kStreamed;
      watch(fd, EPOLLOUT, EPOLL_CTL_MOD);
    }
  }

  void go_on(int fd, std::size_t& left) {
    const ssize_t sent = ::send(fd, block_.data(), std::min(block_.size(), left), MSG_NOSIGNAL);
    if (sent < 0) {
      close(fd);
      return;
    }
    left -= static_cast<std::size_t>(sent);
    if (left > 0) return;
    streams_.erase(fd);
    watch(fd, EPOLLIN, EPOLL_CTL_MOD);
  }

  void drip() const {
    std::uint64_t passed = 0;
    if (::read(timer_, &passed, sizeof passed) < 0) return;
    for (const int fd : slow_) ::send(fd, block_.data(), 16, MSG_NOSIGNAL);
  }

  void close(int fd) {
    streams_.erase(fd);
    slow_.erase(fd);
    ::close(fd);
  }

  int epoll_;
  int listener_;
  int timer_ = -1;
  std::string block_ = std::string(256UL * 1024, 'x');
  std::unordered_map<int, std::size_t> streams_;  // what is left of each
  std::unordered_set<int> slow_;
};

}  // namespace

LoopbackServer::LoopbackServer() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener, generic, size) != 0 || ::listen(listener, kBacklog) != 0 ||
      ::getsockname(listener, generic, &size) != 0) {
    throw std::runtime_error("no listener for the bench");
  }
  port_ = ntohs(address.sin_port);
  process_ = ::fork();
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    Loop(listener).run();
  }
  ::close(listener);
}

LoopbackServer::~LoopbackServer() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

double LoopbackServer::processor_seconds() const {
  clockid_t clock{};
  timespec spent{};
  if (::clock_getcpuclockid(process_, &clock) != 0 || ::clock_gettime(clock, &spent) != 0) return 0;
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

std::string LoopbackServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

}  // namespace millrace::bench
