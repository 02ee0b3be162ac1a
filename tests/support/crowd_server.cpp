#include "support/crowd_server.h"

#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <set>
#include <stdexcept>
#include <string_view>

namespace millrace::support {
namespace {

constexpr std::chrono::milliseconds kTick{10};

void say(int fd, std::string_view text) { ::send(fd, text.data(), text.size(), MSG_NOSIGNAL); }

}  // namespace

CrowdServer::CrowdServer() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 4096) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("no listener for the crowd");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

CrowdServer::~CrowdServer() {
  ending_ = true;
  thread_.join();
  ::close(listener_);
}

std::string CrowdServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

void CrowdServer::serve() {
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  const auto watch = [set](int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    ::epoll_ctl(set, EPOLL_CTL_ADD, fd, &event);
  };
  watch(listener_);
  std::set<int> open;
  std::set<int> streams;
  const std::string piece(1024, 's');
  auto next = std::chrono::steady_clock::now() + kTick;
  std::array<epoll_event, 64> events{};
  std::array<char, 4096> buffer{};
  while (!ending_) {
    const int count = ::epoll_wait(set, events.data(), events.size(), 5);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == listener_) {
        const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (peer < 0) continue;
        open.insert(peer);
        watch(peer);
        continue;
      }
      const ssize_t size = ::recv(fd, buffer.data(), buffer.size(), 0);
      if (size <= 0) {
        open.erase(fd);
        streams.erase(fd);
        ::close(fd);
        continue;
      }
      const std::string_view request(buffer.data(), static_cast<std::size_t>(size));
      if (request.starts_with("GET /stream")) {
        say(fd, "HTTP/1.1 200 OK\r\n\r\n");
        streams.insert(fd);
      } else if (request.starts_with("GET /half")) {
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1234");
      }
    }
    streaming_ = streams.size();
    open_ = open.size();
    if (std::chrono::steady_clock::now() < next) continue;
    next += kTick;
    for (const int fd : streams) say(fd, piece);
  }
  for (const int fd : open) ::close(fd);
  ::close(set);
}

}  // namespace millrace::support
