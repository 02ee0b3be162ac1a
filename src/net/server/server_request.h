// What a client asked and what it is answered, as plain data with the whole body in memory. Knows
// nothing of sockets, so that what answers requests can be tried without any.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

using ServerHeaders = std::vector<std::pair<std::string, std::string>>;

struct ServerRequest {
  std::string method;     // as sent
  std::string target;     // as sent: path?query; may be "*", or a whole URL
  ServerHeaders headers;  // in the order in which they came, as sent
  std::string body;       // without its chunks, where it had any
  std::string peer;       // "127.0.0.1:41234", "[::1]:41234"

  // By default whoever answers is not told that the client has gone away, and goes on. Once this
  // has been called, the request's scope is stopped (cause user) when the client closes its
  // connection, or its half of it, before it has been answered. While the answer is being made
  // only, and on the shard's thread.
  std::function<void()> stop_on_disconnect = [] {};

  // The first header of this name, in letters of any case; null where there is none.
  const std::string* header(std::string_view name) const;
};

struct ServerResponse {
  unsigned status = 200;  // 200 to 599
  std::string content_type = "application/json";
  // Besides Content-Type, Content-Length, Connection and Date, which the server writes itself. A
  // name or a value that cannot be written is a bug, and answered as one.
  ServerHeaders headers = {};
  std::string body = {};
};

}  // namespace millrace
