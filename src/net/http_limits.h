// The limits of outgoing HTTP, in one place. All are settings; the defaults are the documented
// ones.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/clock.h"

namespace millrace {

struct HttpLimits {
  // ---- time
  Nanos timeout = std::chrono::minutes(5);  // http.timeout: of a request that sets none; 0 = none
  // Where a name has several addresses: how long all of them together may take to answer.
  Nanos connect_addresses = std::chrono::seconds(30);

  // ---- memory and disk
  std::size_t body_buffer = 256 * 1024;        // decoded bytes ahead of the foremost reader
  std::size_t body_keep_memory = 1024 * 1024;  // what was read, before it goes to a file
  std::uint64_t body_keep = 256ULL << 20;      // http.bodyKeep: what was read, in all
  std::uint64_t cast = 64ULL << 20;  // a body cast to a text, where maxBodySize is not given
  std::size_t line = 1024 * 1024;    // one line of loopLines
  std::string keep_folder = "/tmp";  // for what does not fit body_keep_memory

  // ---- what the other side may send
  std::size_t head = 64 * 1024;        // response headers, interim answers counted in
  std::size_t interim_responses = 16;  // 1xx
  std::size_t redirects = 10;
  std::size_t codings = 3;  // Content-Encoding: layers
  // Of a redirect: read to its end so that the connection can be used again.
  std::size_t redirect_body = 64 * 1024;

  // ---- connections
  // Requests under way at once per shard, each over a connection of its own; further ones wait.
  std::size_t connections = 1024;
  std::size_t connections_per_host = 512;
  std::size_t idle_connections = 64;           // kept for the next request
  Nanos idle_time = std::chrono::seconds(60);  // how long they are kept
  std::size_t names = 1024;  // whose addresses are remembered, as long as their records hold
};

}  // namespace millrace
