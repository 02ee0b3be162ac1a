// One connection of a RawServer, in the hands of a test's handler: plain blocking calls on a plain
// socket, so that the handler can break any rule of HTTP. Every call ends early when the server
// stops.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace millrace::support {

struct Request {
  std::string head;  // request line and headers as they came, with the blank line
  std::string method;
  std::string target;  // "/path?query"
  std::string body;

  // The first header of that name, whatever its case; nothing where there is none.
  std::optional<std::string> header(std::string_view name) const;
};

class Connection {
 public:
  using Milliseconds = std::chrono::milliseconds;
  using Take = std::function<void(std::string_view)>;

  // Owns `socket`. `stop` becomes readable when the server stops; `sent` counts bytes for all.
  Connection(int socket, int stop, std::atomic<std::size_t>& sent);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // From here on everything goes through TLS. False where the peer breaks the handshake off.
  bool begin_tls(ssl_ctx_st* context);

  // The next request head; nothing when the peer has closed, or the server stops.
  std::optional<Request> read_head();
  // Its body, by Content-Length or chunked (decoded). False when the peer closed before its end.
  bool read_body(Request& request);
  // The same without keeping it: piece by piece, as it comes.
  bool read_body(const Request& request, const Take& give);
  // Both; answers "Expect: 100-continue" in between.
  std::optional<Request> read_request();
  // Exactly `size` bytes, and nothing where the peer closed before.
  std::optional<std::string> read_bytes(std::size_t size);

  // Each returns false when the peer is gone or the server stops, and then sends no more.
  bool send(std::string_view bytes);
  // `bytes` in equal pieces, evenly over `length`; the last piece leaves at its end.
  bool drip(std::string_view bytes, Milliseconds length, std::size_t pieces = 50);
  bool sleep(Milliseconds length);  // notices a peer that goes away only at the next call

  // Waits for the peer to close or reset, dropping what it sends. False when it did not.
  bool wait_peer_closed(Milliseconds limit);
  void stall_until_closed() { wait_peer_closed(std::chrono::hours(1)); }

  // Carries bytes to and fro between the peer and `other` until one of them closes. Not with TLS.
  void relay(int other);

  void reset();                 // RST instead of FIN
  void close();                 // FIN; unread input may turn it into RST, as with any socket
  void shutdown_write() const;  // FIN, but goes on reading

  std::size_t bytes_sent() const { return sent_here_; }
  bool is_open() const { return socket_ >= 0; }

 private:
  enum class Wake { ready, timeout, stopped };
  Wake wait(short events, Milliseconds limit);
  bool read_more();
  // As recv and send, and not waiting.
  std::ptrdiff_t receive(char* into, std::size_t size);
  std::ptrdiff_t transmit(std::string_view bytes);
  bool has_pending() const;
  bool read_chunks(const Take& give);
  std::optional<std::string> take_until(std::string_view end);
  bool take(std::size_t size, const Take& give);

  int socket_;
  ssl_st* tls_ = nullptr;
  int stop_;
  std::atomic<std::size_t>& sent_;
  std::size_t sent_here_ = 0;
  std::string buffer_;  // read but not yet taken
};

}  // namespace millrace::support
