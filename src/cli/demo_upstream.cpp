#include "cli/demo_upstream.h"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <optional>

#include "base/ascii.h"
#include "cli/demo_answers.h"
#include "scope/use_task.h"

namespace millrace {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kMostConnections = 64;
constexpr std::size_t kMostHead = std::size_t{16} << 10U;
constexpr std::size_t kMostBody = std::size_t{1} << 20U;
constexpr std::size_t kDripPieces = 100;

// One socket of the upstream. Stopping the scope that it was made in closes it, which ends whatever
// waits for it.
template <class Socket>
class Closing final : public StopHook {
 public:
  Closing(Scope& scope, Socket& socket, std::atomic<std::size_t>& open)
      : socket_(socket), open_(open) {
    ++open_;
    scope.add_hook(*this);
  }
  ~Closing() {
    close();
    --open_;
  }
  void on_stop(const Stop&) noexcept override { close(); }

 private:
  void close() {
    error_code ignored;
    socket_.close(ignored);
  }
  Socket& socket_;
  std::atomic<std::size_t>& open_;
};

// The length of the body that follows `head`; nothing where it cannot be told or is too long.
std::optional<std::size_t> body_length(std::string_view head) {
  const std::string fields = ascii_lower(head);
  if (fields.find("\r\ntransfer-encoding:") != std::string::npos) return std::nullopt;
  constexpr std::string_view kName = "\r\ncontent-length:";
  std::size_t at = fields.find(kName);
  if (at == std::string::npos) return 0;
  at = fields.find_first_not_of(' ', at + kName.size());
  std::size_t length = 0;
  const auto read = std::from_chars(fields.data() + at, fields.data() + fields.size(), length);
  if (read.ec != std::errc() || *read.ptr != '\r' || length > kMostBody) return std::nullopt;
  return length;
}

bool wants_close(std::string_view head) {
  const std::string fields = ascii_lower(head);
  return fields.find("\r\nconnection: close") != std::string::npos ||
         fields.find(" http/1.0\r\n") != std::string::npos;
}

// One client: request after request until either side closes. Stopped, it closes the socket.
class Client {
 public:
  Client(Scope& scope, tcp::socket& socket, DemoAnswers& answers, std::atomic<std::uint64_t>& sent)
      : scope_(scope), socket_(socket), answers_(answers), sent_(sent) {}

  Task<void> serve() {
    while (co_await serve_one()) {
    }
  }

 private:
  Task<bool> serve_one() {
    error_code failed;
    const std::size_t size =
        co_await asio::async_read_until(socket_, asio::dynamic_buffer(input_, kMostHead),
                                        "\r\n\r\n", asio::redirect_error(use_task, failed));
    if (failed) {
      // The buffer is full: too long for a head of ours. Anything else: the client has gone.
      if (failed == asio::error::not_found) co_await refuse("431 Request Header Fields Too Large");
      co_return false;
    }
    const std::string head = input_.substr(0, size);
    input_.erase(0, size);
    auto request = parse_demo_head(head);
    const auto length = body_length(head);
    if (!request || !length) {
      co_await refuse(request ? "413 Content Too Large" : "400 Bad Request");
      co_return false;
    }
    if (!co_await read_body(head, *length)) co_return false;
    request->body = input_.substr(0, *length);
    input_.erase(0, *length);
    const bool answered = co_await answer(*request);
    co_return answered && !wants_close(head);
  }

  Task<bool> read_body(const std::string& head, std::size_t length) {
    if (ascii_lower(head).find("\r\nexpect:") != std::string::npos) {
      if (!co_await send("HTTP/1.1 100 Continue\r\n\r\n")) co_return false;
    }
    while (input_.size() < length) {
      if (!co_await read_some()) co_return false;
    }
    co_return true;
  }

  Task<bool> answer(const DemoRequest& request) {
    const DemoAnswer answer = answers_.to(request);
    if (!co_await scope_.sleep_for(answer.wait, "a slow answer")) co_return false;
    if (!co_await send(answer.head())) co_return false;
    if (request.method == "HEAD") co_return true;
    const std::string_view body = answer.body;
    if (answer.stall_after) {
      if (!co_await send_body(body.substr(0, *answer.stall_after))) co_return false;
      while (co_await read_some()) input_.clear();
      co_return false;
    }
    co_return co_await drip(body, answer.spread);
  }

  Task<bool> drip(std::string_view body, Nanos spread) {
    if (spread == Nanos{0}) co_return co_await send_body(body);
    const TimePoint began = scope_.shard().now();
    for (std::size_t i = 1; i <= kDripPieces; ++i) {
      if (!co_await scope_.sleep_until(began + spread / kDripPieces * i, "dripping"))
        co_return false;
      const std::size_t from = body.size() * (i - 1) / kDripPieces;
      const std::size_t to = body.size() * i / kDripPieces;
      if (!co_await send_body(body.substr(from, to - from))) co_return false;
    }
    co_return true;
  }

  Task<bool> send_body(std::string_view bytes) {
    const bool sent = co_await send(bytes);
    if (sent) sent_ += bytes.size();
    co_return sent;
  }

  Task<bool> send(std::string_view bytes) {
    error_code failed;
    co_await asio::async_write(socket_, asio::buffer(bytes.data(), bytes.size()),
                               asio::redirect_error(use_task, failed));
    co_return !failed;
  }

  Task<void> refuse(std::string_view status) {
    co_await send(
        fmt::format("HTTP/1.1 {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status));
  }

  Task<bool> read_some() {
    error_code failed;
    char piece[8192];
    const std::size_t size = co_await socket_.async_read_some(
        asio::buffer(piece), asio::redirect_error(use_task, failed));
    if (!failed) input_.append(piece, size);
    co_return !failed;
  }

  Scope& scope_;
  tcp::socket& socket_;
  DemoAnswers& answers_;
  std::atomic<std::uint64_t>& sent_;
  std::string input_;  // read, not yet used
};

Result<void> listen(tcp::acceptor& acceptor, std::uint16_t port) {
  const tcp::endpoint here(asio::ip::address_v4::loopback(), port);
  error_code failed;
  acceptor.open(here.protocol(), failed);
  if (!failed) acceptor.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed) acceptor.bind(here, failed);
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (!failed) return {};
  return Error(ErrorKind::conflict, fmt::format("cannot listen on 127.0.0.1:{} ({}); "
                                                "choose another port with --port",
                                                port, failed.message()));
}

}  // namespace

Result<std::unique_ptr<DemoUpstream>> DemoUpstream::start(std::uint16_t port) {
  std::unique_ptr<DemoUpstream> upstream(new DemoUpstream);
  std::promise<Result<std::uint16_t>> ready;
  auto listening = ready.get_future();
  upstream->shard_ = std::make_unique<Shard>();
  upstream->thread_ = std::thread([self = upstream.get(), port, &ready] {
    self->shard_->run([&](Scope& scope) { return self->serve(scope, port, ready); });
  });
  const auto got = listening.get();
  if (!got) {
    upstream->thread_.join();
    return got.error();
  }
  upstream->port_ = *got;
  return upstream;
}

DemoUpstream::~DemoUpstream() { stop(); }

void DemoUpstream::stop() {
  if (!thread_.joinable()) return;
  shard_->post([this] {
    if (serving_ != nullptr) serving_->cancel(StopCause::shutdown, "the demo's upstream stops");
  });
  thread_.join();
  shard_.reset();
}

std::string DemoUpstream::url() const { return fmt::format("http://127.0.0.1:{}", port_); }

Task<void> DemoUpstream::serve(Scope& scope, std::uint16_t port,
                               std::promise<Result<std::uint16_t>>& ready) {
  tcp::acceptor acceptor(scope.shard().io());
  if (const auto listening = listen(acceptor, port); !listening) {
    ready.set_value(listening.error());
    co_return;
  }
  serving_ = &scope;
  DemoAnswers answers;
  const Closing closing(scope, acceptor, open_sockets_);
  ready.set_value(acceptor.local_endpoint().port());
  while (!scope.stopped()) {
    error_code failed;
    tcp::socket socket(scope.shard().io());
    co_await acceptor.async_accept(socket, asio::redirect_error(use_task, failed));
    // Out of descriptors, say: the next client may do better, after a breath.
    if (failed) {
      co_await scope.sleep_for(std::chrono::milliseconds(10), "the next client");
      continue;
    }
    if (scope.tasks() >= kMostConnections) continue;  // the socket closes here
    auto held = std::make_shared<tcp::socket>(std::move(socket));
    scope.start("connection", [this, held, &answers](Scope& connection) -> Task<Result<void>> {
      const Closing closing_client(connection, *held, open_sockets_);
      co_await Client(connection, *held, answers, bytes_sent_).serve();
      co_return Result<void>();
    });
  }
  co_await scope.join();
  serving_ = nullptr;
}

}  // namespace millrace
