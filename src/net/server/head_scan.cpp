#include "net/server/head_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace millrace {
namespace {

using namespace std::string_view_literals;

Refusal bad_request(std::string why) {
  return {400, Error(ErrorKind::invalid, "not a request of HTTP/1.1: " + std::move(why))};
}

// Of a method, with which a request begins. What speaks another protocol is told at once.
bool can_begin(char c) { return c > ' ' && c < '\x7f'; }

}  // namespace

std::optional<Refusal> HeadScan::look(std::string_view input) {
  if (!input.empty() && !can_begin(input.front())) {
    return bad_request("it does not begin with a method");
  }
  while (size_ == 0) {
    const std::size_t end = input.find('\n', searched_);
    const std::size_t known = std::min(end, input.size());
    if (known >= limits_.header_bytes) return too_long();
    searched_ = known;
    if (end == std::string_view::npos) return std::nullopt;
    if (auto refused = look_at_line(input.substr(line_, end - line_))) return refused;
    searched_ = line_ = end + 1;
  }
  return std::nullopt;
}

std::optional<Refusal> HeadScan::look_at_line(std::string_view line) {
  if (line.empty() || line.back() != '\r') {
    return bad_request("a line of its head does not end with CR LF");
  }
  line.remove_suffix(1);
  if (line.empty()) {
    size_ = line_ + 2;
    return std::nullopt;
  }
  if (line.find_first_of("\r\0"sv) != std::string_view::npos) {
    return bad_request("a line of its head contains CR or NUL");
  }
  if (line.front() == ' ' || line.front() == '\t') {
    return bad_request("a header is folded over several lines");
  }
  if (++lines_ > limits_.header_fields + 1) {
    return Refusal{431, Error(ErrorKind::exhausted,
                              fmt::format("the request has more than {} headers, and that is as "
                                          "many as are read",
                                          limits_.header_fields))};
  }
  return std::nullopt;
}

std::optional<Refusal> HeadScan::too_long() const {
  if (lines_ == 0) {
    return Refusal{414, Error(ErrorKind::exhausted,
                              fmt::format("the request's target is too long: its line must end "
                                          "within {} bytes",
                                          limits_.header_bytes))};
  }
  return Refusal{431, Error(ErrorKind::exhausted,
                            fmt::format("the request's headers are too large: they must end "
                                        "within {} bytes",
                                        limits_.header_bytes))};
}

}  // namespace millrace
