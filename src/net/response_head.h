// The head of an HTTP response, line by line as it comes from the wire: pure, bounded, suspicious.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/http_limits.h"

namespace millrace {

struct Header {
  std::string name;  // canonical: "Content-Type"
  std::string value;
};

// "content-type" -> "Content-Type", as Go's net/textproto does; what is no token stays as it is.
std::string canonical_header_name(std::string_view name);
bool same_header_name(std::string_view a, std::string_view b);
// The first header of that name, or nullptr.
const std::string* find_header(const std::vector<Header>& headers, std::string_view name);
// Error of kind invalid where a name is no token, or a value holds CR, LF or NUL.
Result<void> check_header(std::string_view name, std::string_view value);

class ResponseHead {
 public:
  explicit ResponseHead(const HttpLimits& limits) : limits_(&limits) {}

  // A line with its line end. Interim answers (1xx) are passed over; trailers are counted and
  // dropped. Errors: exhausted (a limit), unavailable (malformed), with phase headers or protocol.
  Result<void> add_line(std::string_view line);

  bool is_complete() const { return complete_; }
  int status_code() const { return status_code_; }
  const std::string& status() const { return status_; }  // "200 OK", or "200" without a reason
  const std::vector<Header>& headers() const { return headers_; }
  std::vector<Header>& headers() { return headers_; }
  const std::string* find(std::string_view name) const { return find_header(headers_, name); }
  // Nothing else says where the body ends.
  bool ends_with_connection() const {
    return content_length_ < 0 && !chunked_ && status_code_ != 204 && status_code_ != 304;
  }
  // As announced; -1 where it is not.
  std::int64_t content_length() const { return content_length_; }

 private:
  Result<void> start(std::string_view line);
  Result<void> add_header(std::string_view line);
  Result<void> end();
  Result<void> judge(const Header& header);  // those that say where the body ends
  Result<void> add_length(std::string_view value);

  const HttpLimits* limits_;
  std::size_t bytes_ = 0;
  std::size_t interims_ = 0;
  bool started_ = false;
  bool complete_ = false;
  int status_code_ = 0;
  std::string status_;
  std::vector<Header> headers_;
  std::int64_t content_length_ = -1;
  bool chunked_ = false;
};

}  // namespace millrace
