// Reads requests from bytes as a connection does, without any socket, in pieces of a given size.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "net/server/head_scan.h"
#include "net/server/request_parser.h"

namespace millrace {

struct ReadRequests {
  std::string told;      // all that was understood, one request after the other
  bool refused = false;  // and nothing read after it
  unsigned status = 0;   // where it was
  bool whole = false;    // the bytes end where a request does
};

inline ReadRequests read_requests(std::string_view bytes, std::size_t piece,
                                  const ServerLimits& limits) {
  ReadRequests read;
  std::string input;
  // False at the end of the bytes.
  const auto more = [&] {
    const std::size_t size = std::min(piece, bytes.size());
    input.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
    return size != 0;
  };
  const auto refuse = [&read](unsigned status) {
    read.refused = true;
    read.status = status;
    return read;
  };
  while (!input.empty() || more()) {
    HeadScan scan(limits);
    for (;;) {
      if (const auto refused = scan.look(input)) return refuse(refused->status);
      if (scan.size() != 0) break;
      if (!more()) return read;
    }
    RequestParser parser(limits);
    if (const auto refused = parser.read_head(std::string_view(input).substr(0, scan.size()))) {
      return refuse(refused->status);
    }
    input.erase(0, scan.size());
    while (!parser.is_done()) {
      const auto view = std::string_view(input).substr(0, limits.header_bytes);
      const auto used = view.empty() ? RequestParser::Used{} : parser.read_body(view);
      if (used.refused) return refuse(used.refused->status);
      if (used.bytes == 0 && view.size() == limits.header_bytes) return refuse(400);
      input.erase(0, used.bytes);
      if (used.bytes == 0 && !more()) return read;
    }
    const ServerRequest request = parser.take();
    read.told += request.method + "|" + request.target + "|" + request.body + "|";
    for (const auto& [name, value] : request.headers)
      read.told += fmt::format("{}:{}|", name, value);
  }
  read.whole = true;
  return read;
}

// Whether two ways to cut the same bytes lead to the same. What is wrong may be noticed only when
// a little more has come.
inline bool agree(const ReadRequests& a, const ReadRequests& b) {
  if (a.told != b.told) return false;
  if (a.refused && b.refused) return a.status == b.status;
  if (a.refused) return !b.whole;
  if (b.refused) return !a.whole;
  return a.whole == b.whole;
}

}  // namespace millrace
