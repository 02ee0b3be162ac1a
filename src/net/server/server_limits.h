// How much and how long a client may hold of the server, whatever it does.
#pragma once

#include <chrono>
#include <cstddef>

#include "base/clock.h"

namespace millrace {

struct ServerLimits {
  std::size_t connections = 10'000;                   // beyond it a client is answered with 503
  std::size_t header_bytes = std::size_t{64} << 10U;  // of a request's head: line and headers
  std::size_t header_fields = 256;                    // how many headers it may have
  std::size_t body_bytes = std::size_t{16} << 20U;    // of one request's body
  std::size_t all_bodies_bytes = std::size_t{256} << 20U;  // of all that are held at a time

  Nanos header_time = std::chrono::seconds(10);  // from the first byte of a head to its last
  Nanos body_idle = std::chrono::seconds(30);    // between two reads of a body
  Nanos body_time = std::chrono::minutes(10);    // for all of a body
  Nanos keep_alive = std::chrono::seconds(75);   // without a byte of a next request
  Nanos write_stall = std::chrono::seconds(30);  // without a byte of the answer taken
  Nanos answer_time = std::chrono::minutes(10);  // for all of an answer to be taken
  Nanos linger = std::chrono::seconds(2);  // after a refusal, for the client to read it in peace
  Nanos grace = std::chrono::seconds(10);  // for requests in flight, once the server drains
};

}  // namespace millrace
