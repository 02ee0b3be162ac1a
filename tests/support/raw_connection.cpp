#include "support/raw_connection.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace millrace::support {

namespace {

constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(60);

}  // namespace

std::optional<std::string> Request::header(std::string_view name) const {
  for (std::size_t at = head.find("\r\n"); at + 2 < head.size(); at = head.find("\r\n", at)) {
    at += 2;
    const std::size_t end = head.find("\r\n", at);
    const std::size_t colon = head.find(':', at);
    if (end == std::string::npos || colon >= end) continue;
    if (colon - at != name.size() || strncasecmp(&head[at], name.data(), name.size()) != 0)
      continue;
    const std::size_t value = std::min(head.find_first_not_of(' ', colon + 1), end);
    return head.substr(value, end - value);
  }
  return std::nullopt;
}

Connection::Connection(int socket, int stop, std::atomic<std::size_t>& sent)
    : socket_(socket), stop_(stop), sent_(sent) {}

Connection::~Connection() { close(); }

Connection::Wake Connection::wait(short events, Milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  for (;;) {
    pollfd both[] = {{stop_, POLLIN, 0}, {socket_, events, 0}};
    const auto left = std::chrono::ceil<Milliseconds>(until - std::chrono::steady_clock::now());
    const int ready = poll(both, 2, static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (ready < 0 && errno == EINTR) continue;
    if (both[0].revents != 0) return Wake::stopped;
    return ready > 0 ? Wake::ready : Wake::timeout;
  }
}

bool Connection::begin_tls(ssl_ctx_st* context) {
  tls_ = SSL_new(context);
  SSL_set_fd(tls_, socket_);
  ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
  for (;;) {
    const int done = SSL_accept(tls_);
    if (done == 1) return true;
    const int why = SSL_get_error(tls_, done);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) return false;
    if (wait(why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, kPatience) != Wake::ready) return false;
  }
}

bool Connection::has_pending() const { return tls_ != nullptr && SSL_pending(tls_) > 0; }

std::ptrdiff_t Connection::receive(char* into, std::size_t size) {
  if (tls_ == nullptr) return ::recv(socket_, into, size, MSG_DONTWAIT);
  const int got = SSL_read(tls_, into, static_cast<int>(size));
  if (got > 0) return got;
  const bool is_later = SSL_get_error(tls_, got) == SSL_ERROR_WANT_READ;
  errno = is_later ? EAGAIN : 0;
  return is_later ? -1 : 0;
}

std::ptrdiff_t Connection::transmit(std::string_view bytes) {
  if (tls_ == nullptr) {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  const int put = SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()));
  if (put > 0) return put;
  errno = SSL_get_error(tls_, put) == SSL_ERROR_WANT_WRITE ? EAGAIN : EPIPE;
  return -1;
}

bool Connection::read_more() {
  for (;;) {
    if (!is_open() || (!has_pending() && wait(POLLIN, kPatience) != Wake::ready)) return false;
    char piece[64 * 1024];
    const auto size = receive(piece, sizeof piece);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (size <= 0) return false;
    buffer_.append(piece, static_cast<std::size_t>(size));
    return true;
  }
}

std::optional<std::string> Connection::read_bytes(std::size_t size) {
  std::string bytes;
  if (!take(size, [&](std::string_view piece) { bytes += piece; })) return std::nullopt;
  return bytes;
}

void Connection::relay(int other) {
  char piece[64 * 1024];
  const auto pass_on = [](int to, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t size = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  };
  if (!pass_on(other, std::exchange(buffer_, {}))) return;
  for (;;) {
    pollfd all[] = {{stop_, POLLIN, 0}, {socket_, POLLIN, 0}, {other, POLLIN, 0}};
    if (::poll(all, 3, -1) < 0) continue;
    if (all[0].revents != 0) return;
    for (int i = 1; i <= 2; ++i) {
      if (all[i].revents == 0) continue;
      const ssize_t size = ::recv(all[i].fd, piece, sizeof piece, 0);
      if (size <= 0) return;
      if (!pass_on(i == 1 ? other : socket_, {piece, static_cast<std::size_t>(size)})) return;
    }
  }
}

std::optional<std::string> Connection::take_until(std::string_view end) {
  std::size_t at = 0;
  while ((at = buffer_.find(end)) == std::string::npos) {
    if (!read_more()) return std::nullopt;
  }
  std::string taken = buffer_.substr(0, at + end.size());
  buffer_.erase(0, taken.size());
  return taken;
}

bool Connection::take(std::size_t size, const Take& give) {
  while (size > 0) {
    if (buffer_.empty() && !read_more()) return false;
    const std::string_view piece = std::string_view(buffer_).substr(0, size);
    give(piece);
    size -= piece.size();
    buffer_.erase(0, piece.size());
  }
  return true;
}

std::optional<Request> Connection::read_head() {
  auto head = take_until("\r\n\r\n");
  if (!head) return std::nullopt;
  Request request;
  request.head = std::move(*head);
  const std::size_t first = std::min(request.head.find(' '), request.head.size() - 1);
  const std::size_t second = request.head.find(' ', first + 1);
  request.method = request.head.substr(0, first);
  request.target = request.head.substr(first + 1, second - first - 1);
  return request;
}

bool Connection::read_chunks(const Take& give) {
  for (;;) {
    const auto line = take_until("\r\n");
    if (!line) return false;
    const std::size_t size = std::strtoull(line->c_str(), nullptr, 16);
    if (!take(size, give) || !take_until("\r\n")) return false;
    if (size == 0) return true;
  }
}

bool Connection::read_body(Request& request) {
  return read_body(request, [&](std::string_view piece) { request.body += piece; });
}

bool Connection::read_body(const Request& request, const Take& give) {
  if (request.header("Transfer-Encoding")) return read_chunks(give);
  const auto length = request.header("Content-Length");
  return !length || take(std::strtoull(length->c_str(), nullptr, 10), give);
}

std::optional<Request> Connection::read_request() {
  auto request = read_head();
  if (!request) return std::nullopt;
  if (request->header("Expect") && !send("HTTP/1.1 100 Continue\r\n\r\n")) return std::nullopt;
  if (!read_body(*request)) return std::nullopt;
  return request;
}

bool Connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!is_open() || wait(POLLOUT, kPatience) != Wake::ready) return false;
    const auto size = transmit(bytes);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (size < 0) return false;
    sent_ += static_cast<std::size_t>(size);
    sent_here_ += static_cast<std::size_t>(size);
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return is_open();
}

bool Connection::drip(std::string_view bytes, Milliseconds length, std::size_t pieces) {
  pieces = std::max<std::size_t>(1, std::min(pieces, bytes.size()));
  const auto began = std::chrono::steady_clock::now();
  for (std::size_t i = 1; i <= pieces; ++i) {
    // Signed: what is due may lie in the past.
    const auto due =
        began + length * static_cast<Milliseconds::rep>(i) / static_cast<Milliseconds::rep>(pieces);
    const auto left = std::chrono::ceil<Milliseconds>(due - std::chrono::steady_clock::now());
    if (!sleep(std::max(left, Milliseconds(0)))) return false;
    const std::size_t from = bytes.size() * (i - 1) / pieces;
    if (!send(bytes.substr(from, bytes.size() * i / pieces - from))) return false;
  }
  return true;
}

bool Connection::sleep(Milliseconds length) {
  const auto until = std::chrono::steady_clock::now() + length;
  pollfd stop{stop_, POLLIN, 0};
  for (;;) {
    const auto left = std::chrono::ceil<Milliseconds>(until - std::chrono::steady_clock::now());
    if (left <= Milliseconds(0)) return true;
    if (poll(&stop, 1, static_cast<int>(left.count())) > 0) return false;
  }
}

bool Connection::wait_peer_closed(Milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (is_open()) {
    const auto left = std::chrono::ceil<Milliseconds>(until - std::chrono::steady_clock::now());
    if (left <= Milliseconds(0) || wait(POLLIN, left) != Wake::ready) return false;
    char dropped[4096];
    const auto size = receive(dropped, sizeof dropped);
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) return true;
  }
  return false;
}

void Connection::reset() {
  if (!is_open()) return;
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  if (tls_ != nullptr) SSL_set_quiet_shutdown(tls_, 1);
  close();
}

void Connection::close() {
  if (tls_ != nullptr) {
    if (is_open()) SSL_shutdown(tls_);
    SSL_free(tls_);
    tls_ = nullptr;
  }
  if (is_open()) ::close(socket_);
  socket_ = -1;
}

void Connection::shutdown_write() const {
  if (is_open()) ::shutdown(socket_, SHUT_WR);
}

}  // namespace millrace::support
