#include "support/raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <stdexcept>

namespace millrace::support {

namespace {

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

}  // namespace

RawServer::RawServer(Handler handler, const std::string& address)
    : handler_(std::move(handler)), address_(address) {
  listen();
}

RawServer::RawServer(Handler handler, const TlsSetup& tls)
    : handler_(std::move(handler)), tls_(tls), address_("127.0.0.1") {
  listen();
}

void RawServer::listen() {
  stop_ = ::eventfd(0, EFD_CLOEXEC);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (stop_ < 0 || listener_ < 0) fail("cannot make a socket");
  sockaddr_in here{};
  here.sin_family = AF_INET;
  ::inet_pton(AF_INET, address_.c_str(), &here.sin_addr);
  socklen_t size = sizeof here;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&here), size) != 0) fail("cannot bind");
  if (::listen(listener_, SOMAXCONN) != 0) fail("cannot listen");
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&here), &size);
  port_ = ntohs(here.sin_port);
  accepting_ = std::thread([this] { accept_all(); });
}

RawServer::~RawServer() { stop(); }

RawServer::Handler RawServer::each_request(Answer answer) {
  return [answer = std::move(answer)](Connection& connection) {
    while (auto request = connection.read_request()) answer(connection, *request);
  };
}

std::string RawServer::url(const std::string& path) const {
  return (tls_ ? "https://" : "http://") + address_ + ":" + std::to_string(port_) + path;
}

bool RawServer::wait_all_closed(std::chrono::milliseconds limit) const {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (open_ != 0) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

void RawServer::stop() {
  if (!accepting_.joinable()) return;
  const std::uint64_t one = 1;
  if (::write(stop_, &one, sizeof one) != sizeof one) fail("cannot stop");
  accepting_.join();
  reap(true);
  ::close(listener_);
  ::close(stop_);
}

void RawServer::accept_all() {
  for (;;) {
    pollfd both[] = {{stop_, POLLIN, 0}, {listener_, POLLIN, 0}};
    if (::poll(both, 2, -1) < 0) continue;
    if (both[0].revents != 0) return;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ++accepted_;
    ++open_;
    reap(false);
    Running& running = running_.emplace_back();
    running.thread = std::thread([this, socket, &running] {
      serve(socket);
      --open_;
      running.ended = true;
    });
  }
}

void RawServer::serve(int socket) {
  // OpenSSL writes without MSG_NOSIGNAL. Only here: what tests test has to see to itself.
  sigset_t pipe;
  ::sigemptyset(&pipe);
  ::sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  Connection connection(socket, stop_, sent_);
  if (!tls_ || connection.begin_tls(tls_->context())) handler_(connection);
}

void RawServer::reap(bool all) {
  std::erase_if(running_, [all](Running& running) {
    if (!all && !running.ended) return false;
    running.thread.join();
    return true;
  });
}

void RequestLog::add(const Request& request) {
  // Bounded, so that tests that measure this process's memory do not measure their own log.
  constexpr std::size_t kMost = 1000;
  const std::lock_guard lock(mutex_);
  if (requests_.size() < kMost) requests_.push_back(request);
}

std::vector<Request> RequestLog::all() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

}  // namespace millrace::support
