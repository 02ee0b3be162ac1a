// A real HTTP server on loopback for tests: raw sockets and a thread a connection, so that it can
// misbehave in any way. The test owns it; its destruction closes every socket and joins every
// thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/raw_connection.h"
#include "support/tls_setup.h"

namespace millrace::support {

class RawServer {
 public:
  // Runs once a connection, on a thread of its own; the connection is closed when it returns.
  using Handler = std::function<void(Connection&)>;
  using Answer = std::function<void(Connection&, const Request&)>;

  explicit RawServer(Handler handler, const std::string& address = "127.0.0.1");
  // With TLS: the handler runs once the handshake is over.
  RawServer(Handler handler, const TlsSetup& tls);
  // Keep-alive: reads request after request and calls `answer` for each, until either side closes.
  static Handler each_request(Answer answer);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(const std::string& path = "/") const;

  std::size_t accepted() const { return accepted_; }
  std::size_t open_now() const { return open_; }    // connections whose handler still runs
  std::size_t bytes_sent() const { return sent_; }  // by all connections, handed to the kernel
  // True once no handler runs; a handler notices that its peer went away when it reads, sends or
  // waits for just that.
  bool wait_all_closed(std::chrono::milliseconds limit) const;

  // Closes everything, joins every thread; the counts stay.
  void stop();

 private:
  struct Running {
    std::thread thread;
    std::atomic<bool> ended{false};
  };
  void accept_all();
  void reap(bool all);

  void listen();
  void serve(int socket);

  Handler handler_;
  std::optional<TlsSetup> tls_;
  std::string address_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  int stop_ = -1;  // an eventfd, readable from stop() on
  std::atomic<std::size_t> accepted_{0};
  std::atomic<std::size_t> open_{0};
  std::atomic<std::size_t> sent_{0};
  std::list<Running> running_;  // touched by the accepting thread, and by stop() after it
  std::thread accepting_;
};

// Requests seen by handlers, for a test to look at afterwards. Any thread may add.
class RequestLog {
 public:
  void add(const Request& request);
  std::vector<Request> all() const;
  std::size_t count() const { return all().size(); }

 private:
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
};

}  // namespace millrace::support
