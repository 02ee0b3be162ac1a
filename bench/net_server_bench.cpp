// The HTTP server on a shard of its own, and clients of one thread that send the next request when
// the last is answered.
//
//   build/release/bench/bench_net_server
//
// "requests/N": requests a second over N kept connections, to a handler that answers at once; by
// the clock, and (`of_processor`) of processor time of the server's thread, the system's part
// included. "connections": a client each, once asked and then idle: resident bytes each (needs
// ulimit -n above 8,100, for both ends are in this process).
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "net/server/http_server.h"
#include "support/measure.h"
#include "support/raw_client.h"

namespace millrace {
namespace {

constexpr std::string_view kRequest =
    "GET /api/automation/workflows/?limit=10 HTTP/1.1\r\nHost: localhost:8080\r\n"
    "User-Agent: bench\r\nAccept: */*\r\nAuthorization: Bearer 0123456789abcdef\r\n\r\n";
constexpr std::string_view kBody = R"({"response":{"filter":{},"set":[]}})";
constexpr int kIdle = 4000;

void require(bool held, const char* what) {
  if (!held) throw std::runtime_error(what);
}

class Server {
 public:
  Server() : server_(shard_, {.connections = 20'000}, &answer) {
    require(server_.listen("127.0.0.1:0").has_value(), "cannot listen");
    thread_ =
        std::thread([this] { shard_.run([this](Scope& scope) { return server_.serve(scope); }); });
  }
  ~Server() {
    shard_.post([this] { shard_.root().cancel(StopCause::shutdown, "the benchmark is over"); });
    thread_.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const {
    const std::string& address = server_.address();
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }
  double processor_seconds() {
    clockid_t clock{};
    ::pthread_getcpuclockid(thread_.native_handle(), &clock);
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
  }

 private:
  static Task<ServerResponse> answer(Scope&, ServerRequest) {
    co_return ServerResponse{.body = std::string(kBody)};
  }

  Shard shard_;
  HttpServer server_;
  std::thread thread_;
};

// Each connection has one request under way.
class Clients {
 public:
  Clients(std::uint16_t port, std::size_t count) : epoll_(::epoll_create1(0)) {
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(port);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (std::size_t i = 0; i < count; ++i) {
      const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      require(::connect(socket, reinterpret_cast<sockaddr*>(&there), sizeof there) == 0, "connect");
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.fd = socket;
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
      sockets_.push_back(socket);
    }
  }
  ~Clients() {
    for (const int socket : sockets_) ::close(socket);
    ::close(epoll_);
  }
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  void run(std::size_t requests) {
    std::size_t sent = 0;
    std::size_t answered = 0;
    for (const int socket : sockets_) {
      send(socket);
      ++sent;
    }
    std::array<epoll_event, 64> events{};
    std::array<char, 4096> answer{};
    while (answered < sent) {
      const int count = ::epoll_wait(epoll_, events.data(), events.size(), -1);
      for (int i = 0; i < count; ++i) {
        const int socket = events.at(static_cast<std::size_t>(i)).data.fd;
        const ssize_t size = ::recv(socket, answer.data(), answer.size(), 0);
        // The whole of it comes at once: it is written so, and short.
        require(
            size > 0 &&
                std::string_view(answer.data(), static_cast<std::size_t>(size)).ends_with(kBody),
            "an answer in pieces");
        ++answered;
        if (sent >= requests) continue;
        send(socket);
        ++sent;
      }
    }
  }

 private:
  static void send(int socket) {
    const ssize_t size = ::send(socket, kRequest.data(), kRequest.size(), MSG_NOSIGNAL);
    require(size == static_cast<ssize_t>(kRequest.size()), "send");
  }
  int epoll_;
  std::vector<int> sockets_;
};

void requests(benchmark::State& state) {
  constexpr std::size_t kRequests = 20'000;
  Server server;
  Clients clients(server.port(), static_cast<std::size_t>(state.range(0)));
  clients.run(1000);
  const double before = server.processor_seconds();
  for (auto _ : state) clients.run(kRequests);
  const double count = static_cast<double>(state.iterations()) * kRequests;
  state.counters["requests"] = benchmark::Counter(count, benchmark::Counter::kIsRate);
  state.counters["of_processor"] = count / (server.processor_seconds() - before);
}
BENCHMARK(requests)->Arg(1)->Arg(64)->Arg(1000)->UseRealTime()->Unit(benchmark::kMillisecond);

void connections(benchmark::State& state) {
  for (auto _ : state) {
    Server server;
    Clients(server.port(), 100).run(1000);
    const std::size_t before = support::resident_bytes();
    Clients clients(server.port(), kIdle);
    clients.run(kIdle);
    state.counters["bytes_each"] = static_cast<double>(support::resident_bytes() - before) / kIdle;
  }
}
BENCHMARK(connections)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace millrace
