// A blocking client on a raw socket, for tests of servers: sends any bytes, reads what comes.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::support {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);  // on 127.0.0.1; throws where nobody listens
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool send(std::string_view bytes) const;
  // Until the server closes or resets, or `limit` passes without a byte.
  std::string read_all(std::chrono::milliseconds limit = std::chrono::seconds(20));
  // Until `most` bytes have come, or as above.
  std::string read(std::size_t most, std::chrono::milliseconds limit = std::chrono::seconds(20));
  void finish() const;                       // FIN, and goes on reading
  void reset();                              // RST instead of FIN
  bool was_reset() const { return reset_; }  // how the last read ended
  void close();

 private:
  int socket_;
  bool reset_ = false;
};

// Sends a GET of `path` and returns the whole answer, head and body.
std::string fetch(std::uint16_t port, const std::string& path);
// What follows the head.
std::string body_of(const std::string& answer);

}  // namespace millrace::support
